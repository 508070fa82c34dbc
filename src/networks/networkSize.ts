import type { NetworkSize } from '../study/recordedSize.ts';
import type { NetworkReference } from '../study/task.ts';
import { slide, type LayerSpecification } from './blueprint.ts';
import { blueprintOf, smallestImageSide } from './catalogue.ts';
import { weightsOf } from './weights.ts';

/** [height, width, channels] */
type ImageShape = readonly [number, number, number];

/**
 * The number of parameters of a study's network, known without building it.
 * @returns null where the images are too small for the network.
 */
export function networkSize(
  network: NetworkReference,
  shape: ImageShape,
  classes: number,
): NetworkSize | null {
  if (Math.min(shape[0], shape[1]) < smallestImageSide(network.name)) return null;
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
 * layers. Images have at least its smallest size.
 */
export function multiplyAdds(network: NetworkReference, shape: ImageShape, classes: number): number {
  return sum(blueprintOf(network, shape, classes).layers.map(workOf));
}

function workOf({ operation, inputs, output }: LayerSpecification): number {
  const channels = inputs[0]?.shape.at(-1) ?? 0;
  const places = product(output.shape.slice(0, -1));
  switch (operation.kind) {
    case 'convolution':
      // What it gives may be pooled already.
      return convolvedPlaces(operation, inputs) * product(operation.size) * channels * operation.filters;
    case 'depthwise':
      return places * product(operation.size) * channels;
    case 'separable':
      return places * channels * (product(operation.size) + operation.filters);
    case 'dense':
      return channels * operation.units;
    default:
      return 0;
  }
}

/** Places at which a convolution computes, before any of them are pooled. */
export function convolvedPlaces(
  operation: Extract<LayerSpecification['operation'], { kind: 'convolution' }>,
  [input]: LayerSpecification['inputs'],
): number {
  return input === undefined ? 0 : product(slide(input, operation));
}

/**
 * Whether a network looks at its whole batch while training, as batch normalisation does; otherwise the examples of
 * a batch can be computed in parts.
 */
export function usesBatchStatistics(network: NetworkReference): boolean {
  const side = smallestImageSide(network.name);
  return blueprintOf(network, [side, side, 1], 2).layers.some(
    ({ operation }) => operation.kind === 'batch-normalization',
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
