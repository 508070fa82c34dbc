import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import { WebSocketServer } from 'ws';
import { socketChannel } from '../../src/contract/socketChannel.ts';
import { describeTransport } from './conformance.ts';

let server: WebSocketServer;
beforeAll(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
});

describeTransport('a WebSocket', {
  connect: (serve) => {
    server.once('connection', (socket) => {
      serve(socketChannel(socket));
    });
    const { port } = server.address() as AddressInfo;
    // Node's own WebSocket is the one of browsers.
    return Promise.resolve(socketChannel(new WebSocket(`ws://127.0.0.1:${port}`)));
  },
  cut: () => {
    for (const socket of server.clients) socket.terminate();
  },
});
