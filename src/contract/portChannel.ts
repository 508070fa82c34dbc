import { Ending, type Channel } from './channel.ts';

/** What a channel needs of a MessagePort: a browser's, a worker's or Node's. */
export interface PortLike {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message' | 'close', listener: (event: object) => void): void;
  start(): void;
  close(): void;
}

/** A channel over a MessagePort. A message is handed over, not copied. */
export function portChannel(port: PortLike): Channel {
  const ending = new Ending();
  port.addEventListener('close', () => {
    ending.end();
  });
  return {
    send: (message) => {
      if (!ending.ended) port.postMessage(message, [message.buffer]);
    },
    onMessage: (listener) => {
      port.addEventListener('message', (event) => {
        const data: unknown = 'data' in event ? event.data : null;
        if (data instanceof Uint8Array) listener(data);
        else port.close();
      });
      port.start();
    },
    onClose: (listener) => {
      ending.onEnd(listener);
    },
    close: () => {
      port.close();
      ending.end();
    },
  };
}
