import { cpus } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLibrary } from '../../../main/library/openLibrary.ts';
import type { KnownDataset } from '../../../src/host/datasets/knownDatasets.ts';
import { describePreset } from '../../../src/host/needs/presetNeeds.ts';
import { studyNeeds } from '../../../src/host/needs/studyNeeds.ts';
import { estimateTime, measuredPaces } from '../../../src/host/needs/trainingPace.ts';
import type { LibraryClient } from '../../../src/library/client.ts';
import { datasetFacts } from '../../../src/study/datasetFacts.ts';
import { applyOverrides } from '../../../src/study/overrides.ts';
import { planReplicates } from '../../../src/study/plan.ts';
import type { Preset } from '../../../src/study/preset.ts';
import { presetNamed, studyFromPreset } from '../../../src/study/presets.ts';
import { buildBatch, temporaryFolder } from '../../fixtures/library/library.ts';
import { buildStarted } from '../../fixtures/results/resultFolder.ts';

const folder = temporaryFolder();
const fashion = studyFromPreset(presetNamed('quickstart'));
const facts = { examples: { train: 8000, test: 2000 }, shape: [28, 28, 1] as const, classes: 10 };
const studyOf = (preset: Preset) => Promise.resolve(studyFromPreset(preset));

describe('what a study needs', () => {
  it('is counted from its network: SmallCNN on 28 x 28', () => {
    const needs = studyNeeds(fashion, facts, []);
    // Three convolutions with a bias, 28 to 14 to 7 places wide, and two dense layers.
    const multiplications = 28 * 28 * 9 * 16 + 14 * 14 * 9 * 16 * 32 + 7 * 7 * 9 * 32 * 32;
    const work = 6 * (multiplications + 32 * 32 + 32 * 10);
    expect(needs?.time).toMatchObject({ basis: 'counted', replicates: null });
    expect(needs!.time.examplesPerSecond * work).toBeCloseTo(needs!.time.operationsPerSecond!, 0);
    const { examplesPerSecond, parallel, seconds } = needs!.time;
    expect(seconds * examplesPerSecond * parallel).toBeCloseTo(12 * 12 * 8000, 3);
    const parameters = 3 * 3 * 16 + 16 + 9 * 16 * 32 + 32 + 9 * 32 * 32 + 32 + 33 * 32 + 33 * 10;
    expect(needs?.memory).toMatchObject({
      weights: 4 * parameters,
      gradients: 4 * parameters,
      optimiser: 8 * parameters,
      images: 10_000 * 28 * 28,
    });
    // Each convolution keeps what it gives, rectifies and pools; three dense numbers and the classes.
    const convolved = 28 * 28 * 16 + 14 * 14 * 32 + 7 * 7 * 32;
    const pooled = 14 * 14 * 16 + 7 * 7 * 32 + 3 * 3 * 32;
    const activations = 2 * convolved + pooled + 3 * 32 + 10;
    expect(needs!.memory.activations / (2 * 128 * 4)).toBeCloseTo(activations, 6);
  });

  it('is less of a part, of micro-batches, of an optimiser that keeps nothing and of 16 bits', () => {
    const whole = studyNeeds(fashion, facts, [])!;
    const half = studyNeeds(fashion, facts, [], 0.5)!;
    expect([half.time.seconds / whole.time.seconds, half.bytes / whole.bytes]).toEqual([0.5, 0.5]);
    const lean = applyOverrides(fashion, [
      'recipe.gradientAccumulation=4',
      'recipe.optimizer={"name":"sgd"}',
      'execution.precision=mixed-bfloat16',
    ]);
    const { memory } = studyNeeds(lean, facts, [])!;
    expect(memory.optimiser).toBe(0);
    expect(memory.activations).toBe(whole.memory.activations / 8);
  });

  it('is nothing where images are too small', () => {
    const deep = applyOverrides(fashion, ['network={"name":"xception"}']);
    expect(studyNeeds(deep, facts, [])).toBeNull();
  });
});

describe('how long training takes', () => {
  let library: LibraryClient;
  beforeAll(async () => {
    library = await openLibrary(path.join(folder, 'library.sqlite'));
    const identity = { name: 'Fashion-MNIST', shape: [28, 28, 1], classes: 10 };
    const data = { hash: 'abc123', identity, testLabels: Int32Array.of(3, 1, 4, 1, 5) };
    const orders = planReplicates(fashion, 'measured', 'abc123');
    await library.createStudy(fashion, orders, data);
    for (const [position, { id }] of orders.slice(0, 3).entries()) {
      const { records, ...batch } = buildBatch(2, { epoch: () => ({ trainSeconds: 1 + position }) });
      // Two of them were trained here, one elsewhere.
      const cpuModel = position < 2 ? (cpus()[0]?.model.trim() ?? 'unknown') : 'another';
      const started = { type: 'started' as const, ...buildStarted({ machine: { cpuModel } }) };
      await library.ingest(id, { ...batch, records: [started, ...records.slice(1)] });
    }
  });
  afterAll(() => library.close());

  it('is taken from replicates that were trained on this machine, where some were', async () => {
    const paces = await measuredPaces(library);
    expect(paces.map(({ examplesPerSecond }) => examplesPerSecond)).toEqual([384, 192]);
    expect(estimateTime(fashion, facts, 10, paces)).toMatchObject({
      ...{ basis: 'measured', replicates: 2, examplesPerSecond: 288, operationsPerSecond: null },
    });
  });

  it.each(['recipe.batchSize=64', 'execution.threads=2', 'network.batchNorm=true', 'execution.device=gpu'])(
    'is counted for other work: %s',
    async (override) => {
      const paces = await measuredPaces(library);
      expect(estimateTime(applyOverrides(fashion, [override]), facts, 10, paces).basis).toBe('counted');
    },
  );
});

describe('a preset', () => {
  const known = (given: Partial<KnownDataset>): KnownDataset => ({
    ...{ name: 'mine', dataset: { kind: 'image-folder', path: '/mine', testFraction: 0.2 }, hash: 'h' },
    ...{ examples: { train: 80, test: 20 }, classes: 4, shape: [64, 64, 3], checked: '2026-01-01T00:00:00Z' },
    ...given,
  });

  it('says that its data are shipped, in their place, or still to be fetched', async () => {
    const describe = (name: string, there: KnownDataset[] = []) =>
      describePreset(presetNamed(name), { known: there, paces: [], studyOf });
    expect((await describe('quickstart')).data).toEqual({ isHere: true, path: null, open: [] });
    const missing = await describe('resnet18-cifar100');
    expect(missing.data.isHere).toBe(false);
    expect(missing.data.open[0]?.what).toContain('datasets download cifar-100');
    // What is not here can be counted all the same.
    expect(missing.estimate?.network.trainable).toBe(11_220_132);
    const own = await describe('smallcnn-images');
    expect(own.estimate).toBeNull();
    const here = await describe('smallcnn-images', [known({})]);
    expect(here.data).toEqual({ isHere: true, path: '/mine', open: [] });
    expect(here.estimate?.memory.images).toBe(100 * 64 * 64 * 3);
  });

  it.each(['smallcnn-cifar10', 'smallcnn-cifar100', 'quickstart', 'resnet18-cifar100-mini'])(
    'knows how large its data are: %s',
    (name) => {
      expect(datasetFacts(studyFromPreset(presetNamed(name), placeOf(name)).task.dataset)).not.toBeNull();
    },
  );
  const placeOf = (name: string): string[] =>
    presetNamed(name).needs.length === 0 ? [] : ['task.dataset.path=/x'];
});
