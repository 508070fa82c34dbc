import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type StudioServer } from '../../main/serve/server.ts';
import { Library } from '../../src/library/library.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { buildBatch, buildStudy, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';
import { stagedStudy } from '../renderer/stagedData.ts';
import { StagedHost } from '../renderer/stagedHost.ts';
import { faults } from './accessibility.ts';
import { pagesFolder } from './builtPages.ts';
import { launchChromium, skippedBecause } from './chromium.ts';
import { serveStudio } from './servedStudio.ts';

/** Final accuracies of three replicates; each has all its digits in a file. */
const accuracies: Readonly<Record<string, readonly number[]>> = {
  'ALGO+IMPL': [0.8123456789012345, 0.8, 0.84],
  ALGO: [0.1 + 0.2, 0.82, 0.83],
  IMPL: [0.815, 0.82, 0.825],
  CONTROL: [0.82, 0.82, 0.82],
};
const file = join(temporaryFolder(), 'library.sqlite');

function makeLibrary(): void {
  const library = Library.open(file);
  const study = buildStudy({ name: 'Known spread', replicates: 3, epochs: 4 });
  for (const { id, variant, index } of storeStudy(library, 'known-1', study)) {
    const testAccuracy = accuracies[variant.name]?.[index] ?? 0;
    library.ingest(id, buildBatch(4, { epoch: () => ({ testAccuracy }) }));
    const { folder } = library.replicate(id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'output.log'), `printed by ${variant.name} ${String(index)}\n`);
  }
  library.close();
}

const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

