import type { NetworkReference } from './task.ts';

/** How large a network is for images of one shape: known without building it. */
export interface NetworkSize {
  /** Weights that training changes. */
  trainable: number;
  /** Moving means and variances of batch normalisation. */
  movingStatistics: number;
  /** Tensors of each. */
  tensors: { trainable: number; movingStatistics: number };
}

/** [height, width, channels] */
type ImageShape = readonly [number, number, number];

const smallCnnFilters = [16, 32, 32] as const;
const smallCnnHidden = 32;
const resNetStages = [64, 128, 256, 512] as const;
const resNetPool = 4;

/**
 * The number of parameters of a study's network, as src/networks builds it.
 * @returns null where the images are too small for the network.
 */
export function networkSize(
  network: NetworkReference,
  shape: ImageShape,
  classes: number,
): NetworkSize | null {
  if (Math.min(shape[0], shape[1]) < smallestImageSide(network)) return null;
  return network.name === 'smallcnn'
    ? smallCnnSize(network.batchNorm, shape[2], classes)
    : resNet18Size(shape, classes);
}

/** The least height and width of images that a network takes, in pixels. */
export function smallestImageSide(network: NetworkReference): number {
  return network.name === 'smallcnn'
    ? 2 ** smallCnnFilters.length
    : 2 ** (resNetStages.length - 1) * (resNetPool - 1) + 1;
}

const nothing: NetworkSize = {
  trainable: 0,
  movingStatistics: 0,
  tensors: { trainable: 0, movingStatistics: 0 },
};

function sum(parts: readonly NetworkSize[]): NetworkSize {
  return parts.reduce(
    (total, part) => ({
      trainable: total.trainable + part.trainable,
      movingStatistics: total.movingStatistics + part.movingStatistics,
      tensors: {
        trainable: total.tensors.trainable + part.tensors.trainable,
        movingStatistics: total.tensors.movingStatistics + part.tensors.movingStatistics,
      },
    }),
    nothing,
  );
}

/** Kernel and bias. */
const dense = (inputs: number, outputs: number): NetworkSize => ({
  trainable: inputs * outputs + outputs,
  movingStatistics: 0,
  tensors: { trainable: 2, movingStatistics: 0 },
});

const convolution = (side: number, inputs: number, filters: number, bias: boolean): NetworkSize => ({
  trainable: side * side * inputs * filters + (bias ? filters : 0),
  movingStatistics: 0,
  tensors: { trainable: bias ? 2 : 1, movingStatistics: 0 },
});

/** Scale and shift are trained; mean and variance are moved. */
const batchNormalization = (channels: number): NetworkSize => ({
  trainable: 2 * channels,
  movingStatistics: 2 * channels,
  tensors: { trainable: 2, movingStatistics: 2 },
});

function smallCnnSize(batchNorm: boolean, channels: number, classes: number): NetworkSize {
  const inputs = [channels, ...smallCnnFilters];
  const convolutions = smallCnnFilters.map((filters, index) =>
    sum([
      convolution(3, inputs[index] ?? channels, filters, true),
      batchNorm ? batchNormalization(filters) : nothing,
    ]),
  );
  const features = smallCnnFilters[2];
  return sum([...convolutions, dense(features, smallCnnHidden), dense(smallCnnHidden, classes)]);
}

function resNet18Size([height, width, channels]: ImageShape, classes: number): NetworkSize {
  const normalized = (side: number, inputs: number, filters: number): NetworkSize =>
    sum([convolution(side, inputs, filters, false), batchNormalization(filters)]);
  const stages = resNetStages.map((filters, stage) => {
    const inputs = resNetStages[stage - 1] ?? filters;
    return sum([
      stage === 0 ? nothing : normalized(1, inputs, filters),
      normalized(3, inputs, filters),
      ...[1, 2, 3].map(() => normalized(3, filters, filters)),
    ]);
  });
  const pooled = (side: number): number => Math.floor(Math.ceil(side / 8) / resNetPool);
  const features = pooled(height) * pooled(width) * resNetStages[3];
  return sum([normalized(3, channels, resNetStages[0]), ...stages, dense(features, classes)]);
}
