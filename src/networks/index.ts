import type { NetworkBuilder } from '../engine/network.ts';
import type { NetworkReference } from '../study/task.ts';
import { smallCnn } from './smallcnn.ts';

/** The builder of a task's network. */
export function networkBuilder(reference: NetworkReference): NetworkBuilder {
  return (context) => smallCnn(reference, context);
}
