import { channelsOf, type Blueprint } from './blueprint.ts';
import type { FeatureMap } from './layerOperation.ts';
import type { NetworkKind } from './networkKind.ts';

/** Filters of the four stages, of two blocks each. */
const stages = [64, 128, 256, 512] as const;
const finalPool = 4;

/** Convolution without bias, then batch normalisation. */
function normalizedConvolution(
  blueprint: Blueprint,
  x: FeatureMap,
  name: string,
  options: { filters: number; size: number; strides?: number },
): FeatureMap {
  const convolved = blueprint.convolution(x, { name, ...options, bias: false });
  return blueprint.batchNormalization(convolved, { name: `${name}_bn` });
}

function block(
  blueprint: Blueprint,
  x: FeatureMap,
  name: string,
  filters: number,
  strides: number,
): FeatureMap {
  const projected = channelsOf(x) !== filters || strides !== 1;
  const shortcut = projected
    ? normalizedConvolution(blueprint, x, `${name}_shortcut`, { filters, size: 1, strides })
    : x;
  const first = normalizedConvolution(blueprint, x, `${name}_conv1`, { filters, size: 3, strides });
  const rectified = blueprint.activation(first, 'relu', `${name}_relu1`);
  const second = normalizedConvolution(blueprint, rectified, `${name}_conv2`, { filters, size: 3 });
  const sum = blueprint.add([second, shortcut], `${name}_add`);
  return blueprint.activation(sum, 'relu', `${name}_relu2`);
}

/**
 * ResNet18 for small images as the reference builds it (He et al. 2016, with a 3 x 3 convolution and no pooling at the
 * start): convolutions without bias, projection shortcuts with batch normalisation, and at the end a 4 x 4 average pool
 * and a flatten rather than a global pool. 11,183,562 parameters, batch-norm statistics included, for 32 x 32 x 3 images
 * and 10 classes; 11,506,152 for CelebA's 128 x 128 x 3 and 40 outputs.
 */
export const resNet18: NetworkKind<'resnet18'> = {
  title: 'ResNet18',
  /** The last three stages halve the image, rounding up, and the pool needs 4 x 4 of what is left. */
  smallestSide: 2 ** (stages.length - 1) * (finalPool - 1) + 1,
  because: `halves the image three times before a ${finalPool} x ${finalPool} pool`,
  draw(blueprint, _reference, classes) {
    const stem = normalizedConvolution(blueprint, blueprint.image, 'stem', { filters: stages[0], size: 3 });
    let x = blueprint.activation(stem, 'relu', 'stem_relu');
    stages.forEach((filters, stage) => {
      const name = `stage${stage + 1}`;
      x = block(blueprint, x, `${name}_block1`, filters, stage === 0 ? 1 : 2);
      x = block(blueprint, x, `${name}_block2`, filters, 1);
    });
    const pooled = blueprint.averagePool(x, { size: finalPool });
    return blueprint.dense(blueprint.flatten(pooled), { units: classes });
  },
};
