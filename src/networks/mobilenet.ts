import type { Blueprint } from './blueprint.ts';
import type { FeatureMap } from './layerOperation.ts';
import type { NetworkKind } from './networkKind.ts';

/** Filters of the thirteen blocks, and whether they halve the image. */
const blocks = [
  { filters: 64, strides: 1 },
  { filters: 128, strides: 2 },
  { filters: 128, strides: 1 },
  { filters: 256, strides: 2 },
  { filters: 256, strides: 1 },
  { filters: 512, strides: 2 },
  ...Array.from({ length: 5 }, () => ({ filters: 512, strides: 1 })),
  { filters: 1024, strides: 2 },
  { filters: 1024, strides: 1 },
];

function normalized(blueprint: Blueprint, x: FeatureMap, name: string): FeatureMap {
  return blueprint.activation(
    blueprint.batchNormalization(x, { name: `${name}_bn` }),
    'relu6',
    `${name}_relu`,
  );
}

function separableBlock(
  blueprint: Blueprint,
  x: FeatureMap,
  number: number,
  { filters, strides }: { filters: number; strides: number },
): FeatureMap {
  const halves = strides === 2;
  const padded = halves ? blueprint.zeroPadding(x, [[0, 1], [0, 1]], `conv_pad_${number}`) : x; // prettier-ignore
  const depthwise = blueprint.depthwise(padded, {
    name: `conv_dw_${number}`,
    size: 3,
    strides,
    padding: halves ? 'valid' : 'same',
  });
  const pointwise = blueprint.convolution(normalized(blueprint, depthwise, `conv_dw_${number}`), {
    name: `conv_pw_${number}`,
    filters,
    size: 1,
    bias: false,
  });
  return normalized(blueprint, pointwise, `conv_pw_${number}`);
}

/**
 * MobileNet (Howard et al. 2017) as `keras.applications` builds it at full width: 4,253,864 parameters for 1,000 classes,
 * 4,231,976 of them trained. Its last layer is a convolution of 1 x 1.
 */
export const mobileNet: NetworkKind<'mobilenet'> = {
  title: 'MobileNet',
  smallestSide: 32,
  because: 'halves the image five times',
  draw(blueprint, { dropout }, classes) {
    const stem = { name: 'conv1', filters: 32, size: 3, strides: 2, bias: false } as const;
    let x = normalized(blueprint, blueprint.convolution(blueprint.image, stem), 'conv1');
    blocks.forEach((options, index) => {
      x = separableBlock(blueprint, x, index + 1, options);
    });
    x = blueprint.globalAveragePool(x, { keepsDimensions: true });
    x = blueprint.dropout(x, { name: 'dropout', rate: dropout });
    x = blueprint.convolution(x, { name: 'conv_preds', filters: classes, size: 1 });
    return blueprint.flatten(x, 'reshape_2');
  },
};
