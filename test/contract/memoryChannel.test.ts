import type { Channel } from '../../src/contract/channel.ts';
import { describeTransport } from './conformance.ts';
import { memoryChannels } from './memoryChannel.ts';

let last: Channel | null = null;

describeTransport('memory', {
  connect: (serve) => {
    const [near, far] = memoryChannels();
    serve(far);
    last = far;
    return Promise.resolve(near);
  },
  cut: () => {
    last?.close();
  },
});
