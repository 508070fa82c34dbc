import type { NetworkReference } from './task.ts';

/** Whether a network drops elements or blocks at random while training. */
export function dropsOut(network: NetworkReference): boolean {
  if (network.name === 'keras-file') {
    return network.topology?.layers.some((layer) => layer.kind === 'dropout' && layer.rate > 0) ?? false;
  }
  return (
    ('dropout' in network && network.dropout > 0) || ('dropConnect' in network && network.dropConnect > 0)
  );
}
