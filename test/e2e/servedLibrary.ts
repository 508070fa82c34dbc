import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';

const command = join(import.meta.dirname, '..', '..', 'main', 'cli', 'main.ts');

/** A library that `serve` serves, and a browser that looks at it. */
export interface ServedLibrary {
  readonly page: Page;
  /** Goes to an address of the studio, as if it were the first. */
  open(address: string): Promise<void>;
  close(): Promise<void>;
}

export async function serveLibrary(file: string): Promise<ServedLibrary> {
  const serve = spawn(process.execPath, [command, 'serve', '--port', '0', '--library', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const link = await linkOf(serve);
  const browser: Browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(20_000);
  await page.goto(link);
  await page.waitForURL((url) => url.search === '');
  return {
    page,
    open: async (address) => {
      await page.goto('about:blank');
      await page.goto(`${new URL(link).origin}/#${address}`);
    },
    close: async () => {
      await browser.close();
      serve.kill('SIGTERM');
      await once(serve, 'exit');
    },
  };
}

/** @returns the link that `serve` prints. */
async function linkOf(serve: ChildProcess): Promise<string> {
  if (serve.stdout === null) throw new Error('The studio has no output.');
  for await (const line of createInterface({ input: serve.stdout })) {
    const [link] = /http:\/\/\S+/.exec(line) ?? [];
    if (link !== undefined) return link;
  }
  throw new Error('The studio ended without a link.');
}