describe.skipIf(skippedBecause !== null)(`replicates in a browser ${skippedBecause ?? ''}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
  });

  it('are sorted, filtered, tagged, noted, excluded and copied by keyboard, and stay so', async () => {
    makeLibrary();
    const studio = await serveStudio(['--library', file]);
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const grid = page.getByRole('grid');
    const firstCells = (column: number): Promise<(string | null)[]> =>
      grid
        .getByRole('row')
        .evaluateAll(
          (rows, at) => rows.slice(1).map((row) => row.children[at]?.textContent.trim() ?? null),
          column,
        );
    try {
      await page.goto(studio.link);
      await page.getByRole('button', { name: 'Known spread', exact: true }).press('Enter');
      await page.getByRole('heading', { name: 'Learning curves' }).waitFor();
      await page.keyboard.press('3');
      await page.getByText('12 replicates of 4 variants: all finished').waitFor();

      const byAccuracy = page.getByRole('columnheader', { name: 'Test accuracy' });
      await byAccuracy.getByRole('button').press('Enter');
      await byAccuracy.getByRole('button').press('Enter');
      expect(await byAccuracy.getAttribute('aria-sort')).toBe('descending');
      expect((await firstCells(4)).slice(0, 3)).toEqual(['84.00 %', '83.00 %', '82.50 %']);
      // Equal ones stay in the order of the study.
      expect((await firstCells(0)).slice(3, 8)).toEqual(['ALGO', 'IMPL', 'CONTROL', 'CONTROL', 'CONTROL']);

      await page.keyboard.press('/');
      await page.keyboard.type('variant:ALGO');
      await page.getByText('3 of 12 shown: variant ALGO').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Shift+ArrowDown');
      await page.getByText('2 replicates chosen').waitFor();
      await page.keyboard.press('t');
      await page.getByLabel('Tag for 2 replicates').waitFor();
      await page.keyboard.type('warm room');
      await page.keyboard.press('Enter');
      await page.getByText('Tagged 2 replicates with warm room.').waitFor();
      await expect.poll(() => grid.evaluate((element) => element === document.activeElement)).toBe(true);

      await page.keyboard.press('/');
      await page.keyboard.press('Control+a');
      await page.keyboard.type('tag:"warm room"');
      await page.getByText('2 of 12 shown: tag warm room').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Home');
      await page.keyboard.press('x');
      await page.getByLabel(/Why does it not count/).waitFor();
      await page.keyboard.type('a loose cable');
      await page.keyboard.press('Enter');
      await page.getByText('1 replicate no longer counts.').waitFor();
      await expect.poll(() => grid.evaluate((element) => element === document.activeElement)).toBe(true);
      await page.keyboard.press('F2');
      await page.keyboard.type('moved, "then" ran\nagain');
      await page.getByText('Saving …').waitFor({ state: 'detached' });
      await page.keyboard.press('Tab');
      await page.getByText('Changed the notes of ALGO 2.').waitFor();

      await page.getByRole('button', { name: 'Copy as CSV' }).press('Enter');
      await page.getByText('Copied 2 rows of 11 columns as CSV.').waitFor();
      const examplesPerSecond = String((384 * 4) / (1.5 * 4));
      const lines = [
        'variant,replicate,status,epochs,test accuracy as a fraction after epoch 3,' +
          'best test accuracy as a fraction of epochs 0 to 3,training seconds,examples per second,tags,notes,excluded because',
        `ALGO,2,finished,4,0.83,0.83,6,${examplesPerSecond},warm room,"moved, ""then"" ran\nagain",a loose cable`,
        `ALGO,1,finished,4,0.82,0.82,6,${examplesPerSecond},warm room,,`,
      ];
      expect(await copied(page)).toBe(lines.map((line) => `${line}\r\n`).join(''));
      await page.keyboard.press('/');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Copy as CSV' }).press('Enter');
      await page.getByText('Copied 12 rows of 11 columns as CSV.').waitFor();
      const cells = (await copied(page)).split('\r\n').map((line) => line.split(','));
      expect(cells.find(([variant, index]) => variant === 'ALGO' && index === '0')?.[4]).toBe(
        '0.30000000000000004',
      );
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save as CSV file' }).press('Enter');
      expect((await download).suggestedFilename()).toBe('known-1-replicates.csv');

      await page.getByRole('button', { name: 'Log', exact: true }).press('Enter');
      await page.getByText('printed by ALGO 2').waitFor();
      await page.getByRole('button', { name: 'Configuration', exact: true }).press('Enter');
      await page.getByRole('button', { name: 'Copy as JSON' }).press('Enter');
      await page.getByText('Copied the configuration as JSON.').waitFor();
      expect(JSON.parse(await copied(page))).toMatchObject({
        execution: { device: 'cpu', precision: 'float32' },
        machine: { cpuModel: 'a processor' },
        variant: { name: 'ALGO' },
      });

      await page.getByRole('grid').focus();
      await page.keyboard.press('4');
      await page.getByRole('heading', { name: 'Learning curves' }).waitFor();
      await page
        .getByRole('button', { name: /^1 excluded/ })
        .first()
        .press('Enter');
      await page.getByRole('dialog').getByText('a loose cable').waitFor();
      await page.reload();
      await page.getByText('1 is excluded.').waitFor();
    } finally {
      await context.close();
      await studio.end();
    }
  });

  describe('staged', () => {
    const ten = stagedStudy({ id: 'ten', name: 'Ten replicates', replicates: 10, epochs: 24 });
    const partial = stagedStudy({ id: 'partial', name: 'Half done', replicates: 6, epochs: 12, finished: 4 });
    const planned = stagedStudy({ id: 'planned', name: 'Planned', replicates: 3, epochs: 4, finished: 0 });
    const damaged = new NoisefloorError('library-damaged', 'Page 12 of the library cannot be read.');
    const complaints: string[] = [];
    let server: StudioServer;
    let host: StagedHost;
    let page: Page;

    beforeAll(async () => {
      host = new StagedHost();
      server = await startServer({
        pagesFolder,
        port: 0,
        onConnection: (channel) => {
          host.serve(channel);
        },
      });
      page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
      page.setDefaultTimeout(15_000);
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(server.newLink());
      await page.waitForURL((url) => url.search === '');
    });
    afterAll(async () => {
      await page.close();
      await server.close();
    });
    beforeEach(() => {
      host.studies = [ten, partial, planned];
      host.failure = null;
      host.gate = Promise.resolve();
      complaints.length = 0;
    });

    async function open(address: string): Promise<void> {
      await page.goto('about:blank');
      await page.goto(`http://127.0.0.1:${String(server.port)}/#${address}`);
    }

    const states = [
      {
        name: 'all finished',
        address: '/replicates?study=ten',
        shows: '40 replicates of 4 variants: all finished',
      },
      { name: 'one selected', address: '/replicates?study=ten&replicate=ten/IMPL/3', shows: 'Notes (F2)' },
      { name: 'some finished', address: '/replicates?study=partial', shows: '16 finished' },
      {
        name: 'nothing trained',
        address: '/replicates?study=planned',
        shows: 'nothing has been trained yet',
      },
      { name: 'no study', address: '/replicates', shows: 'Choose a study' },
      { name: 'failed', address: '/replicates?study=ten', shows: 'This study could not be read' },
      { name: 'being read', address: '/replicates?study=ten', shows: null },
    ];
    for (const { name, address, shows } of states) {
      it(`show ${name} in both themes, accessibly and without sideways scrolling`, async () => {
        if (name === 'failed') host.failure = damaged;
        if (name === 'being read') host.hold();
        await open(address);
        if (shows === null) await page.getByLabel('Reading the study').waitFor();
        else await page.getByText(shows).first().waitFor();
        expect(await faults(page)).toEqual([]);
        expect(complaints).toEqual([]);
      });
    }
  });
});
