import { Ending, type Channel } from './channel.ts';

/** What a channel needs of a WebSocket: a browser's, Node's, or that of the package ws. */
export interface SocketLike {
  binaryType: string;
  readonly readyState: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
}

/** Where a host's WebSocket is, on the host that the page is from; its protocol is `protocolName`. */
export const connectionPath = '/connection';

const connecting = 0;
const open = 1;
/** The WebSocket protocol's code for data of a kind that is not accepted. */
const unacceptableData = 1003;

/** A channel over a WebSocket, which need not be open yet: what is sent before waits. */
export function socketChannel(socket: SocketLike): Channel {
  const ending = new Ending();
  const waiting: Uint8Array<ArrayBuffer>[] = [];
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => {
    for (const message of waiting.splice(0)) socket.send(message);
  });
  socket.addEventListener('close', () => {
    ending.end();
  });
  // Whatever the error is, the socket closes after it.
  socket.addEventListener('error', () => undefined);
  return {
    send: (message) => {
      if (socket.readyState === connecting) waiting.push(message);
      else if (socket.readyState === open) socket.send(message);
    },
    onMessage: (listener) => {
      socket.addEventListener('message', ({ data }) => {
        if (data instanceof ArrayBuffer) listener(new Uint8Array(data));
        else socket.close(unacceptableData, 'Messages are binary.');
      });
    },
    onClose: (listener) => {
      ending.onEnd(listener);
    },
    close: () => {
      socket.close();
      ending.end();
    },
  };
}
