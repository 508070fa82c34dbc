import type { NetworkBuilder } from '../engine/network.ts';
import type { NetworkReference } from '../study/task.ts';
import { resNet18 } from './resnet18.ts';
import { smallCnn } from './smallcnn.ts';

/** The builder of a task's network. */
export function networkBuilder(reference: NetworkReference): NetworkBuilder {
  switch (reference.name) {
    case 'smallcnn':
      return (context) => smallCnn(reference, context);
    case 'resnet18':
      return resNet18;
  }
}
