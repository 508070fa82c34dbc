import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonOf, noisefloor, type Ended } from '../fixtures/cli/noisefloor.ts';
import { studyIdOf } from '../fixtures/cli/studyFile.ts';
import { scratchFolder } from '../fixtures/training/replicate.ts';

const library = path.join(scratchFolder(), 'library.sqlite');
let ran: Ended;
let id: string;

beforeAll(async () => {
  const small = ['--set', 'task.recipe.epochs=2', '--replicates', '2', '--variants', 'IMPL,CONTROL'];
  ran = await noisefloor(['run', 'quickstart', ...small, '--parallel', '2', '--json', '--library', library]);
  expect(ran.code, ran.stderr).toBe(0);
  id = studyIdOf(ran);
});

const ask = (...args: string[]): Promise<Ended> => noisefloor([...args, '--library', library]);

/** The parts of a variant that the design promises, by their types. */
const fraction = expect.toSatisfy((value: number) => value >= 0 && value <= 1) as number;
const variantShape = (name: string) => ({
  name,
  replicates: 2,
  accuracy: {
    mean: fraction,
    sd: expect.any(Number) as number,
    sdInterval: {
      low: expect.any(Number) as number,
      high: expect.any(Number) as number,
      level: 0.95,
      method: expect.any(String) as string,
    },
  },
  churn: { mean: fraction, interval: null },
  l2: { mean: expect.any(Number) as number, interval: null, normalizedMean: expect.any(Number) as number },
  l2WithMovingStatistics: expect.anything() as unknown,
  perClassSd: Array.from({ length: 10 }, (_, index) => ({ class: index, sd: expect.any(Number) as number })),
  bitIdentical: name === 'CONTROL',
});

describe('--json', () => {
  it('of run is one object: the study, its library, and what analyze says', () => {
    expect(jsonOf(ran)).toMatchObject({
      study: { id, name: 'quickstart' },
      library,
      epoch: 1,
      variants: ['IMPL', 'CONTROL'].map(variantShape),
    });
  });

  it('of list, show, analyze and certify is one object each, and nothing is said beside it', async () => {
    const list = await ask('list', '--json');
    expect(jsonOf(list)).toMatchObject({
      items: [{ id, name: 'quickstart', status: 'finished', replicates: 4 }],
    });
    const show = await ask('show', 'quick', '--json');
    expect(jsonOf(show)).toMatchObject({
      study: { id, name: 'quickstart' },
      library,
      status: 'finished',
      replicates: ['IMPL', 'CONTROL', 'IMPL', 'CONTROL'].map((variant, position) => ({
        variant,
        index: Math.floor(position / 2),
        status: 'finished',
        epochs: 2,
        machine: {
          tensorflowVersion: expect.any(String) as string,
          threads: variant === 'IMPL' ? Math.floor(position / 2) + 1 : 1,
        },
      })),
    });
    const analyze = await ask('analyze', id, '--json');
    const { study, epoch, variants } = jsonOf(ran);
    expect(jsonOf(analyze)).toMatchObject({ study, epoch, variants } as object);
    const certify = await ask('certify', id.slice(0, -1), '--json');
    expect(jsonOf(certify)).toMatchObject({ study: { id }, epoch: 1, steps: 126 });
    expect([list, show, analyze, certify].map(({ code, stderr }) => [code, stderr])).toEqual(
      Array.from({ length: 4 }, () => [0, '']),
    );
  });

  it.each(['accuracy', 'churn', 'l2', 'classes'])('of one measure, and as rows: %s', async (measure) => {
    expect(jsonOf(await ask('analyze', id, '--measure', measure, '--json'))).toMatchObject({
      study: { id },
      epoch: 1,
    });
    const csv = await ask('analyze', id, '--measure', measure, '--csv');
    const [header, ...rows] = csv.stdout.trim().split('\n');
    expect(header).toMatch(/^variant,/);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row.split(',')).toHaveLength(header!.split(',').length);
    }
  });

  it('of an earlier epoch differs from the last', async () => {
    const first = jsonOf(await ask('analyze', id, '--epoch', '0', '--json'));
    expect(first).toMatchObject({ epoch: 0 });
    expect(first.variants).not.toEqual(jsonOf(ran).variants);
  });
});

describe('what is printed for people', () => {
  it('while a study runs in a pipe is a line for each beginning and end, without an escape', () => {
    const lines = ran.stderr.trim().split('\n');
    expect(lines.filter((line) => / (started|finished)/.test(line))).toHaveLength(8);
    expect(lines).toContain('quickstart: 4 replicates of 2 epochs, 2 at once');
    expect(ran.stderr).toMatch(/^This device repeats itself bit for bit .* replicate 1 runs with 1 thread/m);
    expect(ran.stderr).not.toMatch(/epoch 1/);
    expect(ran.stderr).not.toContain('\u001b');
  });

  it('by analyze, certify, show and list fits 80 columns and says what matters', async () => {
    const analyze = (await ask('analyze', id)).stdout;
    expect(analyze).toMatch(/CONTROL +2 .* yes/);
    expect(analyze).toMatch(/CONTROL, where nothing varies, came out\s+bit-identical in all 2 replicates/);
    const certify = (await ask('certify', id)).stdout;
    expect(certify).toMatch(/CONTROL: all 2 replicates are bit-identical/);
    expect(certify).toMatch(
      /IMPL: not bit-identical\n {2}replicate 2 parts from replicate 1 at step \d+ .*: threads: 1 against 2/,
    );
    expect((await ask('list')).stdout).toMatch(/finished +4 of 4/);
    expect((await ask('show', id)).stdout).toMatch(/IMPL +2 +finished +2 of 2/);
    for (const line of analyze.split('\n').filter((text) => /^(ALGO|IMPL|CONTROL) .*\d/.test(text))) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
  });
});

it('a finished study is resumed by analysing it, and extended on request', async () => {
  const again = await ask('resume', id, '--json');
  expect(again.code).toBe(0);
  expect(again.stderr).not.toContain('started');
  expect(jsonOf(again).variants).toEqual(jsonOf(ran).variants);
  const fewer = await ask('resume', id, '--replicates', '1', '--json');
  expect(fewer.code).toBe(2);
  const more = await ask('resume', id, '--replicates', '3', '--parallel', '2', '--json');
  expect(more.code, more.stderr).toBe(0);
  expect(jsonOf(more).variants).toMatchObject([
    { name: 'IMPL', replicates: 3 },
    { name: 'CONTROL', replicates: 3, bitIdentical: true },
  ]);
});

it('probe compares real processes', async () => {
  const probed = await noisefloor(['probe', '--steps', '8', '--json']);
  expect(probed.code, probed.stderr).toBe(0);
  const report = jsonOf(probed) as { rows: { name: string; repeatable: boolean; tensors: number }[] };
  expect(report).toMatchObject({ steps: 8, dataset: expect.stringContaining('Fashion') as string });
  expect(report.rows[0]).toMatchObject({ name: 'as configured', repeatable: true, sameAsDefault: true });
  expect(report.rows.every(({ repeatable, tensors }) => repeatable && tensors > 10)).toBe(true);
});
