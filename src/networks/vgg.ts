import type { Blueprint } from './blueprint.ts';
import type { FeatureMap } from './layerOperation.ts';
import type { NetworkKind } from './networkKind.ts';

/** Filters of the five blocks, each of which ends in a pooling. */
const filters = [64, 128, 256, 512, 512] as const;
const hidden = 4096;

/** Simonyan & Zisserman 2015; `keras.applications` has no dropout between the dense layers. */
function draw(blueprint: Blueprint, convolutions: readonly number[], classes: number): FeatureMap {
  let x = blueprint.image;
  filters.forEach((count, index) => {
    const last = convolutions[index] ?? 0;
    for (let number = 1; number <= last; number += 1) {
      const name = `block${index + 1}_conv${number}`;
      const rectifiedPool = number === last;
      x = blueprint.convolution(x, { name, filters: count, size: 3, rectifiedPool });
      if (!rectifiedPool) x = blueprint.activation(x, 'relu', `${name}_relu`);
    }
  });
  x = blueprint.flatten(x);
  for (const name of ['fc1', 'fc2']) {
    x = blueprint.activation(blueprint.dense(x, { name, units: hidden }), 'relu', `${name}_relu`);
  }
  return blueprint.dense(x, { name: 'predictions', units: classes });
}

const common = { smallestSide: 32, because: 'halves the image five times' } as const;

/** VGG16 as `keras.applications` builds it: 138,357,544 parameters for 224 x 224 x 3 images and 1,000 classes. */
export const vgg16: NetworkKind<'vgg16'> = {
  title: 'VGG16',
  ...common,
  draw: (blueprint, _reference, classes) => draw(blueprint, [2, 2, 3, 3, 3], classes),
};

/** VGG19 as `keras.applications` builds it: 143,667,240 parameters for 224 x 224 x 3 images and 1,000 classes. */
export const vgg19: NetworkKind<'vgg19'> = {
  title: 'VGG19',
  ...common,
  draw: (blueprint, _reference, classes) => draw(blueprint, [2, 2, 4, 4, 4], classes),
};
