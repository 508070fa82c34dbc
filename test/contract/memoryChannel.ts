import { Ending, type Channel } from '../../src/contract/channel.ts';

/** Two ends of a connection within one thread; messages arrive later, as they do everywhere. */
export function memoryChannels(): [Channel, Channel] {
  const ending = new Ending();
  const listeners: (((message: Uint8Array) => void) | undefined)[] = [undefined, undefined];
  const end = (own: 0 | 1): Channel => ({
    send: (message) => {
      setImmediate(() => {
        if (!ending.ended) listeners[1 - own]?.(message);
      });
    },
    onMessage: (listener) => {
      listeners[own] = listener;
    },
    onClose: (listener) => {
      ending.onEnd(listener);
    },
    close: () => {
      ending.end();
    },
  });
  return [end(0), end(1)];
}
