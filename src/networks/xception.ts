import type { Blueprint } from './blueprint.ts';
import type { FeatureMap } from './layerOperation.ts';
import type { NetworkKind } from './networkKind.ts';

/** Convolution without bias and batch normalisation; unnamed layers are numbered as Keras numbers them. */
function normalizedConvolution(
  blueprint: Blueprint,
  x: FeatureMap,
  options: { name?: string; filters: number; size: number; strides?: number; padding?: 'valid' },
): FeatureMap {
  const convolved = blueprint.convolution(x, { ...options, bias: false });
  return blueprint.batchNormalization(
    convolved,
    options.name === undefined ? {} : { name: `${options.name}_bn` },
  );
}

/** Separable convolution 3 x 3 and batch normalisation. */
function separable(blueprint: Blueprint, x: FeatureMap, name: string, filters: number): FeatureMap {
  const convolved = blueprint.separable(x, { name, filters, size: 3 });
  return blueprint.batchNormalization(convolved, { name: `${name}_bn` });
}

/** Two separable convolutions and a pooling that halves the image, beside a projection. */
function halvingBlock(
  blueprint: Blueprint,
  x: FeatureMap,
  number: number,
  [first, second]: readonly [number, number],
): FeatureMap {
  const name = `block${number}`;
  const residual = normalizedConvolution(blueprint, x, { filters: second, size: 1, strides: 2 });
  // What comes into block 2 is rectified already.
  let y = number === 2 ? x : blueprint.activation(x, 'relu', `${name}_sepconv1_act`);
  y = separable(blueprint, y, `${name}_sepconv1`, first);
  y = blueprint.activation(y, 'relu', `${name}_sepconv2_act`);
  y = separable(blueprint, y, `${name}_sepconv2`, second);
  y = blueprint.maximumPool(y, { name: `${name}_pool`, size: 3, strides: 2, padding: 'same' });
  return blueprint.add([y, residual]);
}

/** Three separable convolutions beside the identity. */
function middleBlock(blueprint: Blueprint, x: FeatureMap, number: number): FeatureMap {
  const y = [1, 2, 3].reduce((input, part) => {
    const name = `block${number}_sepconv${part}`;
    return separable(blueprint, blueprint.activation(input, 'relu', `${name}_act`), name, 728);
  }, x);
  return blueprint.add([y, x]);
}

/**
 * Xception (Chollet 2017) as `keras.applications` builds it: 22,910,480 parameters for 1,000 classes, 22,855,952 of them
 * trained.
 */
export const xception: NetworkKind<'xception'> = {
  title: 'Xception',
  smallestSide: 71,
  because: 'halves the image five times, the first time without padding',
  draw(blueprint, _reference, classes) {
    let x = blueprint.image;
    const stem = [
      { name: 'block1_conv1', filters: 32, strides: 2 },
      { name: 'block1_conv2', filters: 64, strides: 1 },
    ];
    for (const options of stem) {
      x = normalizedConvolution(blueprint, x, { ...options, size: 3, padding: 'valid' });
      x = blueprint.activation(x, 'relu', `${options.name}_act`);
    }
    x = halvingBlock(blueprint, x, 2, [128, 128]);
    x = halvingBlock(blueprint, x, 3, [256, 256]);
    x = halvingBlock(blueprint, x, 4, [728, 728]);
    for (let number = 5; number <= 12; number += 1) x = middleBlock(blueprint, x, number);
    x = halvingBlock(blueprint, x, 13, [728, 1024]);
    [1536, 2048].forEach((filters, index) => {
      const name = `block14_sepconv${index + 1}`;
      x = blueprint.activation(separable(blueprint, x, name, filters), 'relu', `${name}_act`);
    });
    x = blueprint.globalAveragePool(x, { name: 'avg_pool' });
    return blueprint.dense(x, { name: 'predictions', units: classes });
  },
};
