import type { NetworkReference } from './task.ts';

/**
 * Whether a network looks at its whole batch while training, as batch normalisation does; otherwise the examples of
 * a batch can be computed in parts.
 */
export function usesBatchStatistics(network: NetworkReference): boolean {
  return network.name === 'smallcnn' ? network.batchNorm : true;
}
