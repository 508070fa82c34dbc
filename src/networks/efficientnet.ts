import type { Initialisation } from '../study/topology.ts';
import { channelsOf, type Blueprint } from './blueprint.ts';
import type { FeatureMap } from './layerOperation.ts';
import type { NetworkKind, Reference } from './networkKind.ts';

interface Stage {
  readonly size: number;
  readonly blocks: number;
  readonly filters: number;
  /** How many times as many channels a block works on. */
  readonly expansion: number;
  readonly strides: number;
}

/** The seven stages of B0 (Tan & Le 2019, table 1). */
const stages: readonly Stage[] = [
  { size: 3, blocks: 1, filters: 16, expansion: 1, strides: 1 },
  { size: 3, blocks: 2, filters: 24, expansion: 6, strides: 2 },
  { size: 5, blocks: 2, filters: 40, expansion: 6, strides: 2 },
  { size: 3, blocks: 3, filters: 80, expansion: 6, strides: 2 },
  { size: 5, blocks: 3, filters: 112, expansion: 6, strides: 1 },
  { size: 5, blocks: 4, filters: 192, expansion: 6, strides: 2 },
  { size: 3, blocks: 1, filters: 320, expansion: 6, strides: 1 },
];
const allBlocks = stages.reduce((sum, { blocks }) => sum + blocks, 0);
const kernels: Initialisation = { kind: 'scaled', scale: 2, fan: 'out', distribution: 'truncated-normal' };
const lastKernel: Initialisation = { kind: 'scaled', scale: 1 / 3, fan: 'out', distribution: 'uniform' };

function convolution(
  blueprint: Blueprint,
  x: FeatureMap,
  name: string,
  filters: number,
  bias = false,
): FeatureMap {
  return blueprint.convolution(x, { name, filters, size: 1, bias, initialisation: kernels });
}

function normalized(blueprint: Blueprint, x: FeatureMap, bn: string, activation: string): FeatureMap {
  return blueprint.activation(blueprint.batchNormalization(x, { name: bn }), 'swish', activation);
}

/** Zeros around an image, so that an unpadded window of stride 2 covers it as Keras has it. */
function padded(blueprint: Blueprint, x: FeatureMap, size: number, name: string): FeatureMap {
  const half = Math.floor(size / 2);
  const around = (side: number | undefined): readonly [number, number] => [
    half - (1 - ((side ?? 0) % 2)),
    half,
  ];
  return blueprint.zeroPadding(x, [around(x.shape[0]), around(x.shape[1])], name);
}

/** Scales channels by what they are like over the whole image (Hu et al. 2018). */
function squeezeAndExcite(blueprint: Blueprint, x: FeatureMap, name: string, squeezed: number): FeatureMap {
  let scale = blueprint.globalAveragePool(x, { name: `${name}se_squeeze`, keepsDimensions: true });
  scale = convolution(blueprint, scale, `${name}se_reduce`, squeezed, true);
  scale = blueprint.activation(scale, 'swish', `${name}se_reduce_activation`);
  scale = convolution(blueprint, scale, `${name}se_expand`, channelsOf(x), true);
  scale = blueprint.activation(scale, 'sigmoid', `${name}se_expand_activation`);
  return blueprint.multiply([x, scale], `${name}se_excite`);
}

/** An inverted bottleneck. @param dropped rate at which it is left out for an example while training. */
function block(
  blueprint: Blueprint,
  x: FeatureMap,
  name: string,
  { size, filters, expansion, strides }: Stage,
  dropped: number,
): FeatureMap {
  const channels = channelsOf(x);
  let y = x;
  if (expansion !== 1) {
    y = convolution(blueprint, y, `${name}expand_conv`, channels * expansion);
    y = normalized(blueprint, y, `${name}expand_bn`, `${name}expand_activation`);
  }
  if (strides === 2) y = padded(blueprint, y, size, `${name}dwconv_pad`);
  y = blueprint.depthwise(y, {
    name: `${name}dwconv`,
    size,
    strides,
    padding: strides === 2 ? 'valid' : 'same',
    initialisation: kernels,
  });
  y = normalized(blueprint, y, `${name}bn`, `${name}activation`);
  y = squeezeAndExcite(blueprint, y, name, Math.max(1, Math.floor(channels / 4)));
  y = convolution(blueprint, y, `${name}project_conv`, filters);
  y = blueprint.batchNormalization(y, { name: `${name}project_bn` });
  if (strides !== 1 || channels !== filters) return y;
  y = blueprint.dropout(y, { name: `${name}drop`, rate: dropped, wholeExamples: true });
  return blueprint.add([y, x], `${name}add`);
}

function draw(
  blueprint: Blueprint,
  { dropout, dropConnect }: Reference<'efficientnetb0'>,
  classes: number,
): FeatureMap {
  let x = blueprint.inputNormalization(blueprint.image, 'normalization');
  x = padded(blueprint, x, 3, 'stem_conv_pad');
  x = blueprint.convolution(x, {
    name: 'stem_conv',
    filters: 32,
    size: 3,
    strides: 2,
    padding: 'valid',
    bias: false,
    initialisation: kernels,
  });
  x = normalized(blueprint, x, 'stem_bn', 'stem_activation');
  let drawn = 0;
  stages.forEach((stage, index) => {
    for (let position = 0; position < stage.blocks; position += 1) {
      const name = `block${index + 1}${String.fromCharCode(97 + position)}_`;
      const strides = position === 0 ? stage.strides : 1;
      x = block(blueprint, x, name, { ...stage, strides }, (dropConnect * drawn) / allBlocks);
      drawn += 1;
    }
  });
  x = convolution(blueprint, x, 'top_conv', 1280);
  x = normalized(blueprint, x, 'top_bn', 'top_activation');
  x = blueprint.globalAveragePool(x, { name: 'avg_pool' });
  x = blueprint.dropout(x, { name: 'top_dropout', rate: dropout });
  return blueprint.dense(x, { name: 'predictions', units: classes, initialisation: lastKernel });
}

/**
 * EfficientNetB0 as `keras.applications` builds it: 5,330,571 parameters for 1,000 classes, 5,288,548 of them trained.
 *
 * Among those that are not are the seven numbers of Keras' normalisation layer (mean and variance of three channels, and
 * a count), which change nothing until someone adapts them. Keras' division by 255 before it is the recipe's scaling
 * `unit` here, so that pixels are never scaled twice.
 */
export const efficientNetB0: NetworkKind<'efficientnetb0'> = {
  title: 'EfficientNetB0',
  smallestSide: 32,
  because: 'halves the image five times',
  draw,
};
