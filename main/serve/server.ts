import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Channel } from '../../src/contract/channel.ts';
import { protocolName } from '../../src/contract/frames.ts';
import { connectionPath, socketChannel } from '../../src/contract/socketChannel.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { Access } from './access.ts';
import { keepAlive } from './keepAlive.ts';
import { isLoopbackHost, isSameOrigin } from './origin.ts';
import { listPages, type PageFile } from './pages.ts';
import { securityHeaders } from './securityHeaders.ts';

/** Larger than any study; what a window sends is small, what it gets is not limited. */
const mostMessageBytes = 4 * 1024 * 1024;
/** Windows at once. */
const mostConnections = 64;
const loopback = '127.0.0.1';

/** A running server of the studio. */
export interface StudioServer {
  readonly port: number;
  /** A link that opens the studio in one browser, once. */
  newLink(): string;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Where the built pages are. */
  pagesFolder: string;
  /** 0 is any that is free. */
  port: number;
  /** Called with the host's end of each window's connection. */
  onConnection: (channel: Channel) => void;
  /** Called when a link was used, with the next. */
  onLinkUsed?: (next: string) => void;
}

/**
 * Serves the studio to browsers of this machine's user. Every request must name this machine as its host; all but the
 * exchange of a link's token need the session that it gave; a WebSocket must also come from a page of this server.
 * @throws NoisefloorError `studio-not-built`, `port-in-use`.
 */
export async function startServer(options: ServerOptions): Promise<StudioServer> {
  const pages = listPages(options.pagesFolder);
  const access = new Access();
  const http = createServer({ maxHeaderSize: 16_384, requestTimeout: 30_000 });
  await listen(http, options.port);
  const { port } = http.address() as AddressInfo;
  const newLink = (): string => `http://${loopback}:${port}/?token=${access.newToken()}`;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: mostMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(protocolName) ? protocolName : false),
  });
  const stopKeepingAlive = keepAlive(sockets);
  http.on('request', (request, response) => {
    void answer(request, response, { pages, access, onExchange: () => options.onLinkUsed?.(newLink()) });
  });
  http.on('upgrade', (request, socket: Duplex, head) => {
    const status = upgradeRefusal(request, access, sockets.clients.size);
    if (status === null) {
      sockets.handleUpgrade(request, socket, head, (window: WebSocket) => {
        sockets.emit('connection', window, request);
        options.onConnection(socketChannel(window));
      });
      return;
    }
    socket.on('error', () => undefined);
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
  });
  return {
    port,
    newLink,
    close: async () => {
      stopKeepingAlive();
      for (const window of sockets.clients) window.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

async function listen(http: Server, port: number): Promise<void> {
  http.listen({ host: loopback, port });
  try {
    await once(http, 'listening');
  } catch (cause) {
    throw new NoisefloorError(
      'port-in-use',
      `Port ${port} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}. Choose another with --port, or leave it out.`,
      { details: { port }, cause },
    );
  }
}

/** Why a WebSocket is refused, as a status; null where it is not. */
function upgradeRefusal(request: IncomingMessage, access: Access, connections: number): number | null {
  const { host, origin, cookie } = request.headers;
  if (!isLoopbackHost(host)) return 421;
  if (request.url !== connectionPath) return 404;
  if (!isSameOrigin(origin, host)) return 403;
  if (!access.admits(cookie)) return 401;
  // A page of another version speaks another protocol.
  if (request.headers['sec-websocket-protocol'] !== protocolName) return 400;
  return connections < mostConnections ? null : 503;
}

interface Answering {
  pages: ReadonlyMap<string, PageFile>;
  access: Access;
  onExchange: () => void;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { pages, access, onExchange }: Answering,
): Promise<void> {
  const { host, cookie } = request.headers;
  if (!isLoopbackHost(host)) {
    refuse(response, 421, 'This studio is reached under the names localhost and 127.0.0.1 only.');
    return;
  }
  for (const [name, value] of Object.entries(securityHeaders(host))) response.setHeader(name, value);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    refuse(response, 405, 'Pages can only be read.');
    return;
  }
  const { path, query } = splitUrl(request.url ?? '/');
  const token = path === '/' ? query.get('token') : null;
  if (token !== null && request.method === 'GET') {
    const session = access.exchange(token);
    if (session !== null || access.admits(cookie)) {
      if (session !== null) {
        response.setHeader('Set-Cookie', session);
        onExchange();
      }
      query.delete('token');
      openPage(response, query.toString());
      return;
    }
    refuse(
      response,
      403,
      'This link was used already, or is of an earlier start. Use the last link that was printed.',
    );
    return;
  }
  if (!access.admits(cookie)) {
    refuse(response, 401, 'Open the studio with the link that was printed when it was started.');
    return;
  }
  const page = pages.get(path);
  if (page === undefined) {
    refuse(response, 404, 'There is no such page.');
    return;
  }
  await sendPage(request, response, page);
}

/** A URL's path and query, the path as it was asked for. */
function splitUrl(url: string): { path: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  return mark === -1
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}

/**
 * Leads on to the studio without the token. A page does it, not a redirect: after a link from elsewhere a browser sends
 * a SameSite=Strict cookie only with what a page of this server asks for.
 */
function openPage(response: ServerResponse, query: string): void {
  const target = query === '' ? '/' : `/?${query.replaceAll('&', '&amp;')}`;
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(
    `<!doctype html><html lang="en"><title>Noisefloor</title><meta http-equiv="refresh" content="0; url=${target}"></html>`,
  );
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    // What a refused request still wants to send is of no interest.
    Connection: 'close',
  });
  response.end(`${sentence}\n`);
}

async function sendPage(request: IncomingMessage, response: ServerResponse, page: PageFile): Promise<void> {
  response.setHeader('Content-Type', page.contentType);
  response.setHeader('Cache-Control', page.isHashed ? 'private, max-age=31536000, immutable' : 'no-cache');
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  try {
    await pipeline(createReadStream(page.file), response);
  } catch {
    // The browser has gone, or the pages were built anew meanwhile: it asks again.
    response.destroy();
  }
}
