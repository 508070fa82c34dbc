import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonOf, noisefloor } from '../fixtures/cli/noisefloor.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { violations } from './accessibility.ts';
import { launchChromium, skippedBecause } from './chromium.ts';
import { serveStudio, type ServedStudio } from './servedStudio.ts';

const root = join(import.meta.dirname, '..', '..');
const shipped = join(root, 'resources', 'sample', 'sample.sqlite');
const folder = temporaryFolder();
/** A person who has never used Noisefloor: no library, and nothing set up that could train. */
const environment = {
  XDG_DATA_HOME: join(folder, 'data'),
  XDG_CONFIG_HOME: join(folder, 'config'),
  HOME: join(folder, 'home'),
  NOISEFLOOR_CACHE: join(folder, 'empty-cache'),
};
const analysed = z.object({
  variants: z.array(
    z.object({
      name: z.string(),
      replicates: z.number(),
      accuracy: z.object({ mean: z.number(), sd: z.number() }),
      bitIdentical: z.boolean(),
    }),
  ),
});

it('The shipped sample is the one that its description is about', () => {
  const bytes = readFileSync(shipped);
  const readme = readFileSync(join(root, 'resources', 'sample', 'README.md'), 'utf8');
  expect(readme).toContain(createHash('sha256').update(bytes).digest('hex'));
  expect(bytes.length).toBeLessThan(16e6);
});

describe.skipIf(skippedBecause !== null)(`a first visit ${skippedBecause ?? ''}`, () => {
  let studio: ServedStudio;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    studio = await serveStudio([], { ...environment, NOISEFLOOR_LIBRARY: undefined });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(20_000);
  });
  afterAll(async () => {
    await browser.close();
    await studio.end();
  });

  it('shows the sample, marked as one, beside the ways to studies of one’s own', async () => {
    await page.goto(studio.link);
    await page.getByText('This is the sample library.').waitFor();
    await page
      .getByRole('button', { name: /^Sample: / })
      .first()
      .waitFor();
    await page.getByRole('heading', { name: 'Plan a study' }).waitFor();
    await page.getByText('npm run noisefloor -- import their-library.sqlite').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('says of its variance what the command line computes of the same library', async () => {
    // The command line writes beside a library that it opens; what is shipped stays as it is.
    const copy = join(folder, 'copy.sqlite');
    copyFileSync(shipped, copy);
    const analysis = await noisefloor(['analyze', 'Sample', '--json', '--library', copy], { environment });
    const { variants } = analysed.parse(jsonOf(analysis));
    expect(variants.find(({ name }) => name === 'CONTROL')).toMatchObject({
      accuracy: { sd: 0 },
      bitIdentical: true,
    });
    await page
      .getByRole('button', { name: /^Sample: / })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Learning curves' }).waitFor();
    for (const { name, replicates, accuracy } of variants) {
      const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
      const [n, mean, , sd] = await row.getByRole('cell').allTextContents();
      expect(n).toBe(String(replicates));
      expectShown(mean, accuracy.mean * 100);
      expectShown(sd, accuracy.sd * 100);
    }
  });

  it('plans a study all the same, offers to set training up, and follows the plan to the own library', async () => {
    await page.getByRole('link', { name: 'Studies' }).click();
    await page.getByRole('button', { name: 'Plan a study' }).first().click();
    const steps = page.getByRole('navigation', { name: 'Steps of the plan' });
    await steps.getByRole('button', { name: 'Review' }).click();
    await page.getByText('Running needs TensorFlow').waitFor();
    expect(await page.getByRole('button', { name: 'Run 12 replicates' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'set it up first' }).click();
    await page.getByRole('heading', { name: 'Training is not set up on this machine yet' }).waitFor();
    expect(await page.getByRole('button', { name: 'Set it up now' }).isEnabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Measure a few steps' }).isDisabled()).toBe(true);
    await steps.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Save the plan without running' }).click();
    await page.getByText('Planned quickstart; nothing has run yet.').waitFor();
    expect(new URL(page.url()).hash).toMatch(/^#\/variance\?study=quickstart-[0-9a-z]+$/);
    await page.getByRole('link', { name: 'Run', exact: true }).click();
    await page.getByRole('heading', { name: 'This machine cannot train yet' }).waitFor();
    await page.getByRole('link', { name: 'Studies' }).click();
    await page.getByRole('button', { name: 'quickstart', exact: true }).waitFor();
    expect(await page.getByText('This is the sample library.').count()).toBe(0);
  });
});

/** A number as a page rounds it. */
function expectShown(text: string | undefined, value: number): void {
  const decimals = text?.split('.')[1]?.length ?? 0;
  expect(text).toBe(value.toFixed(decimals));
}
