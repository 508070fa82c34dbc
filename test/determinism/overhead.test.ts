import { describe, expect, it } from 'vitest';
import { measureOverhead, overheadSettings } from '../../src/determinism/overhead.ts';
import { compareSettings } from '../../src/analysis/overheads.ts';
import type { TrialRequest, TrialResult } from '../../src/scheduling/trial.ts';
import { overheadPresetNamed, overheadPresets } from '../../src/study/overheadPresets.ts';
import { failureOf } from '../study/failure.ts';

const base = {
  device: 'cpu',
  precision: 'float32',
  threads: 4,
  oneDnn: true,
  deterministicOps: true,
} as const;
const request = { task: {}, seeds: {}, iterations: { warmUp: 2, timed: 7 } } as unknown as Parameters<
  typeof measureOverhead
>[0]['request'];

describe('what is compared', () => {
  it('differs in one thing from default execution', () => {
    const settings = overheadSettings(base, ['default', 'deterministic', 'one-thread', 'onednn-off']);
    const plain = { ...base, deterministicOps: false };
    expect(settings.map(({ execution }) => execution)).toEqual([
      plain,
      base,
      { ...plain, threads: 1 },
      { ...plain, oneDnn: false },
    ]);
  });

  it.each([[['default']], [['default', 'default']], [['default', 'determinstic']]])('is not %j', (names) => {
    const failure = failureOf(() => overheadSettings(base, names));
    expect(failure.code).toBe('invalid-comparison');
  });
});

describe('timing', () => {
  it('interleaves the settings, every second round backwards, and tells each trial when it has ended', async () => {
    const asked: TrialRequest[] = [];
    const told: string[] = [];
    const settings = overheadSettings(base, ['default', 'deterministic', 'one-thread']);
    const trials = await measureOverhead({
      ...{ request, settings, rounds: 3 },
      runTrial: (given) => {
        asked.push(given);
        expect(told).toHaveLength(asked.length - 1);
        // Twice as long where it is deterministic, and a machine that grows slower all the time.
        const slow = given.execution.deterministicOps ? 2 : 1;
        const timedSeconds = slow * (1 + asked.length / 100);
        return Promise.resolve({
          timedSeconds,
          peakBytes: asked.length,
          machine: null,
        } as unknown as TrialResult);
      },
      onTrial: async ({ setting, round }) => {
        await Promise.resolve();
        told.push(`${round} ${setting}`);
      },
    });
    expect(told).toEqual([
      ...['0 default', '0 deterministic', '0 one-thread'],
      ...['1 one-thread', '1 deterministic', '1 default'],
      ...['2 default', '2 deterministic', '2 one-thread'],
    ]);
    expect(asked.every(({ iterations }) => iterations?.timed === 7 && iterations.warmUp === 2)).toBe(true);
    const [first, second, third] = compareSettings(
      settings.map(({ name }) => name),
      trials,
    );
    expect(first).toMatchObject({ setting: 'default', ratio: 1, n: 3, peakBytes: 7 });
    expect(second?.ratio).toBeCloseTo(2, 1);
    expect(third?.ratio).toBeCloseTo(1, 1);
    expect(second?.interval?.low).toBeLessThan(second!.ratio!);
    expect(second?.seconds).toBeCloseTo((2 * (1.02 + 1.05 + 1.08)) / 3, 12);
  });
});

describe('the presets', () => {
  it("time the paper's fourteen networks", () => {
    const names = ['overhead-zoo', 'mediumcnn-kernels'].flatMap((name) =>
      overheadPresetNamed(name).models.map((model) => model.name),
    );
    expect(names).toEqual([
      ...['VGG16', 'VGG19', 'ResNet50', 'ResNet152', 'DenseNet121', 'DenseNet201', 'InceptionV3', 'Xception'],
      ...['MobileNet', 'EfficientNetB0', 'MediumCNN 1*1', 'MediumCNN 3*3', 'MediumCNN 5*5', 'MediumCNN 7*7'],
    ]);
    for (const { name, models } of overheadPresets.filter((preset) => preset.name.endsWith('-mini'))) {
      expect(models).toEqual(overheadPresetNamed(name.replace('-mini', '')).models);
    }
    expect(failureOf(() => overheadPresetNamed('overhead-zo')).message).toContain(
      'Did you mean "overhead-zoo"',
    );
  });
});
