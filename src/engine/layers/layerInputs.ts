import type { Shape, Tensor, Tensor4D, layers } from '@tensorflow/tfjs-node-gpu';

/** A layer of `tf.layers`. */
export type Layer = layers.Layer;

/** A weight that a layer holds. */
export type LayerWeight = ReturnType<Layer['addWeight']>;

/** The one tensor that a layer with one input is called with. */
export function onlyInput(inputs: Tensor | Tensor[]): Tensor4D {
  const input = Array.isArray(inputs) ? inputs[0] : inputs;
  if (input === undefined) throw new Error('A layer was called without an input.');
  return input as Tensor4D;
}

/** The shape of the one tensor that a layer with one input is built for. */
export function onlyShape(shape: Shape | Shape[]): Shape {
  return Array.isArray(shape[0]) ? shape[0] : (shape as Shape);
}
