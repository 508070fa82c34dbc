import type * as tfjsNode from '@tensorflow/tfjs-node-gpu';

/** The module `@tensorflow/tfjs-node-gpu`, with TensorFlow itself behind it. */
export type TensorFlow = typeof tfjsNode;
