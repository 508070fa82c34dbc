import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';

/** Makes a folder of pages as a build would, with a secret beside it that nobody may reach. */
export function writePages(folder: string): string {
  const pages = path.join(folder, 'pages');
  mkdirSync(path.join(pages, 'assets'), { recursive: true });
  writeFileSync(path.join(pages, 'index.html'), '<!doctype html><title>Pages</title>');
  writeFileSync(path.join(pages, 'assets', 'index-abc.js'), 'export {};');
  writeFileSync(path.join(folder, 'secret.txt'), 'SECRET');
  symlinkSync(path.join(folder, 'secret.txt'), path.join(pages, 'link.txt'));
  return pages;
}

/** An answer of the server. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** Asks as no browser would stop anyone from asking: path and headers as they are given. */
export function ask(
  port: number,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: target, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    asked.once('error', reject);
    asked.end();
  });
}

/** Sends bytes as they are and gives the first line of what comes back. */
export function askRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.setEncoding('utf8').on('data', (part: string) => (received += part));
    socket.once('error', reject);
    socket.once('close', () => {
      resolve(received.split('\r\n')[0] ?? '');
    });
  });
}

/** The cookie that a link gives, as a browser sends it back. */
export async function cookieOf(port: number, link: string): Promise<string> {
  const { search, pathname } = new URL(link);
  const { headers } = await ask(port, pathname + search);
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}
