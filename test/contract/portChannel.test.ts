import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { portChannel } from '../../src/contract/portChannel.ts';
import { describeTransport } from './conformance.ts';

let last: MessagePort | null = null;

describeTransport('a MessagePort', {
  connect: (serve) => {
    const { port1, port2 } = new MessageChannel();
    serve(portChannel(port2));
    last = port2;
    return Promise.resolve(portChannel(port1));
  },
  cut: () => {
    last?.close();
  },
});
