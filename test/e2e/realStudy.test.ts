import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { buildBatch, buildStudy, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';
import { launchChromium, skippedBecause } from './chromium.ts';
import { serveStudio, type ServedStudio } from './servedStudio.ts';

/** Final accuracies of three replicates; their standard deviation is 2 points, 1 point, 0.5 points and nothing. */
const accuracies: Readonly<Record<string, readonly number[]>> = {
  'ALGO+IMPL': [0.8, 0.82, 0.84],
  ALGO: [0.81, 0.82, 0.83],
  IMPL: [0.815, 0.82, 0.825],
  CONTROL: [0.82, 0.82, 0.82],
};
const folder = temporaryFolder();
const file = join(folder, 'library.sqlite');

/** Makes a library as replicates' result folders would have filled it. */
function makeLibrary(): void {
  const library = Library.open(file);
  const study = buildStudy({ name: 'Known spread', replicates: 3, epochs: 4 });
  for (const { id, variant, index } of storeStudy(library, 'known-1', study)) {
    const testAccuracy = accuracies[variant.name]?.[index] ?? 0;
    library.ingest(id, buildBatch(4, { epoch: () => ({ testAccuracy }) }));
  }
  library.close();
}

describe.skipIf(skippedBecause !== null)(`a stored study, served and seen ${skippedBecause ?? ''}`, () => {
  let studio: ServedStudio;
  let browser: Browser;

  beforeAll(async () => {
    makeLibrary();
    studio = await serveStudio(['--library', file]);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await studio.end();
  });

  it('says how far its replicates spread, and remembers what was done to it', async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(20_000);
    await page.goto(studio.link);
    await page.getByRole('button', { name: 'Known spread', exact: true }).click();
    // Chi-square with 2 degrees of freedom: 2 * sqrt(2 / 7.3778) and 2 * sqrt(2 / 0.050636).
    await page
      .getByText(
        'Test accuracy (after epoch 3) spreads with an SD of 2.0 percentage points (95\u00a0% interval 1.0 to 12.6) when everything varies; under implementation noise alone the SD is 0.5; CONTROL does not move at all.',
      )
      .waitFor();
    const row = page.getByRole('row', { name: /^ALGO\+IMPL/ });
    // Student t with 2 degrees of freedom: 82 -+ 4.3027 * 2 / sqrt(3).
    expect(await row.getByRole('cell').allTextContents()).toEqual([
      '3',
      '82.0',
      '77.0 to 87.0',
      '2.0',
      '1.0 to 12.6',
      '80.00',
      '84.00',
    ]);
    await page.getByRole('button', { name: 'Replicates', exact: true }).click();
    await page.getByRole('row', { name: /^CONTROL 2/ }).click();
    await page.getByRole('button', { name: 'Exclude from measures …' }).click();
    await page.getByLabel(/Why does it not count/).fill('a loose cable');
    await page.getByRole('button', { name: 'Exclude it' }).click();
    await page.getByText('1 is excluded.').waitFor();
    await page.reload();
    await page.getByText('Excluded: a loose cable').waitFor();
    await page.getByRole('link', { name: 'Studies' }).click();
    await page.getByRole('button', { name: 'Actions for Known spread' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Plan a study' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Known spread', exact: true }).waitFor();
  });
});
