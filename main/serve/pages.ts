import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { NoisefloorError } from '../../src/study/errors.ts';

/** A file of the built pages. */
export interface PageFile {
  /** Absolute. */
  file: string;
  contentType: string;
  /** Its name holds a hash of what it says, so that it never changes. */
  isHashed: boolean;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/**
 * Every file of a folder of built pages by the path that a browser asks for; `/` is `index.html`. A request can name one
 * of these and nothing else, so that no path from outside is ever made into a file's. Links are left out.
 * @throws NoisefloorError `studio-not-built` where there is no `index.html`.
 */
export function listPages(folder: string): ReadonlyMap<string, PageFile> {
  const index = path.join(folder, 'index.html');
  if (!existsSync(index)) {
    throw new NoisefloorError(
      'studio-not-built',
      `The studio's pages are not built: there is no ${index}. The command line does all there is to do until they are.`,
      { details: { folder } },
    );
  }
  const pages = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const names = path.relative(folder, file).split(path.sep);
    pages.set(`/${names.map(encodeURIComponent).join('/')}`, {
      file,
      contentType: contentTypes[path.extname(file).toLowerCase()] ?? 'application/octet-stream',
      isHashed: names[0] === 'assets',
    });
  }
  const page = pages.get('/index.html');
  if (page !== undefined) pages.set('/', page);
  return pages;
}
