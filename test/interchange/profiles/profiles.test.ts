import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  compareProfiles,
  differingCalls,
  familyOf,
  plainName,
  shortName,
  totalsOf,
} from '../../../src/analysis/kernelProfile.ts';
import { pairProfiles } from '../../../src/interchange/profiles/pairProfiles.ts';
import { isNsys, readNsys } from '../../../src/interchange/profiles/nsys.ts';
import { isNvprof, readNvprof } from '../../../src/interchange/profiles/nvprof.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { temporaryFolder } from '../../fixtures/library/library.ts';

/** Two profiles in both formats, of one made-up program; the numbers below were worked out from the files by separate code. */
const folder = fileURLToPath(new URL('../../fixtures/profiles', import.meta.url));
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const nvprof = (name: string) => readNvprof(join(folder, name), textOf(name));

const scratch = temporaryFolder();
let written = 0;
function fileWith(text: string, name = 'profile.csv'): string {
  written += 1;
  const file = join(scratch, `${written}-${name}`);
  writeFileSync(file, text);
  return file;
}

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof NoisefloorError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing was thrown';
}

describe('profiles', () => {
  it('are read in any unit of time, the API left out', () => {
    const [before, after] = [nvprof('nvprof_default.csv'), nvprof('nvprof_deterministic.csv')];
    expect(totalsOf(before)).toEqual({ kernels: 75_664_098, memory: 20_462_399, all: 96_126_497 });
    expect(totalsOf(after)).toEqual({ kernels: 150_409_193, memory: 20_649_008, all: 171_058_201 });
    expect(before.activities).toHaveLength(16);
    expect(before.command).toContain('--model_name MediumCNN 3*3');
    expect(before.referenceTime).toBeCloseTo(3204.2165564904876, 9);
  });

  it('of nsys have the same kernels', () => {
    const file = join(folder, 'nsys_default_cuda_gpu_kern_sum.csv');
    expect(isNsys(textOf('nsys_default_cuda_gpu_kern_sum.csv'))).toBe(true);
    expect(isNvprof(textOf('nsys_default_cuda_gpu_kern_sum.csv'))).toBe(false);
    expect(totalsOf(readNsys(file))).toEqual({ kernels: 75_664_098, memory: 0, all: 75_664_098 });
    const milliseconds = fileWith('Time (%),Total Time (ms),Instances,Name\n60.0,1.5,3,a\n40.0,1.0,2,b\n');
    expect(totalsOf(readNsys(milliseconds)).kernels).toBe(2_500_000);
  });

  it('are paired by their names and commands, and compared', () => {
    const { pairs, leftOut } = pairProfiles(folder);
    expect(leftOut).toEqual([]);
    expect(pairs.map(({ model, baseline }) => [model, baseline.profiler])).toEqual([
      ['MediumCNN 3*3', 'nvprof'],
      ['unnamed network', 'nsys'],
    ]);
    for (const { baseline, deterministic } of pairs) {
      const compared = compareProfiles(baseline, deterministic);
      expect(compared.kernelRatio).toBeCloseTo(1.9878541735870559, 14);
      expect(
        compared.kernels.slice(0, 2).map(({ short, change, family }) => [short, change, family]),
      ).toEqual([
        ['wgrad_alg1_engine', 'substituted', 'convolution: weight gradient'],
        ['dgrad2d_alg1_1', 'substituted', 'convolution: input gradient'],
      ]);
      expect(compared.kernels[0]?.instead[0]).toContain('wgrad_alg0_engine');
      expect(compared.kernels[0]?.added).toBe(86_273_884 - 25_227_755);
      // Nothing is lost or counted twice.
      const sum = (of: 'before' | 'after'): number =>
        compared.kernels.reduce((total, kernel) => total + kernel[of].nanoseconds, 0);
      expect([sum('before'), sum('after')]).toEqual([compared.before.all, compared.after.all]);
      expect(compared.cumulative.before[0]).toBeCloseTo(25_227_755 / 75_664_098, 12);
      expect(compared.cumulative.after.at(-1)).toBe(1);
    }
    const [first] = pairs;
    if (first !== undefined) {
      expect(compareProfiles(first.baseline, first.deterministic).allRatio).toBeCloseTo(
        1.779511438974001,
        14,
      );
    }
  });

  it('call a kernel that nothing stood for new, and one that nothing replaces gone', () => {
    const activity = (name: string, nanoseconds: number) =>
      ({ name, kind: 'kernel', calls: 1, nanoseconds }) as const;
    const { kernels } = compareProfiles(
      { activities: [activity('ApplyAdamKernel', 5), activity('pool_fw', 3)] },
      { activities: [activity('ApplyAdamKernel', 6), activity('strange_thing', 4)] },
    );
    expect(kernels.map(({ name, change, added }) => [name, change, added])).toEqual([
      ['strange_thing', 'new', 4],
      ['ApplyAdamKernel', 'matched', 1],
      ['pool_fw', 'gone', -3],
    ]);
  });

  it('have one name and a family for a kernel, however its templates are written', () => {
    expect(plainName('void a<float, int=128, bool=1>(int)')).toBe(
      plainName('void a<float, (int)128, (bool)1>(int)'),
    );
    expect(shortName('void cudnn::detail::dgrad_engine<float, int=128>(int)')).toBe('dgrad_engine');
    expect(familyOf({ name: 'sm80_xmma_fprop_implicit_gemm', kind: 'kernel' })).toBe(
      'convolution and matrix product',
    );
    expect(familyOf({ name: '[CUDA memcpy HtoD]', kind: 'memory' })).toBe('memory');
  });
});

