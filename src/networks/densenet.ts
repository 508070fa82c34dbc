import { channelsOf, type Blueprint } from './blueprint.ts';
import type { FeatureMap } from './layerOperation.ts';
import type { NetworkKind } from './networkKind.ts';

/** Channels that each layer of a dense block adds. */
const growth = 32;
const epsilon = 1.001e-5;

function normalized(blueprint: Blueprint, x: FeatureMap, name: string, relu: string): FeatureMap {
  return blueprint.activation(blueprint.batchNormalization(x, { name, epsilon }), 'relu', relu);
}

/** Adds channels made of all that came before. */
function denseLayer(blueprint: Blueprint, x: FeatureMap, name: string): FeatureMap {
  let y = normalized(blueprint, x, `${name}_0_bn`, `${name}_0_relu`);
  y = blueprint.convolution(y, { name: `${name}_1_conv`, filters: 4 * growth, size: 1, bias: false });
  y = normalized(blueprint, y, `${name}_1_bn`, `${name}_1_relu`);
  y = blueprint.convolution(y, { name: `${name}_2_conv`, filters: growth, size: 3, bias: false });
  return blueprint.concatenate([x, y], `${name}_concat`);
}

/** Halves the channels and the image. */
function transition(blueprint: Blueprint, x: FeatureMap, name: string): FeatureMap {
  const y = normalized(blueprint, x, `${name}_bn`, `${name}_relu`);
  const filters = Math.floor(channelsOf(x) / 2);
  const convolved = blueprint.convolution(y, { name: `${name}_conv`, filters, size: 1, bias: false });
  return blueprint.averagePool(convolved, { name: `${name}_pool`, size: 2 });
}

/** Huang et al. 2017. */
function draw(blueprint: Blueprint, blocks: readonly number[], classes: number): FeatureMap {
  let x = blueprint.zeroPadding(blueprint.image, [[3, 3], [3, 3]], 'zero_padding2d'); // prettier-ignore
  x = blueprint.convolution(x, {
    name: 'conv1_conv',
    filters: 64,
    size: 7,
    strides: 2,
    padding: 'valid',
    bias: false,
  });
  x = normalized(blueprint, x, 'conv1_bn', 'conv1_relu');
  x = blueprint.zeroPadding(x, [[1, 1], [1, 1]], 'zero_padding2d_1'); // prettier-ignore
  x = blueprint.maximumPool(x, { name: 'pool1', size: 3, strides: 2 });
  blocks.forEach((layers, index) => {
    if (index > 0) x = transition(blueprint, x, `pool${index + 1}`);
    for (let layer = 1; layer <= layers; layer += 1) {
      x = denseLayer(blueprint, x, `conv${index + 2}_block${layer}`);
    }
  });
  x = normalized(blueprint, x, 'bn', 'relu');
  x = blueprint.globalAveragePool(x, { name: 'avg_pool' });
  return blueprint.dense(x, { name: 'predictions', units: classes });
}

const common = { smallestSide: 32, because: 'halves the image five times' } as const;

/** DenseNet121 as `keras.applications` builds it: 8,062,504 parameters for 1,000 classes, 7,978,856 of them trained. */
export const denseNet121: NetworkKind<'densenet121'> = {
  title: 'DenseNet121',
  ...common,
  draw: (blueprint, _reference, classes) => draw(blueprint, [6, 12, 24, 16], classes),
};

/** DenseNet201 as `keras.applications` builds it: 20,242,984 parameters for 1,000 classes, 20,013,928 of them trained. */
export const denseNet201: NetworkKind<'densenet201'> = {
  title: 'DenseNet201',
  ...common,
  draw: (blueprint, _reference, classes) => draw(blueprint, [6, 12, 48, 32], classes),
};
