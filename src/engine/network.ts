import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import type { Initialisation } from '../study/topology.ts';
import type { DropoutLayer } from './layers/fedDropout.ts';
import type { TensorFlow } from './tensorFlow.ts';

/** What a network is built for. */
export interface NetworkContext {
  readonly tf: TensorFlow;
  /** [height, width, channels] of the images. */
  readonly imageShape: readonly [number, number, number];
  readonly classes: number;
}

/** A built network: a model from [n, height, width, channels] images to [n, classes] logits. */
export interface Network {
  readonly model: LayersModel;
  /** Its dropout layers, in the order in which their random numbers are fed. */
  readonly dropout: readonly DropoutLayer[];
  /** How weights are initialised that are not as usual, by `<layer>/<weight>`. */
  readonly initialisation: ReadonlyMap<string, Initialisation>;
}

/**
 * Builds a network.
 * @throws NoisefloorError if the images do not suit the network.
 */
export type NetworkBuilder = (context: NetworkContext) => Network;
