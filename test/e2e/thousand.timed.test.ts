import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type StudioServer } from '../../main/serve/server.ts';
import type { RunChange } from '../../src/contract/runState.ts';
import { stagedStudy } from '../renderer/stagedData.ts';
import { StagedHost } from '../renderer/stagedHost.ts';
import { pagesFolder } from './builtPages.ts';
import { launchChromium, skippedBecause } from './chromium.ts';

const big = stagedStudy({ id: 'big', name: 'A thousand', replicates: 250, epochs: 12, finished: 90 });
const large = stagedStudy({ id: 'large', name: 'A thousand', replicates: 250, epochs: 200 });

describe.skipIf(skippedBecause !== null)(`a thousand replicates ${skippedBecause ?? ''}`, () => {
  let browser: Browser;
  let server: StudioServer;
  let page: Page;
  const host = new StagedHost([big, large]);
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await startServer({ pagesFolder, port: 0, onConnection: (channel) => host.serve(channel) });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.newLink());
    await page.waitForURL((url) => url.search === '');
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  beforeEach(() => {
    host.runs.reset();
    complaints.length = 0;
  });

  async function open(address: string): Promise<void> {
    await page.goto('about:blank');
    await page.goto(`http://127.0.0.1:${String(server.port)}/#${address}`);
  }
  const cell = (name: RegExp) => page.getByRole('button', { name });

  it('take thousands of changes of their run without holding the page up', async () => {
    host.runs.begin(big, 60);
    await open('/run?study=big');
    await cell(/^CONTROL 249: waiting/).waitFor();
    await page.evaluate(() => {
      const seen = window as unknown as { longest: number };
      seen.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
      }).observe({ type: 'longtask' });
    });
    const training = big.replicates.filter(({ index }) => index >= 90 && index < 106).map(({ id }) => id);
    host.runs.tell(
      'big',
      ...training.map((replicate): RunChange => ({ type: 'started', replicate, attempt: 1 })),
    );
    const rounds: number[] = [];
    // Others may use the machine at the same moment: of three rounds the best counts.
    for (let epoch = 3; epoch < 6 && (epoch === 3 || Math.min(...rounds) >= 200); epoch++) {
      await page.evaluate(() => ((window as unknown as { longest: number }).longest = 0));
      for (let step = 1; step <= 60; step++) {
        const changes = training.map((replicate): RunChange => ({
          ...{ type: 'progress', replicate, epoch, step, stepsPerEpoch: 60, examplesPerSecond: 100 },
        }));
        host.runs.tell('big', ...changes);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await page.getByText(/64 are training at 6,400 examples\/s together/).waitFor();
      await cell(new RegExp(`^CONTROL 90: training, ${epoch} of 12 epochs`)).waitFor();
      rounds.push(await page.evaluate(() => (window as unknown as { longest: number }).longest));
    }
    process.stdout.write(`longest tasks with 1,000 replicates: ${rounds.join(', ')} ms\n`);
    expect(Math.min(...rounds)).toBeLessThan(200);
    expect(complaints).toEqual([]);
  });

  it('are gone to and back from without holding the page up', async () => {
    const rounds: { there: number; back: number }[] = [];
    const isGood = (): boolean => rounds.some(({ there, back }) => there < 200 && back < 100);
    // Others may use the machine at the same moment: of three rounds the best counts.
    while (rounds.length < 3 && !isGood()) {
      await open('/studies?study=large');
      await page.getByRole('button', { name: 'A thousand', exact: true }).first().waitFor();
      // What the study is is read while its list is looked at.
      await page.waitForTimeout(1_500);
      const longest = async (...keys: readonly string[]): Promise<number> => {
        await page.evaluate(() => {
          const seen = { longest: 0 };
          Object.assign(window, { seen });
          new PerformanceObserver((list) => {
            for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
          }).observe({ type: 'longtask' });
        });
        for (const key of keys) {
          await page.keyboard.press(key);
          await page.waitForTimeout(400);
        }
        return page.evaluate(() => (window as unknown as { seen: { longest: number } }).seen.longest);
      };
      const there = await longest('2', '3', '4', '1');
      const back = await longest('2', '4', '3', '4', '2', '1');
      rounds.push({ there, back });
    }
    process.stdout.write(`longest tasks from page to page: ${JSON.stringify(rounds)}\n`);
    expect(isGood()).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('are sorted, walked through, chosen and filtered without holding the page up', async () => {
    await open('/replicates?study=large');
    await page.getByText('1,000 of 1,000 shown').waitFor();
    await page.evaluate(() => {
      const tasks: number[] = [];
      Object.assign(window, { tasks });
      new PerformanceObserver((list) => {
        tasks.push(...list.getEntries().map(({ duration }) => duration));
      }).observe({ type: 'longtask' });
    });
    const drawn = await page.getByRole('row').count();
    expect(drawn).toBeLessThan(60);
    await page.getByRole('columnheader', { name: 'Best' }).getByRole('button').press('Enter');
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await expect
      .poll(() => page.getByRole('grid').getAttribute('aria-activedescendant'))
      .toMatch(/-row-999$/);
    await page.keyboard.press('Control+a');
    await page.getByText('1,000 replicates chosen').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('None chosen').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('status:finished variant:IMPL 24');
    await page.getByText('containing “24”').waitFor();
    const tasks = await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
    expect(Math.max(0, ...tasks)).toBeLessThan(200);
  });
});
