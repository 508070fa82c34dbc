import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { violations } from './accessibility.ts';
import { launchChromium, skippedBecause } from './chromium.ts';
import { serveStudio, type ServedStudio } from './servedStudio.ts';
import { itShowsEach, openStagedPages, type PageState, type StagedPages } from './stagedPages.ts';

const library = join(temporaryFolder(), 'library.sqlite');
const logs = fileURLToPath(new URL('../fixtures/logs', import.meta.url));

describe.skipIf(skippedBecause !== null)(`taking in logs in the studio ${skippedBecause ?? ''}`, () => {
  let studio: ServedStudio;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    studio = await serveStudio(['--library', library, '--data', logs]);
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(20_000);
    await page.goto(studio.link);
    await page.waitForURL((url) => url.search === '');
  });
  afterAll(async () => {
    await browser.close();
    await studio.end();
  });

  it('shows what would come in, takes it in, and opens it', async () => {
    await page.goto(`${studio.origin}/#/import`);
    await page.getByLabel(/^Folder, or a table/).fill(join(logs, 'tensorboard'));
    await page.getByLabel('How runs are named').fill('(');
    await page
      .getByRole('alert')
      .getByText(/Invalid regular expression/)
      .waitFor();
    await page.getByLabel('How runs are named').fill('seed_(?<replicate>\\d+)');
    await page.keyboard.press('Enter');
    await page.getByText('2 runs of one study can be taken in as they are.').waitFor();
    await page
      .getByText('4 things left out')
      .or(page.getByText('TensorBoard', { exact: false }))
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take in 2 runs' }).click();
    await page.getByText('Taken in: 2 new replicates.').waitFor();
    await page.getByRole('button', { name: 'Open tensorboard, imported' }).click();
    await page.waitForURL(/variance\?study=imported-tensorboard/);
    await page.getByText('tensorboard, imported').first().waitFor();
  });

  it('takes nothing in from where it may not look', async () => {
    await page.goto(`${studio.origin}/#/import`);
    await page.getByLabel(/^Folder, or a table/).fill('/etc');
    await page.keyboard.press('Enter');
    await page.getByText(/is not in a folder that this studio may read data from/).waitFor();
  });
});

describe.skipIf(skippedBecause !== null)(`the page of imports, staged ${skippedBecause ?? ''}`, () => {
  let pages: StagedPages;
  let page: Page;

  beforeAll(async () => {
    pages = await openStagedPages();
    ({ page } = pages);
  });
  afterAll(() => pages.close());

  const states: PageState[] = [
    {
      name: 'nothing asked',
      address: '/import',
      shows: () => page.getByRole('heading', { name: 'Import logs' }),
    },
  ];
  itShowsEach(states, [], () => pages);

  it('lets faulty runs be left out, and says what is', async () => {
    const run = {
      variant: 'ALGO',
      metrics: 'log.csv',
      epochs: 3,
      predictions: [9],
      checkpoints: [],
      fault: null,
    };
    pages.host.imported = {
      ...{ dryRun: true, path: '/logs', labels: 'none', replicates: null, continued: null },
      studies: [
        {
          ...{ id: 'logs', name: 'Logs' },
          runs: [
            { ...run, folder: '/logs/a', replicate: 0 },
            {
              ...{ ...run, folder: '/logs/b', replicate: 1, epochs: 0 },
              fault: { code: 'log-invalid', message: '/logs/b/log.csv, line 3: "x" is no number.' },
            },
          ],
        },
      ],
      leftOut: [{ path: '/logs/notes.md', why: 'not a kind of file that is read here' }],
    };
    await pages.open('/import');
    await page.getByLabel(/^Folder, or a table/).fill('/logs');
    await page.keyboard.press('Enter');
    await page.getByText('1 of 2 runs of one study cannot be read. Mend them, or leave them out.').waitFor();
    await page.getByText('/logs/b/log.csv, line 3: "x" is no number.').waitFor();
    const take = page.getByRole('button', { name: 'Take in 1 run' });
    expect(await take.isDisabled()).toBe(true);
    await page.getByLabel('Leave out the 1 that cannot be read').check();
    await take.click();
    await page.getByText('Taken in: 2 new replicates.').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
