import { expect, it } from 'vitest';
import { modelWeights } from '../../src/engine/modelWeights.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import { networkBuilder } from '../../src/engine/networkBuilder.ts';
import { usesBatchStatistics } from '../../src/networks/networkSize.ts';
import type { NetworkReference } from '../../src/study/task.ts';

it.each<NetworkReference>([
  { name: 'smallcnn', batchNorm: false, dropout: 0.1 },
  { name: 'smallcnn', batchNorm: true, dropout: 0 },
  { name: 'resnet18' },
  { name: 'vgg16' },
])('tells of each network whether it keeps statistics of its batches: $name, $batchNorm', async (network) => {
  const tf = await loadTensorFlow();
  const { model } = networkBuilder(network)({ tf, imageShape: [32, 32, 3], classes: 10 });
  expect(modelWeights(model).some(({ trainable }) => !trainable)).toBe(usesBatchStatistics(network));
  model.dispose();
});
