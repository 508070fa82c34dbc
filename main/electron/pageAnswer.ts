import { readFile } from 'node:fs/promises';
import type { PageFile } from '../serve/pages.ts';
import { studioOrigin } from './navigation.ts';

const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' blob:",
  // What the window asks goes through a port, not over a network.
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What a page is told about every answer. */
const headers = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * Answers a request of the window for one of the built pages: only what is listed can be named, so that no path from a page
 * is ever made into a file's.
 */
export async function answerPage(
  pages: ReadonlyMap<string, PageFile>,
  request: { url: string; method: string },
): Promise<Response> {
  const page = findPage(pages, request.url);
  if (request.method !== 'GET' || page === undefined) {
    const status = request.method === 'GET' ? 404 : 405;
    return new Response('There is no such page.\n', { status, headers });
  }
  const body = await readFile(page.file);
  return new Response(new Uint8Array(body), { headers: { ...headers, 'Content-Type': page.contentType } });
}

function findPage(pages: ReadonlyMap<string, PageFile>, address: string): PageFile | undefined {
  if (!address.startsWith(`${studioOrigin}/`)) return undefined;
  const [path = ''] = address.slice(studioOrigin.length).split(/[?#]/);
  return pages.get(path);
}
