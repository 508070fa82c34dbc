import type { Browser, Page } from 'playwright-core';
import { startServer } from '../../main/serve/server.ts';
import type { StagedStudy } from '../renderer/stagedData.ts';
import { StagedHost } from '../renderer/stagedHost.ts';
import { pagesFolder } from './builtPages.ts';
import { launchChromium } from './chromium.ts';

/** The built pages on a host without a library, and a browser that looks at them. */
export interface StagedPages {
  readonly host: StagedHost;
  readonly page: Page;
  /** Starts anew with these studies: nothing is held or fails. */
  stage(studies: StagedStudy[]): void;
  open(address: string, theme: 'light' | 'dark'): Promise<void>;
  /** By how many pixels the page is wider than a small window. */
  overflowWhenSmall(): Promise<number>;
  close(): Promise<void>;
}

export async function openStagedPages(): Promise<StagedPages> {
  const host = new StagedHost();
  const server = await startServer({
    pagesFolder,
    port: 0,
    onConnection: (channel) => {
      host.serve(channel);
    },
  });
  const browser: Browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(10_000);
  await page.goto(server.newLink());
  await page.waitForURL((url) => url.search === '');
  return {
    host,
    page,
    stage: (studies) => {
      host.studies = studies;
      host.failure = null;
      host.failing.clear();
      host.gate = Promise.resolve();
    },
    open: async (address, theme) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.goto('about:blank');
      await page.goto(`http://127.0.0.1:${String(server.port)}/#${address}`);
    },
    overflowWhenSmall: async () => {
      await page.setViewportSize({ width: 1024, height: 700 });
      const overflow = await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth);
      await page.setViewportSize({ width: 1440, height: 900 });
      return overflow;
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}
