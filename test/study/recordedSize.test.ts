import { expect, it } from 'vitest';
import { networkSize } from '../../src/networks/networkSize.ts';
import { presetNamed, studyFromPreset } from '../../src/study/presets.ts';
import { recordedBytes } from '../../src/study/recordedSize.ts';

const data = { trainExamples: 8000, testExamples: 2000, classes: 10 };

it('the bytes of a replicate are close to what one recorded', () => {
  const overrides = ['task.recipe.epochs=3', 'replicates=1'];
  const study = studyFromPreset(presetNamed('quickstart'), overrides);
  const size = networkSize(study.task.network, [28, 28, 1], 10);
  const control = { ...study, variants: study.variants.slice(3) };
  // `noisefloor run quickstart --epochs 3 --replicates 1 --variants CONTROL`: records.log and a checkpoint, in bytes.
  const recorded = 43_652 + 62_832;
  expect(recordedBytes(control, data, size!) / recorded).toBeGreaterThan(0.97);
  expect(recordedBytes(control, data, size!) / recorded).toBeLessThan(1.03);
});

it('logits and checkpoints are counted at the epochs that keep them', () => {
  const study = studyFromPreset(presetNamed('smallcnn-fashion-bn'), [
    'replicates=1',
    'variants=[{"name":"A","sources":{"initialisation":"vary","order":"vary","augmentation":"vary","dropout":"vary"},"implementation":"deterministic"}]',
  ]);
  const size = { trainable: 1000, movingStatistics: 0, tensors: { trainable: 0, movingStatistics: 0 } };
  const bytes = (record: Partial<typeof study.record>) =>
    recordedBytes({ ...study, record: { ...study.record, ...record } }, data, size);
  const last = bytes({ predictions: 'last', checkpoints: 'last' });
  expect(bytes({ predictions: 'every', checkpoints: 'last' }) - last).toBe(119 * 2000);
  expect(bytes({ predictions: 'last', logits: true, checkpoints: 'last' }) - last).toBe(2000 * 10 * 2);
  // Epochs 9, 49, 99 and the last.
  expect(bytes({ predictions: 'last' }) - last).toBe(3 * 4000);
});
