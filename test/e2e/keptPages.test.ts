import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stagedStudy } from '../renderer/stagedData.ts';
import { skippedBecause } from './chromium.ts';
import { openStagedPages, type StagedPages } from './stagedPages.ts';

const large = stagedStudy({ id: 'large', name: 'Many replicates', replicates: 40, epochs: 12 });
const small = stagedStudy({ id: 'small', name: 'Few replicates', replicates: 3, epochs: 4 });

describe.skipIf(skippedBecause !== null)(`pages that were left ${skippedBecause ?? ''}`, () => {
  let pages: StagedPages;
  beforeAll(async () => {
    pages = await openStagedPages();
  });
  afterAll(() => pages.close());
  beforeEach(() => {
    pages.stage([large, small]);
  });

  const heading = (name: string) => pages.page.getByRole('heading', { name, exact: true });
  const toggle = (name: string) => pages.page.getByRole('button', { name, exact: true });
  const hasFocusOnMain = () => pages.page.evaluate(() => document.activeElement?.id === 'page');
  /** From now on, how many pictures were drawn that are on the page, and how many that are not. */
  const countDrawings = () =>
    pages.page.evaluate(() => {
      const drawings = { shown: 0, hidden: 0 };
      Object.assign(window, { drawings });
      const prototype = CanvasRenderingContext2D.prototype;
      const clear: unknown = Reflect.get(prototype, 'clearRect');
      prototype.clearRect = function (...area): void {
        drawings[this.canvas.isConnected ? 'shown' : 'hidden'] += 1;
        if (typeof clear === 'function') Reflect.apply(clear, this, area);
      };
    });
  const drawings = () =>
    pages.page.evaluate(
      () => (window as unknown as { drawings: { shown: number; hidden: number } }).drawings,
    );

  it('are shown again as they were, with the focus and the title of the page', async () => {
    const { page } = pages;
    await pages.open('/replicates?study=large');
    const grid = page.getByRole('grid');
    await grid.waitFor();
    const scrollTop = (): Promise<number> => grid.evaluate((element) => element.scrollTop);
    await grid.hover();
    await page.mouse.wheel(0, 620);
    await expect.poll(scrollTop).toBe(620);
    await page.locator('[aria-rowindex="40"]').waitFor();
    const rows = await page.getByRole('row').allTextContents();
    await grid.evaluate((element) => Object.assign(element, { wasHere: true }));
    await page.keyboard.press('4');
    await heading('Replicates and their spread').waitFor();
    expect(await page.title()).toMatch(/^Variance · Many replicates/);
    expect(await grid.count()).toBe(0);
    await page.keyboard.press('3');
    await grid.waitFor();
    expect(await page.title()).toMatch(/^Replicates · Many replicates/);
    expect(await hasFocusOnMain()).toBe(true);
    expect(await grid.evaluate((element) => 'wasHere' in element)).toBe(true);
    expect(await scrollTop()).toBe(620);
    expect(await page.getByRole('row').allTextContents()).toEqual(rows);
  });

  it('rest until they are shown, and then obey what was chosen meanwhile', async () => {
    const { page } = pages;
    await pages.open('/variance?study=large');
    const names = page.locator('.spread .names');
    await names.getByText('CONTROL', { exact: true }).waitFor();
    await heading('The numbers behind it').waitFor();
    await page.keyboard.press('2');
    await heading('Learning curves').waitFor();
    await countDrawings();
    await toggle('CONTROL').click();
    await expect.poll(async () => (await drawings()).shown).toBeGreaterThan(0);
    await page.keyboard.press('[');
    await page.waitForTimeout(200);
    expect((await drawings()).hidden).toBe(0);
    const asked = pages.host.calls.length;
    await page.keyboard.press('4');
    await names.getByText('ALGO+IMPL', { exact: true }).waitFor();
    expect(await names.getByText('CONTROL', { exact: true }).count()).toBe(0);
    await page.getByText('after epoch 10').first().waitFor();
    // All of it was known.
    expect(pages.host.calls.slice(asked)).not.toContain('measures.metrics');
    await toggle('CONTROL').click();
    await names.getByText('CONTROL', { exact: true }).waitFor();
  });

  it('show another study when one is opened', async () => {
    const { page } = pages;
    await pages.open('/variance?study=large');
    await page.getByText('n = 40', { exact: true }).first().waitFor();
    await page.keyboard.press('1');
    await page.getByRole('button', { name: 'Few replicates', exact: true }).click();
    await page.getByText('n = 3', { exact: true }).first().waitFor();
    expect(await page.getByText('n = 40', { exact: true }).count()).toBe(0);
    expect(await page.title()).toMatch(/^Variance · Few replicates/);
  });

  it('leave neither keys nor anything open behind', async () => {
    const { page } = pages;
    await pages.open('/studies?study=large');
    await page.getByRole('button', { name: 'Many replicates', exact: true }).waitFor();
    await page.keyboard.press('4');
    await heading('Replicates and their spread').waitFor();
    // On the list of studies these begin a plan and go to the search.
    await page.keyboard.press('n');
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    await heading('Replicates and their spread').waitFor();
    await page.getByRole('button', { name: 'How is this computed? Spread of replicates' }).click();
    await page.getByRole('dialog').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Many replicates', exact: true }).waitFor();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.goForward();
    await heading('Replicates and their spread').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    // A menu keeps the focus to itself, whatever else asks for it.
    await page.getByRole('button', { name: 'By variant' }).click();
    await page.getByRole('menu').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Many replicates', exact: true }).waitFor();
    await expect.poll(() => page.getByRole('menu').count()).toBe(0);
    await page.goForward();
    await heading('Replicates and their spread').waitFor();
    await page.keyboard.press('1');
    await page.keyboard.press('/');
    await page.getByRole('searchbox').and(page.locator(':focus')).waitFor();
  });
});
