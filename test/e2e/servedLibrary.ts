import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { serveStudio } from './servedStudio.ts';

/** A library that `serve` serves, and a browser that looks at it. */
export interface ServedLibrary {
  readonly page: Page;
  /** Goes to an address of the studio, as if it were the first. */
  readonly open: (address: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function serveLibrary(file: string): Promise<ServedLibrary> {
  const studio = await serveStudio(['--library', file]);
  const browser: Browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(20_000);
  await page.goto(studio.link);
  await page.waitForURL((url) => url.search === '');
  return {
    page,
    open: async (address) => {
      await page.goto('about:blank');
      await page.goto(`${studio.origin}/#${address}`);
    },
    close: async () => {
      await browser.close();
      await studio.end();
    },
  };
}
