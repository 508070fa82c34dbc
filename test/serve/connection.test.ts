import { afterAll, beforeAll } from 'vitest';
import { WebSocket } from 'ws';
import { startServer, type StudioServer } from '../../main/serve/server.ts';
import type { Channel } from '../../src/contract/channel.ts';
import { protocolName } from '../../src/contract/frames.ts';
import { connectionPath, socketChannel } from '../../src/contract/socketChannel.ts';
import { describeTransport } from '../contract/conformance.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { cookieOf, writePages } from './browserLike.ts';

const pagesFolder = writePages(temporaryFolder());
let server: StudioServer;
let cookie: string;
let serve: (channel: Channel) => void = () => undefined;
let last: Channel | null = null;

beforeAll(async () => {
  server = await startServer({
    pagesFolder,
    port: 0,
    onConnection: (channel) => {
      last = channel;
      serve(channel);
    },
  });
  cookie = await cookieOf(server.port, server.newLink());
});
afterAll(() => server.close());

describeTransport('the server', {
  connect: (given) => {
    serve = given;
    const headers = { cookie, origin: `http://127.0.0.1:${server.port}` };
    const url = `ws://127.0.0.1:${server.port}${connectionPath}`;
    return Promise.resolve(socketChannel(new WebSocket(url, protocolName, { headers })));
  },
  cut: () => {
    last?.close();
  },
});
