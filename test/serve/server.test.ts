import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startServer, type StudioServer } from '../../main/serve/server.ts';
import type { Channel } from '../../src/contract/channel.ts';
import { protocolName } from '../../src/contract/frames.ts';
import { connectionPath } from '../../src/contract/socketChannel.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { ask, askRaw, cookieOf, writePages } from './browserLike.ts';

const folder = temporaryFolder();
const pagesFolder = writePages(folder);
const nextLinks: string[] = [];
const channels: Channel[] = [];
let server: StudioServer;
let port: number;
let cookie: string;

beforeAll(async () => {
  server = await startServer({
    pagesFolder,
    port: 0,
    onConnection: (channel) => channels.push(channel),
    onLinkUsed: (next) => nextLinks.push(next),
  });
  port = server.port;
  cookie = await cookieOf(port, server.newLink());
});
afterAll(() => server.close());

/** How an attempt at a WebSocket ends: `open`, or the status it is refused with. */
function attempt(
  headers: Record<string, string>,
  target = connectionPath,
  protocol = protocolName,
): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${target}`, protocol, { headers });
    socket.once('open', () => {
      socket.close();
      resolve('open');
    });
    socket.once('error', (error) => {
      resolve(/\d{3}/.exec(error.message)?.[0] ?? error.message);
    });
  });
}

describe('a link', () => {
  it('gives a session once, and the next link for another browser', async () => {
    const { search } = new URL(server.newLink());
    const first = await ask(port, `/${search}`);
    expect(first.status).toBe(200);
    expect(first.headers['set-cookie']?.[0]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(first.headers['cache-control']).toBe('no-store');
    expect(first.body).toContain('content="0; url=/"');
    const again = await ask(port, `/${search}`);
    expect(again.status).toBe(403);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.body).toContain('used already');
    // Whoever has the session may go back to the link.
    expect((await ask(port, `/${search}`, { cookie })).status).toBe(200);
    const next = nextLinks[nextLinks.length - 1] ?? '';
    expect((await ask(port, new URL(next).pathname + new URL(next).search)).status).toBe(200);
  });

  it('leads on to what it names, and never out of this server or into the page', async () => {
    const link = (rest: string): string => `/${new URL(server.newLink()).search}${rest}`;
    expect((await ask(port, link('&study=a-1&epoch=3'))).body).toContain('url=/?study=a-1&amp;epoch=3"');
    const { body } = await ask(port, link('&x=%22%3E%3Cscript%3E&url=//evil.example'));
    expect(body).not.toContain('<script>');
    expect(body).toContain('url=/?x=%22%3E%3Cscript%3E&amp;url=%2F%2Fevil.example"');
  });

  it('is not used up by looking at its head', async () => {
    const { search } = new URL(server.newLink());
    expect((await ask(port, `/${search}`, {}, 'HEAD')).status).toBe(401);
    expect((await ask(port, `/${search}`)).status).toBe(200);
  });
});

describe('pages', () => {
  it('are for whoever has a session', async () => {
    expect(await ask(port, '/', { cookie })).toMatchObject({
      status: 200,
      body: '<!doctype html><title>Pages</title>',
    });
    expect((await ask(port, '/?study=a', { cookie })).status).toBe(200);
    expect(await ask(port, '/assets/index-abc.js', { cookie })).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'private, max-age=31536000, immutable',
      },
    });
    for (const headers of [{}, { cookie: 'noisefloor-00000000=x' }, { cookie: `${cookie}x` }]) {
      for (const target of ['/', '/assets/index-abc.js', '/nothing']) {
        expect((await ask(port, target, headers)).status).toBe(401);
      }
    }
  });

  it('come with a policy that lets nothing else in', async () => {
    const { headers } = await ask(port, '/', { cookie });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${port};`);
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('are under names of this machine only, on any port', async () => {
    for (const host of ['localhost:9000', '127.0.0.1:9000', '[::1]:9000', 'localhost']) {
      expect((await ask(port, '/', { cookie, host })).status).toBe(200);
    }
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '10.0.0.1']) {
      const { status, headers } = await ask(port, '/', { cookie, host });
      expect(status).toBe(421);
      expect(headers['set-cookie']).toBeUndefined();
      const { search } = new URL(server.newLink());
      expect((await ask(port, `/${search}`, { host })).status).toBe(421);
    }
    expect(await askRaw(port, 'GET / HTTP/1.1\r\n\r\n')).toContain('400');
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    `/${path.join(folder, 'secret.txt')}`,
    path.join(folder, 'secret.txt'),
    `file://${path.join(folder, 'secret.txt')}`,
    'http://127.0.0.1/../secret.txt',
    '/link.txt',
    '/index.html%00.js',
    '/assets/',
    '/assets',
    '/__proto__',
    '/%ff',
  ])('lead nowhere else: %s', async (target) => {
    const { status, body } = await ask(port, target, { cookie });
    expect(status).toBe(404);
    expect(body).not.toContain('SECRET');
  });

  it('are only read, and asked for in few words', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect((await ask(port, '/', { cookie }, method)).status).toBe(405);
    }
    expect((await ask(port, '/', { cookie, 'x-long': 'x'.repeat(20_000) })).status).toBe(431);
    expect(await ask(port, '/', { cookie }, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });
});

