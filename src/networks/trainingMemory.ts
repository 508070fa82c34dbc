import type { NetworkSize } from '../study/recordedSize.ts';
import type { Study } from '../study/study.ts';
import type { LayerSpecification } from './layerOperation.ts';
import { blueprintOf } from './catalogue.ts';
import { convolvedPlaces } from './networkSize.ts';

const float32Bytes = 4;
const halfBytes = 2;
/** Node and TensorFlow themselves, with their code and their threads. */
const programBytes = 500e6;
/** What recording, compiling and keeping the graph of a training step takes for each layer. */
const graphBytes = 3e6;
/** Copies of the weights that are made while a replicate starts, and again where it is recorded. */
const copies = 2;
/** What CUDA and its libraries take of a GPU's memory. */
const cudaBytes = 500e6;

/** What a process that trains a replicate holds, in bytes. */
export interface TrainingMemory {
  /** Weights and moving statistics. */
  readonly weights: number;
  readonly gradients: number;
  /** What the optimiser keeps of each weight. */
  readonly optimiser: number;
  /** What the layers give for one batch, kept for the backward pass, and as much again for its gradients. */
  readonly activations: number;
  /** All examples, a byte a number. */
  readonly images: number;
  /** Node, TensorFlow, the graph of the step, and what is copied while it starts. */
  readonly program: number;
  /** Main memory where it trains on a CPU: all of these. */
  readonly total: number;
  /** Memory of the GPU where it trains on one: all but the program, and what CUDA takes. */
  readonly gpu: number;
}

/**
 * An estimate of what one replicate needs while it trains, counted from its network. On CPUs it was within a sixth of what
 * processes of six networks took; what it says of GPUs was not tried. Work space that libraries choose for single operations is not in it.
 * @param images [height, width, channels], how many there are in training and test set together, and their classes.
 */
export function trainingMemory(
  { task, execution }: Study,
  images: { shape: readonly [number, number, number]; count: number; classes: number },
  size: NetworkSize,
): TrainingMemory {
  const { batchSize, gradientAccumulation = 1, optimizer } = task.recipe;
  const { layers } = blueprintOf(task.network, images.shape, images.classes);
  const batch = Math.ceil(batchSize / gradientAccumulation);
  const numbers = layers.reduce((sum, layer) => sum + numbersOf(layer), 0);
  const numberBytes = execution.precision.startsWith('mixed-') ? halfBytes : float32Bytes;
  const slots = optimizer.name === 'adam' ? 2 : optimizer.momentum === 0 ? 0 : 1;
  const weights = float32Bytes * (size.trainable + size.movingStatistics);
  const held = {
    weights,
    gradients: float32Bytes * size.trainable,
    optimiser: float32Bytes * slots * size.trainable,
    activations: 2 * batch * numbers * numberBytes,
    images: images.count * images.shape.reduce((product, side) => product * side, 1),
  };
  const bytes = Object.values(held).reduce((sum, part) => sum + part, 0);
  const program = programBytes + graphBytes * layers.length + copies * weights;
  return { ...held, program, total: bytes + program, gpu: bytes + cudaBytes };
}

/** Numbers that a layer gives for one image. */
function numbersOf({ operation, inputs, output }: LayerSpecification): number {
  const given = output.shape.reduce((product, side) => product * side, 1);
  if (operation.kind !== 'convolution' || !operation.rectifiedPool) return given;
  // What is rectified and pooled is kept before each of the two.
  return given + 2 * convolvedPlaces(operation, inputs) * operation.filters;
}
