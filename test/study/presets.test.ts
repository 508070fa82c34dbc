import { describe, expect, it } from 'vitest';
import { epochExamples } from '../../src/data/epochOrder.ts';
import { learningRateAt } from '../../src/study/learningRate.ts';
import { parseStudy } from '../../src/study/parse.ts';
import { presets } from '../../src/study/presetList.ts';
import { presetNamed, studyFromPreset, withKnownData } from '../../src/study/presets.ts';
import { failureOf } from './failure.ts';

describe('presets', () => {
  it.each(presets.filter(({ needs }) => needs.length === 0))('$name is a valid study', (preset) => {
    const study = studyFromPreset(preset);
    expect(study).toEqual(parseStudy(preset.study));
    expect(study.name).toBe(preset.name);
    expect(study.preset).toBe(preset.name);
    expect(study.variants.map(({ name }) => name)).toEqual(
      preset.name === 'one-bit'
        ? ['ALGO', 'CONTROL', 'ONE BIT', 'ONE SWAP']
        : ['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL'],
    );
  });

  it.each(['smallcnn-fashion', 'smallcnn-fashion-bn'])("%s has the reference's recipe", (name) => {
    const { recipe, network } = studyFromPreset(presetNamed(name)).task;
    expect(recipe).toEqual({
      optimizer: { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
      learningRate: {
        base: 4e-4,
        steps: [
          { fromEpoch: 50, factor: 0.1 },
          { fromEpoch: 100, factor: 0.01 },
        ],
      },
      batchSize: 128,
      epochs: 120,
      shuffle: { kind: 'bounded', buffer: 1024 },
      augmentation: [],
      scaling: 'unit',
    });
    expect(network).toEqual({ name: 'smallcnn', batchNorm: name.endsWith('bn'), dropout: 0 });
  });

  it.each(presets)('$name keeps the weights only of epochs that it trains', ({ study }) => {
    const kept = study.record?.checkpoints;
    const epochs = study.task.recipe.epochs;
    expect(Array.isArray(kept) ? kept.filter((epoch) => epoch >= epochs) : []).toEqual([]);
  });

  it('quickstart is four variants of three replicates', () => {
    const study = studyFromPreset(presetNamed('quickstart'));
    expect(study.variants).toHaveLength(4);
    expect(study.replicates).toBe(3);
  });

  it('says what it needs, and takes it by the path from the study or the task', () => {
    const preset = presetNamed('smallcnn-images');
    const error = failureOf(() => studyFromPreset(preset));
    expect(error.code).toBe('preset-needs');
    expect(error.message).toContain('Give it with --set task.dataset.path=VALUE.');
    for (const path of ['task.dataset.path', 'dataset.path']) {
      const study = studyFromPreset(preset, [`${path}=/images`, 'replicates=2']);
      expect(study.task.dataset).toEqual({ kind: 'image-folder', path: '/images', testFraction: 0.2 });
      expect(study.task.recipe.shuffle).toEqual({ kind: 'full' });
      expect(study.task.recipe.epochs).toBe(200);
      expect(study.replicates).toBe(2);
    }
  });
});

describe('presets on CIFAR', () => {
  const study = (name: string) => studyFromPreset(presetNamed(name), ['task.dataset.path=/cifar']);

  it.each([
    ['smallcnn-cifar10', 'cifar-10', false],
    ['smallcnn-cifar10-bn', 'cifar-10', true],
    ['smallcnn-cifar100', 'cifar-100', false],
  ])("%s is the paper's SmallCNN", (name, kind, batchNorm) => {
    const { task, replicates } = study(name);
    expect(task.dataset.kind).toBe(kind);
    expect(task.network).toEqual({ name: 'smallcnn', batchNorm, dropout: 0 });
    expect(task.recipe).toMatchObject({ batchSize: 128, epochs: 200, scaling: 'unit' });
    expect(task.recipe.learningRate.base).toBe(4e-4);
    expect(replicates).toBe(10);
  });

  it.each(['resnet18-cifar10', 'resnet18-cifar100'])("%s has the paper's schedule", (name) => {
    const { recipe } = study(name).task;
    // 4e-4 x 0.1^(epoch div 50), and 391 steps of 128 of 50,000 examples.
    for (const epoch of [0, 49, 50, 99, 100, 150, 199]) {
      const rate = learningRateAt(recipe, { epoch, step: 0, stepsPerEpoch: 391 });
      expect(rate).toBeCloseTo(4e-4 * 0.1 ** Math.floor(epoch / 50), 12);
    }
    expect(epochExamples(recipe, 50_000, 0, 0)).toHaveLength(391 * 128);
    expect(recipe).toMatchObject({ scaling: 'standardise', shuffle: { kind: 'bounded', buffer: 10_000 } });
  });

  it('take their data from where they are on this machine, if it is one place', () => {
    const preset = presetNamed('smallcnn-cifar10');
    const cifar = { kind: 'cifar-10', path: '/here' } as const;
    const other = { kind: 'cifar-100', path: '/there', labels: 'fine' } as const;
    expect(studyFromPreset(withKnownData(preset, [other, cifar])).task.dataset).toEqual(cifar);
    expect(withKnownData(preset, [other])).toBe(preset);
    expect(withKnownData(preset, [cifar, { ...cifar, path: '/too' }])).toBe(preset);
    expect(withKnownData(presetNamed('quickstart'), [cifar])).toBe(presetNamed('quickstart'));
  });
});

describe('presetNamed', () => {
  it('takes names without case and names the nearest of others', () => {
    expect(presetNamed('QuickStart').name).toBe('quickstart');
    const error = failureOf(() => presetNamed('smalcnn-fasion'));
    expect(error.code).toBe('unknown-preset');
    expect(error.message).toContain('Did you mean "smallcnn-fashion"?');
    expect(failureOf(() => presetNamed('zzz')).message).toContain('Known: quickstart, smallcnn-fashion');
  });
});
