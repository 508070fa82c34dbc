import type { Browser, Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startServer } from '../../main/serve/server.ts';
import type { StagedStudy } from '../renderer/stagedData.ts';
import { StagedHost } from '../renderer/stagedHost.ts';
import { faults } from './accessibility.ts';
import { pagesFolder } from './builtPages.ts';
import { launchChromium } from './chromium.ts';

/** The built pages on a host without a library, and a browser that looks at them. */
export interface StagedPages {
  readonly host: StagedHost;
  readonly page: Page;
  /** Starts anew with these studies: nothing is held or fails. */
  stage(studies: StagedStudy[]): void;
  open(address: string, theme?: 'light' | 'dark'): Promise<void>;
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
    open: async (address, theme = 'light') => {
      await page.emulateMedia({ colorScheme: theme });
      await page.goto('about:blank');
      await page.goto(`http://127.0.0.1:${String(server.port)}/#${address}`);
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** A state of a page: where it is, how it comes about and what is seen then. */
export interface PageState {
  readonly name: string;
  readonly address: string;
  readonly stage?: () => void;
  readonly shows: () => Locator;
}

/**
 * Tests every state: it is shown, and in both themes violates no rule of accessibility and does not scroll sideways.
 * @param pages gives what was opened before the tests.
 */
export function itShowsEach(
  states: readonly PageState[],
  studies: readonly StagedStudy[],
  pages: () => StagedPages,
): void {
  for (const { name, address, stage, shows } of states) {
    it(`shows ${name} in both themes, accessibly and without sideways scrolling`, async () => {
      pages().stage([...studies]);
      stage?.();
      await pages().open(address);
      await shows().waitFor();
      expect(await faults(pages().page)).toEqual([]);
    });
  }
}
