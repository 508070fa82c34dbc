import type { Blueprint } from './blueprint.ts';
import type { FeatureMap } from './layerOperation.ts';
import type { NetworkKind } from './networkKind.ts';

/** Filters of the bottlenecks of the four stages; each block gives four times as many channels. */
const stages = [64, 128, 256, 512] as const;
const epsilon = 1.001e-5;

/** Convolution with bias, then batch normalisation: `<name>_<number>_conv`, `<name>_<number>_bn`. */
function normalizedConvolution(
  blueprint: Blueprint,
  x: FeatureMap,
  name: string,
  options: { filters: number; size: number; strides?: number; padding: 'same' | 'valid' },
): FeatureMap {
  const convolved = blueprint.convolution(x, { name: `${name}_conv`, ...options });
  return blueprint.batchNormalization(convolved, { name: `${name}_bn`, epsilon });
}

/** A bottleneck of He et al. 2016, with the stride in its first convolution, as Keras has it. */
function bottleneck(
  blueprint: Blueprint,
  x: FeatureMap,
  name: string,
  { filters, strides, projects }: { filters: number; strides: number; projects: boolean },
): FeatureMap {
  const wide = 4 * filters;
  const shortcut = projects
    ? normalizedConvolution(blueprint, x, `${name}_0`, { filters: wide, size: 1, strides, padding: 'valid' })
    : x;
  let y = normalizedConvolution(blueprint, x, `${name}_1`, { filters, size: 1, strides, padding: 'valid' });
  y = blueprint.activation(y, 'relu', `${name}_1_relu`);
  y = normalizedConvolution(blueprint, y, `${name}_2`, { filters, size: 3, padding: 'same' });
  y = blueprint.activation(y, 'relu', `${name}_2_relu`);
  y = normalizedConvolution(blueprint, y, `${name}_3`, { filters: wide, size: 1, padding: 'valid' });
  return blueprint.activation(blueprint.add([shortcut, y], `${name}_add`), 'relu', `${name}_out`);
}

function draw(blueprint: Blueprint, blocks: readonly number[], classes: number): FeatureMap {
  let x = blueprint.zeroPadding(blueprint.image, [[3, 3], [3, 3]], 'conv1_pad'); // prettier-ignore
  x = normalizedConvolution(blueprint, x, 'conv1', { filters: 64, size: 7, strides: 2, padding: 'valid' });
  x = blueprint.activation(x, 'relu', 'conv1_relu');
  x = blueprint.zeroPadding(x, [[1, 1], [1, 1]], 'pool1_pad'); // prettier-ignore
  x = blueprint.maximumPool(x, { name: 'pool1_pool', size: 3, strides: 2 });
  stages.forEach((filters, stage) => {
    for (let block = 1; block <= (blocks[stage] ?? 0); block += 1) {
      const first = block === 1;
      const strides = first && stage > 0 ? 2 : 1;
      x = bottleneck(blueprint, x, `conv${stage + 2}_block${block}`, { filters, strides, projects: first });
    }
  });
  x = blueprint.globalAveragePool(x, { name: 'avg_pool' });
  return blueprint.dense(x, { name: 'predictions', units: classes });
}

const common = { smallestSide: 32, because: 'halves the image five times' } as const;

/** ResNet50 as `keras.applications` builds it: 25,636,712 parameters for 1,000 classes, 25,583,592 of them trained. */
export const resNet50: NetworkKind<'resnet50'> = {
  title: 'ResNet50',
  ...common,
  draw: (blueprint, _reference, classes) => draw(blueprint, [3, 4, 6, 3], classes),
};

/** ResNet152 as `keras.applications` builds it: 60,419,944 parameters for 1,000 classes, 60,268,520 of them trained. */
export const resNet152: NetworkKind<'resnet152'> = {
  title: 'ResNet152',
  ...common,
  draw: (blueprint, _reference, classes) => draw(blueprint, [3, 8, 36, 3], classes),
};