describe('a WebSocket', () => {
  const origin = (): string => `http://127.0.0.1:${port}`;

  it('is for a page of this server, with its session', async () => {
    expect(await attempt({ cookie, origin: origin() })).toBe('open');
    // Through a tunnel the browser knows another port; its page and its connection agree on it.
    expect(await attempt({ cookie, host: 'localhost:9000', origin: 'http://localhost:9000' })).toBe('open');
  });

  it('is refused to anyone else', async () => {
    expect(await attempt({ origin: origin() })).toBe('401');
    expect(await attempt({ cookie: `${cookie}x`, origin: origin() })).toBe('401');
    expect(await attempt({ cookie })).toBe('403');
    for (const other of [
      'http://evil.example',
      'null',
      `http://localhost:${port}`,
      'http://127.0.0.1:1',
      'https://127.0.0.1',
    ]) {
      expect(await attempt({ cookie, origin: other })).toBe('403');
    }
    expect(await attempt({ cookie, host: 'evil.example', origin: 'http://evil.example' })).toBe('421');
    expect(await attempt({ cookie, origin: origin() }, '/')).toBe('404');
    expect(await attempt({ cookie, origin: origin() }, connectionPath, 'noisefloor-0')).toBe('400');
  });

  it('that sends a message too large, or one that is text, is closed', async () => {
    const close = (message: string | Buffer): Promise<number> =>
      new Promise((resolve) => {
        const headers = { cookie, origin: origin() };
        const socket = new WebSocket(`ws://127.0.0.1:${port}${connectionPath}`, protocolName, { headers });
        const before = channels.length;
        socket.once('open', () => {
          channels[before]?.onMessage(() => undefined);
          socket.send(message);
        });
        socket.once('error', () => undefined);
        socket.once('close', resolve);
      });
    expect(await close(Buffer.alloc(4 * 1024 * 1024 + 1))).toBe(1009);
    expect(await close('text')).toBe(1003);
  });
});

it('is reached from this machine only', async () => {
  const { networkInterfaces } = await import('node:os');
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal);
  if (outside === undefined) return;
  await expect(fetch(`http://${outside.address}:${port}/`)).rejects.toThrow();
});

it('does not start without pages, or on a port that is taken', async () => {
  const onConnection = (): void => undefined;
  await expect(startServer({ pagesFolder: folder, port: 0, onConnection })).rejects.toMatchObject({
    code: 'studio-not-built',
  });
  await expect(startServer({ pagesFolder, port, onConnection })).rejects.toMatchObject({
    code: 'port-in-use',
  });
});
