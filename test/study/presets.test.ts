import { describe, expect, it } from 'vitest';
import { parseStudy } from '../../src/study/parse.ts';
import { presetNamed, presets, studyFromPreset } from '../../src/study/presets.ts';
import { failureOf } from './failure.ts';

describe('presets', () => {
  it.each(presets.filter(({ needs }) => needs.length === 0))('$name is a valid study', (preset) => {
    const study = studyFromPreset(preset);
    expect(study).toEqual(parseStudy(preset.study));
    expect(study.name).toBe(preset.name);
    expect(study.preset).toBe(preset.name);
    expect(study.variants.map(({ name }) => name)).toEqual(['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL']);
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

describe('presetNamed', () => {
  it('takes names without case and names the nearest of others', () => {
    expect(presetNamed('QuickStart').name).toBe('quickstart');
    const error = failureOf(() => presetNamed('smalcnn-fasion'));
    expect(error.code).toBe('unknown-preset');
    expect(error.message).toContain('Did you mean "smallcnn-fashion"?');
    expect(failureOf(() => presetNamed('zzz')).message).toContain('Known: quickstart, smallcnn-fashion');
  });
});
