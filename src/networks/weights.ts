import { channelsOf } from './blueprint.ts';
import type { KernelInitialisation, LayerSpecification } from './layerOperation.ts';

/** A weight of a layer. */
export interface LayerWeight {
  /** As Keras names it within the layer: `kernel`, `moving_mean`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  /** Of a kernel; other weights start at 0 or 1 unless it is given. */
  readonly initialisation?: KernelInitialisation;
}

/** The weights of a layer, in the order in which Keras holds them. */
export function weightsOf({ operation, inputs }: LayerSpecification): LayerWeight[] {
  const channels = inputs[0] === undefined ? 0 : channelsOf(inputs[0]);
  const trained = (
    name: string,
    shape: readonly number[],
    initialisation?: KernelInitialisation,
  ): LayerWeight => ({
    name,
    shape,
    trainable: true,
    ...(initialisation !== undefined && { initialisation }),
  });
  const kept = (name: string, shape: readonly number[]): LayerWeight => ({ name, shape, trainable: false });
  switch (operation.kind) {
    case 'convolution': {
      const { size, filters, bias, initialisation } = operation;
      const kernel = trained('kernel', [...size, channels, filters], initialisation);
      return bias ? [kernel, trained('bias', [filters])] : [kernel];
    }
    case 'depthwise': {
      const { size, multiplier, bias, initialisation } = operation;
      const kernel = trained('kernel', [...size, channels, multiplier], initialisation);
      return bias ? [kernel, trained('bias', [channels * multiplier])] : [kernel];
    }
    case 'separable': {
      const { size, filters, multiplier, bias, initialisation, pointwiseInitialisation } = operation;
      return [
        trained('depthwise_kernel', [...size, channels, multiplier], initialisation),
        trained('pointwise_kernel', [1, 1, channels * multiplier, filters], pointwiseInitialisation),
        ...(bias ? [trained('bias', [filters])] : []),
      ];
    }
    case 'batch-normalization':
      return [
        ...(operation.scale ? [trained('gamma', [channels], startOf(operation.scaleStart))] : []),
        ...(operation.offset ? [trained('beta', [channels])] : []),
        kept('moving_mean', [channels]),
        kept('moving_variance', [channels]),
      ];
    case 'dense':
      return [
        trained('kernel', [channels, operation.units], operation.initialisation),
        ...(operation.bias ? [trained('bias', [operation.units])] : []),
      ];
    case 'input-normalization':
      return [kept('mean', [channels]), kept('variance', [channels]), kept('count', [])];
    case 'activation':
    case 'leaky-relu':
    case 'cropping':
    case 'rescaling':
    case 'reshape':
    case 'maximum-pool':
    case 'average-pool':
    case 'global-average-pool':
    case 'zero-padding':
    case 'add':
    case 'multiply':
    case 'concatenate':
    case 'flatten':
    case 'dropout':
      return [];
  }
}

/** A scale that does not start at 1. */
function startOf(value: number): KernelInitialisation | undefined {
  return value === 1 ? undefined : { kind: 'constant', value };
}
