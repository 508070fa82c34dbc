import { NoisefloorError } from '../study/errors.ts';
import type { NetworkSize } from '../study/recordedSize.ts';
import type { NetworkReference } from '../study/task.ts';
import type { Topology } from '../study/topology.ts';
import type { LayerSpecification } from './layerOperation.ts';
import { blueprintOf, networkFault, smallestImageSide } from './catalogue.ts';
import { weightsOf } from './weights.ts';

/** [height, width, channels] */
type ImageShape = readonly [number, number, number];

/**
 * The number of parameters of a study's network, known without building it.
 * @returns null where the network does not take such images: see {@link networkFault}.
 */
export function networkSize(
  network: NetworkReference,
  shape: ImageShape,
  classes: number,
): NetworkSize | null {
  if (networkFault(network, shape, classes) !== null) return null;
  const weights = blueprintOf(network, shape, classes).layers.flatMap(weightsOf);
  const of = (trainable: boolean): readonly number[] =>
    weights.filter((weight) => weight.trainable === trainable).map((weight) => product(weight.shape));
  const [trained, kept] = [of(true), of(false)];
  return {
    trainable: sum(trained),
    movingStatistics: sum(kept),
    tensors: { trainable: trained.length, movingStatistics: kept.length },
  };
}

/**
 * Multiplications, each with an addition, that a network takes to classify one image: those of its convolutions and dense
 * layers. The network must take such images.
 */
export function multiplyAdds(network: NetworkReference, shape: ImageShape, classes: number): number {
  return sum(blueprintOf(network, shape, classes).layers.map(workOf));
}

function workOf({ operation, inputs, output }: LayerSpecification): number {
  const channels = inputs[0]?.shape.at(-1) ?? 0;
  const places = product(output.shape.slice(0, -1));
  switch (operation.kind) {
    case 'convolution':
      // Four places of a convolution go into one that is pooled.
      return (
        places * (operation.rectifiedPool ? 4 : 1) * product(operation.size) * channels * operation.filters
      );
    case 'depthwise':
      return places * product(operation.size) * channels * operation.multiplier;
    case 'separable':
      return places * channels * operation.multiplier * (product(operation.size) + operation.filters);
    case 'dense':
      return channels * operation.units;
    default:
      return 0;
  }
}

/**
 * Whether a network looks at its whole batch while training, as batch normalisation does; otherwise the examples of
 * a batch can be computed in parts.
 */
export function usesBatchStatistics(network: NetworkReference): boolean {
  if (network.name === 'keras-file') {
    return network.topology?.layers.some(({ kind }) => kind === 'batch-normalization') ?? false;
  }
  const side = smallestImageSide(network.name);
  return blueprintOf(network, [side, side, 1], 2).layers.some(
    ({ operation }) => operation.kind === 'batch-normalization',
  );
}

/** More weights than these take longer to add up for each part of a batch than the parts save. */
const mostPartedWeights = 1_000_000;

/** Whether the examples of a batch are computed in parts, side by side, whose gradients are added up. */
export function computesInParts(network: NetworkReference): boolean {
  return !usesBatchStatistics(network) && weightsAtLeast(network) <= mostPartedWeights;
}

/** Weights of a network for the smallest images that it takes; of one's own, for those of its file. */
function weightsAtLeast(network: NetworkReference): number {
  const side = network.name === 'keras-file' ? usualSide : smallestImageSide(network.name);
  const [height, width, channels] = network.name === 'keras-file' ? (network.topology?.input ?? []) : [];
  const shape = [height ?? side, width ?? side, channels ?? 3] as const;
  const classes = network.name === 'keras-file' ? outputsOf(network.topology) : 10;
  try {
    const weights = blueprintOf(network, shape, classes).layers.flatMap(weightsOf);
    return sum(weights.map((weight) => product(weight.shape)));
  } catch (error) {
    if (error instanceof NoisefloorError) return Infinity;
    throw error;
  }
}

/** Where a file leaves the size of images open. */
const usualSide = 32;

/** The outputs of the last layer that has any number of its own. */
function outputsOf(topology: Topology | undefined): number {
  const counts = topology?.layers.map((layer) =>
    layer.kind === 'dense' ? layer.units : 'filters' in layer ? layer.filters : 0,
  );
  return counts?.findLast((count) => count > 0) ?? 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
