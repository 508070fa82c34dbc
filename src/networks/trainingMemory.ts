import type { NetworkSize } from '../study/recordedSize.ts';
import type { Study } from '../study/study.ts';
import type { NetworkReference } from '../study/task.ts';
import type { LayerSpecification } from './blueprint.ts';
import { blueprintOf } from './catalogue.ts';

const float32Bytes = 4;
const halfBytes = 2;
/** Node and TensorFlow themselves, with their threads and their code. */
const programBytes = 400e6;

/** What a process that trains a replicate holds, in bytes. */
export interface TrainingMemory {
  /** Weights and moving statistics. */
  readonly weights: number;
  readonly gradients: number;
  /** What the optimiser keeps of each weight. */
  readonly optimiser: number;
  /** What the layers give for one batch, kept for the backward pass, and as much again for its gradients. */
  readonly activations: number;
  /** All examples, as bytes. */
  readonly images: number;
  readonly program: number;
  readonly total: number;
}

/**
 * An estimate of what one replicate needs while it trains, counted from its network. Work space of single operations, which
 * the libraries choose, is not known; batch normalisation and activations are counted as if each made a copy.
 * @param images [height, width, channels], and how many there are.
 */
export function trainingMemory(
  { task, execution }: Study,
  images: { shape: readonly [number, number, number]; count: number; classes: number },
  size: NetworkSize,
): TrainingMemory {
  const { batchSize, gradientAccumulation = 1, optimizer } = task.recipe;
  const isMixed = execution.precision.startsWith('mixed-');
  const batch = Math.ceil(batchSize / gradientAccumulation);
  const numbers = activationNumbers(task.network, images.shape, images.classes);
  const slots = optimizer.name === 'adam' ? 2 : optimizer.momentum === 0 ? 0 : 1;
  const parts = {
    weights: float32Bytes * (size.trainable + size.movingStatistics),
    gradients: float32Bytes * size.trainable,
    optimiser: float32Bytes * slots * size.trainable,
    activations: 2 * batch * numbers * (isMixed ? halfBytes : float32Bytes),
    images: images.count * images.shape.reduce((product, side) => product * side, 1),
    program: programBytes,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
}

/** Numbers that all layers give for one image. */
function activationNumbers(
  network: NetworkReference,
  shape: readonly [number, number, number],
  classes: number,
): number {
  return blueprintOf(network, shape, classes).layers.reduce((sum, layer) => sum + numbersOf(layer), 0);
}

function numbersOf({ operation, output }: LayerSpecification): number {
  const given = output.shape.reduce((product, side) => product * side, 1);
  // What is pooled is kept whole, before and after it is rectified.
  return operation.kind === 'convolution' && operation.rectifiedPool ? 9 * given : given;
}