describe('profiles that cannot be compared', () => {
  const table = (calls: number, command: string): string =>
    `==1== NVPROF is profiling process 1, command: ${command}\n"Type","Time(%)","Time","Calls","Avg","Min","Max","Name"\n,%,ms,,ms,ms,ms,\n` +
    ['ApplyAdamKernel', 'conv_a', 'pool_b']
      .map((name) => `"GPU activities",33.3,1.0,${calls},1,1,1,"${name}"`)
      .join('\n');

  it('are refused: other numbers of steps, with the counts', () => {
    const place = join(scratch, `steps`);
    writeFiles(place, table(100, 'train'), table(200, 'train --deterministic'));
    expect(messageOf(() => pairProfiles(place))).toMatch(
      /profiles-differ: .*not of the same number of steps: .* was called 100 times in the one and 200 times/,
    );
    const activity = (calls: number) => ({
      activities: [{ name: 'a', kind: 'kernel', calls, nanoseconds: 1 }] as const,
    });
    expect(differingCalls(activity(2), activity(2))).toBeNull();
  });

  it('are refused: other programs, with the commands', () => {
    const place = join(scratch, `programs`);
    writeFiles(place, table(100, 'train --model_name A'), table(100, 'train --model_name B --deterministic'));
    expect(messageOf(() => pairProfiles(place))).toMatch(
      /profiles-differ: .*different programs: "train --model_name A"/,
    );
  });

  it('are left out where one has no partner', () => {
    const { pairs, leftOut } = pairProfiles(fileWith(table(100, 'train'), 'alone.csv'));
    expect([pairs.length, leftOut.length]).toEqual([0, 1]);
    expect(leftOut[0]?.why).toContain('no partner');
  });

  function writeFiles(place: string, baseline: string, deterministic: string): void {
    const [one, other] = [
      fileWith(baseline, 'a_default.csv'),
      fileWith(deterministic, 'a_deterministic.csv'),
    ];
    mkdirSync(place, { recursive: true });
    renameSync(one, join(place, 'a_default.csv'));
    renameSync(other, join(place, 'a_deterministic.csv'));
  }
});

describe('what is no profile', () => {
  it.each([
    [
      'a unit that is none',
      '"Type","Time(%)","Time","Calls","Avg","Min","Max","Name"\n,%,fortnights,,s,s,s,\n',
      /line 2: "fortnights" is no unit of time/,
    ],
    [
      'a time that is none',
      '"Type","Time(%)","Time","Calls","Avg","Min","Max","Name"\n,%,s,,s,s,s,\n"GPU activities",1,x,1,1,1,1,"a"\n',
      /line 3: "x" is no time/,
    ],
    [
      'nothing of the device',
      '"Type","Time(%)","Time","Calls","Avg","Min","Max","Name"\n,%,s,,s,s,s,\n"API calls",1,1,1,1,1,1,"a"\n',
      /no GPU activities/,
    ],
    [
      'a row cut off',
      '"Type","Time(%)","Time","Calls","Avg","Min","Max","Name"\n,%,s,,s,s,s,\n"GPU activities",1,1\n',
      /line 3: it is no table/,
    ],
  ])('refuses %s by its line', (_, text, message) => {
    expect(messageOf(() => readNvprof('/x/p.csv', text))).toMatch(message);
  });

  it('refuses a count of nsys that is none by its line', () => {
    const file = fileWith('Time (%),Total Time (ns),Instances,Name\n60.0,1.5,3.5,a\n');
    expect(messageOf(() => readNsys(file))).toMatch(/line 2: "3.5" is no number of calls/);
  });
});
