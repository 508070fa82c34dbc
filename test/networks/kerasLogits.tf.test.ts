import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/engine/compile.ts';
import { modelWeights } from '../../src/engine/modelWeights.ts';
import { networkBuilder } from '../../src/engine/networkBuilder.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import { networkSize } from '../../src/networks/networkSize.ts';
import { differenceOfLogits, imagesOf, kerasCases, weightValue } from '../fixtures/networks/kerasNetworks.ts';

describe('the parameters of each network', () => {
  it.each(kerasCases())('are those of Keras: $key', ({ network, keras: { parameters } }) => {
    const { side, classes, all, trainable } = parameters;
    const size = networkSize(network, [side, side, 3], classes);
    expect(size?.trainable).toBe(trainable);
    expect((size?.trainable ?? 0) + (size?.movingStatistics ?? 0)).toBe(all);
  });
});

describe('the logits of each network that is not trained in kerasSteps.tf.test.ts', () => {
  it.each(kerasCases().filter(({ keras }) => keras.loss === undefined))(
    'are those of Keras: $key',
    async (given) => {
      const tf = await loadTensorFlow();
      const { network, side, classes, batch } = given;
      const { model } = networkBuilder(network)({ tf, imageShape: [side, side, 3], classes });
      const weights = modelWeights(model);
      const images = imagesOf(given);
      const compiled = compile(tf, {
        variables: weights.map(({ variable }) => variable),
        inputs: [{ shape: [batch, side, side, 3], dtype: 'float32' }],
        body: (x) => [model.apply(x, { training: false }) as Tensor],
      });
      try {
        compiled.writeVariables(weights.map(({ name, shape }) => weightValue(name, shape)));
        const [logits] = compiled.run(Float32Array.from(images.images, (pixel) => pixel / 255));
        expect(differenceOfLogits(given.keras, logits as Float32Array)).toBeLessThan(1e-5);
        // What the size says is what the built model has.
        const size = networkSize(network, [side, side, 3], classes);
        const count = (trainable: boolean): number =>
          weights
            .filter((weight) => weight.trainable === trainable)
            .reduce((sum, { variable }) => sum + variable.size, 0);
        expect([size?.trainable, size?.movingStatistics]).toEqual([count(true), count(false)]);
      } finally {
        compiled.dispose();
        model.dispose();
      }
    },
  );
});
