import { describe, expect, it } from 'vitest';
import { noiseSources } from '../../src/study/noise.ts';
import { applyOverrides } from '../../src/study/overrides.ts';
import { planReplicates } from '../../src/study/plan.ts';
import { presetNamed, studyFromPreset } from '../../src/study/presets.ts';
import { workOrderSchema } from '../../src/study/replicate.ts';
import { withImplementationNoise } from '../../src/study/variant.ts';

const study = studyFromPreset(presetNamed('quickstart'));
const plan = planReplicates(study, 'study-1', 'abc');

const ordersOf = (name: string, of = plan) => of.filter(({ variant }) => variant.name === name);

describe('planReplicates', () => {
  it('goes round the variants so that partial results are balanced', () => {
    expect(plan.map(({ variant, index }) => `${variant.name} ${String(index)}`)).toEqual([
      'ALGO+IMPL 0',
      'ALGO 0',
      'IMPL 0',
      'CONTROL 0',
      'ALGO+IMPL 1',
      'ALGO 1',
      'IMPL 1',
      'CONTROL 1',
      'ALGO+IMPL 2',
      'ALGO 2',
      'IMPL 2',
      'CONTROL 2',
    ]);
  });

  it('makes valid work orders with ids of their own, the same every time', () => {
    for (const order of plan) expect(workOrderSchema.parse(order)).toEqual(order);
    expect(new Set(plan.map(({ id }) => id)).size).toBe(12);
    expect(planReplicates(study, 'study-1', 'abc')).toEqual(plan);
    expect(plan.every(({ datasetHash }) => datasetHash === 'abc')).toBe(true);
  });

  it('gives fixed sources one seed and varying ones a seed for each replicate', () => {
    for (const source of noiseSources) {
      const seedsOf = (name: string) => new Set(ordersOf(name).map(({ seeds }) => seeds[source]));
      expect(seedsOf('CONTROL').size).toBe(1);
      expect(seedsOf('IMPL')).toEqual(seedsOf('CONTROL'));
      expect(seedsOf('ALGO').size).toBe(3);
    }
  });

  it('pairs variants: replicate i of both has the same seeds where both vary', () => {
    const seedsOf = (name: string) =>
      ordersOf(name).map(({ seeds }) => ({ ...seeds, accumulationOrder: null }));
    expect(seedsOf('ALGO+IMPL')).toEqual(seedsOf('ALGO'));
    expect(ordersOf('ALGO+IMPL').map(({ seeds }) => seeds.accumulationOrder)).toEqual(
      ordersOf('IMPL').map(({ seeds }) => seeds.accumulationOrder),
    );
  });

  it('never shares a seed between sources', () => {
    for (const { seeds } of plan) {
      const values = Object.values(seeds).filter((seed) => seed !== null);
      expect(new Set(values).size).toBe(values.length);
    }
  });

  it('permutes inside mini-batches only where accumulation order is the implementation noise', () => {
    expect(ordersOf('ALGO').every(({ seeds }) => seeds.accumulationOrder === null)).toBe(true);
    expect(ordersOf('CONTROL').every(({ seeds }) => seeds.accumulationOrder === null)).toBe(true);
    expect(new Set(ordersOf('IMPL').map(({ seeds }) => seeds.accumulationOrder)).size).toBe(3);
  });

  it('gives other roots other seeds', () => {
    const other = planReplicates(applyOverrides(study, ['seed=1']), 'study-1', null);
    const seeds = (of: typeof plan) => of.flatMap((order) => Object.values(order.seeds));
    const shared = seeds(other).filter((seed) => seed !== null && seeds(plan).includes(seed));
    expect(shared).toEqual([]);
  });

  it('keeps the seeds of the replicates it had when replicates are added', () => {
    const more = planReplicates({ ...study, replicates: 5 }, 'study-1', 'abc');
    expect(more.slice(0, 12)).toEqual(plan);
  });

  it.each([
    ['accumulation-order', [1, 1, 1], true],
    ['configuration', [1, 2, 3], true],
    ['device', [1, 1, 1], false],
  ] as const)(
    'resolves %s noise to threads %j and deterministic kernels %j',
    (noise, threads, deterministic) => {
      const noisy = { ...study, variants: withImplementationNoise(study.variants, noise) };
      const orders = planReplicates(noisy, 's', null);
      expect(ordersOf('IMPL', orders).map(({ execution }) => execution.threads)).toEqual(threads);
      expect(ordersOf('IMPL', orders).map(({ execution }) => execution.deterministicOps)).toEqual(
        threads.map(() => deterministic),
      );
      for (const { execution } of ordersOf('CONTROL', orders)) {
        expect(execution).toEqual({
          device: 'cpu',
          precision: 'float32',
          threads: 1,
          oneDnn: true,
          deterministicOps: true,
        });
      }
    },
  );
});
