import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.ts';
import { Library } from '../../src/library/library.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { buildBatch, buildStudy, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';
import { stagedStudy } from '../renderer/stagedData.ts';
import { violations } from './accessibility.ts';
import { skippedBecause } from './chromium.ts';
import { makeChurnLibrary } from './churnLibrary.ts';
import { serveLibrary, type ServedLibrary } from './servedLibrary.ts';
import { itShowsEach, openStagedPages, type PageState, type StagedPages } from './stagedPages.ts';

/** Final test accuracies; those of ALGO+IMPL differ from ALGO's, whose seeds they share, by a tenth of a point or two. */
const accuracies: Readonly<Record<string, readonly number[]>> = {
  'ALGO+IMPL': [0.801, 0.819, 0.842, 0.81, 0.829],
  ALGO: [0.8, 0.82, 0.84, 0.81, 0.83],
  IMPL: [0.85, 0.86, 0.87, 0.855, 0.865],
};
const file = join(temporaryFolder(), 'library.sqlite');

function makeLibrary(): void {
  const library = Library.open(file);
  for (const [id, name, shift] of [
    ['known-means', 'Known means', 0],
    ['higher-means', 'Higher means', 0.04],
  ] as const) {
    const study = buildStudy({ name, replicates: 5, epochs: 2, seed: 7 });
    for (const { id: replicate, variant, index } of storeStudy(library, id, study)) {
      const testAccuracy = (accuracies[variant.name]?.[index] ?? 0.7) + shift;
      library.ingest(replicate, buildBatch(2, { epoch: () => ({ testAccuracy }) }));
    }
  }
  library.close();
}

describe.skipIf(skippedBecause !== null)(`the comparison of stored studies ${skippedBecause ?? ''}`, () => {
  let library: ServedLibrary;
  let page: Page;

  beforeAll(async () => {
    makeLibrary();
    await makeChurnLibrary(file);
    library = await serveLibrary(file);
    ({ page } = library);
  });
  afterAll(() => library.close());

  async function open(address: string): Promise<void> {
    await library.open(address);
    await page.getByRole('heading', { name: 'Side by side' }).waitFor();
  }
  async function choose(menu: RegExp, option: string): Promise<void> {
    await page.getByRole('button', { name: menu }).click();
    await page.getByRole('menuitemradio', { name: option, exact: true }).click();
  }
  const cells = async (name: RegExp): Promise<string[]> =>
    page.getByRole('row', { name }).first().getByRole('cell').allTextContents();

  it('finds a difference, with effect, interval and test', async () => {
    await open('/compare?study=known-means&first=ALGO&second=IMPL');
    // scipy.stats.ttest_ind(IMPL, ALGO, equal_var=False), and its confidence_interval(0.95).
    await page
      .getByText(
        'IMPL has a higher test accuracy than ALGO, by 4.0 percentage points (95\u00a0% interval 2.1 to 5.9): more than noise explains (Welch t(5.9) = 5.06, p = 0.0024).',
      )
      .waitFor();
    expect(await cells(/^Mean/)).toEqual(['82.0 %', '86.00 %']);
    // One of 252 deals and its mirror image is as far apart; every IMPL lies above every ALGO.
    expect(await cells(/^Permutation test/)).toEqual([
      'p = 0.0079 (all 252 deals; smallest possible 0.0079)',
    ]);
    expect(await cells(/lies above/)).toEqual(['100 % of the time']);
    // numpy.std of each, and test/fixtures/analysis/deviationRatio.py's interval of their ratio; scipy.stats.levene.
    expect(await cells(/^Ratio of the SDs/)).toEqual(['0.50 (95\u00a0% interval 0.19 to 1.3)']);
    expect(await cells(/^Test of the SDs/)).toEqual(['Brown-Forsythe F(1, 8) = 2.06, p = 0.19']);
    await page.getByText(/^No verdict on their variability: the SD of IMPL is 0\.50 /).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('reads the best epoch, or a mean of epochs, and says what that does', async () => {
    await open('/compare?study=known-means&first=ALGO&second=IMPL');
    await page.getByRole('button', { name: 'Best', exact: true }).click();
    await page.waitForURL(/reading=best/);
    await page.getByText('IMPL has a higher best test accuracy than ALGO, by 4.0').waitFor();
    await page.getByText('flatters each replicate: compare last with last.').waitFor();
    await page.getByRole('button', { name: 'Mean', exact: true }).click();
    await page.getByText('IMPL has a higher test accuracy averaged over epochs than ALGO, by 4.0').waitFor();
    await page.getByLabel('of the last').fill('1');
    await page.getByLabel('of the last').press('Enter');
    await page.waitForURL(/meanOf=1/);
    await expect.poll(() => cells(/^Mean/)).toEqual(['82.0 %', '86.00 %']);
  });

  it('says on which classes two groups differ, after Holm’s correction', async () => {
    await open('/compare?study=known-churn&first=ALGO&second=CONTROL');
    await page
      .getByText(/^(CONTROL differs from ALGO on|No class is shown to differ: after Holm’s)/)
      .waitFor();
    // Replicate i of ALGO errs on 40 examples from 100 + 40 i on.
    const { identity } = await loadDataset({ kind: 'fashion-mnist-sample' });
    const labels = [...identity.testLabels];
    const all = labels.filter((label) => label === 0).length;
    const wrong = labels.slice(100, 220).filter((label) => label === 0).length;
    const row = page
      .getByRole('grid', { name: /^Difference by class/ })
      .getByRole('row', { name: /^T-shirt/ });
    const found = await row.getByRole('gridcell').allTextContents();
    expect(found.slice(1, 4)).toEqual([String(all), (100 - (100 * wrong) / all / 3).toFixed(2), '100.00']);
  });

  it('pairs replicates that share their seeds, and finds what is equivalent by a margin that can be changed', async () => {
    await open('/compare?study=known-means&first=ALGO%2BIMPL&second=ALGO');
    await page
      .getByText('ALGO+IMPL and ALGO are equivalent: their mean test accuracy differs by less than 0.5')
      .waitFor();
    expect((await cells(/^Test of the means/))[0]).toMatch(/^paired t\(4\) = −0\.3/);
    await page.getByLabel('Matters from').fill('0.05');
    await page.getByText('No verdict on ALGO+IMPL and ALGO').waitFor();
    await page.waitForURL(/pointsMargin=0\.05/);
    await page.reload();
    await page.getByText('No verdict on ALGO+IMPL and ALGO').waitFor();
    expect(await page.getByLabel('Matters from').inputValue()).toBe('0.05');
  });

  it('compares with another study, pairs by shared seeds, and swaps the two', async () => {
    await open('/compare?study=known-means&first=ALGO');
    await choose(/^of this study/, 'Higher means');
    await page.waitForURL(/against=higher-means/);
    // Every pair differs by the same.
    await page
      .getByText(
        'ALGO of Higher means has a higher test accuracy than ALGO of Known means, by the same in every replicate: 4.0 percentage points.',
      )
      .waitFor();
    await page.getByRole('button', { name: 'Swap the two' }).click();
    await page.waitForURL(/study=higher-means.*against=known-means/);
    await page.getByText('ALGO of Known means has a lower test accuracy than ALGO of Higher means').waitFor();
  });

  it('groups by what replicates computed with, and says when there is one group', async () => {
    await library.open('/compare?study=known-means&by=threads');
    await page.getByText('There is one group only; it takes two to compare.').waitFor();
    await choose(/^By threads/, 'Variant');
    await page.getByRole('heading', { name: 'Side by side' }).waitFor();
  });

  it('reads out the difference by the keyboard', async () => {
    await open('/compare?study=known-means&first=ALGO&second=IMPL');
    await page.getByRole('application', { name: /^Difference of the means/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page
      .getByText('Difference 4.0 percentage points, 95 % interval 2.1 to 5.9; Welch t(5.9)')
      .waitFor();
  });
});

describe.skipIf(skippedBecause !== null)(`the page of comparisons, staged ${skippedBecause ?? ''}`, () => {
  const whole = stagedStudy({ id: 'whole', name: 'Whole', replicates: 5, epochs: 12 });
  const partial = stagedStudy({ id: 'partial', name: 'Half done', replicates: 4, epochs: 12, finished: 2 });
  const alone = stagedStudy({ id: 'alone', name: 'Alone', replicates: 1, epochs: 4 });
  const planned = stagedStudy({ id: 'planned', name: 'Planned', replicates: 3, epochs: 4, finished: 0 });
  let pages: StagedPages;
  let page: Page;

  beforeAll(async () => {
    pages = await openStagedPages();
    ({ page } = pages);
  });
  afterAll(() => pages.close());

  const heading = (name: string) => page.getByRole('heading', { name });
  const states: PageState[] = [
    { name: 'no study', address: '/compare', shows: () => heading('Choose a study') },
    { name: 'two variants', address: '/compare?study=whole', shows: () => heading('The numbers behind it') },
    {
      name: 'a study under way',
      address: '/compare?study=partial',
      shows: () =>
        page.getByText('4 replicates have not reached the epoch and are left out; the interval will narrow.'),
    },
    {
      name: 'a study with nothing recorded',
      address: '/compare?study=planned',
      shows: () => heading('Nothing recorded yet'),
    },
    {
      name: 'one replicate of each',
      address: '/compare?study=alone',
      shows: () => page.getByText(/^No verdict: ALGO\+IMPL has 1 and ALGO 1 of the replicates/),
    },
    {
      name: 'one group',
      address: '/compare?study=whole&variant=ALGO',
      shows: () => heading('A comparison needs two groups'),
    },
    {
      name: 'a study that is being read',
      address: '/compare?study=whole',
      stage: () => pages.host.hold(),
      shows: () => page.getByLabel('Reading the study'),
    },
    {
      name: 'groups that cannot be compared',
      address: '/compare?study=whole',
      stage: () =>
        pages.host.failing.set('measures.compare', new NoisefloorError('library-damaged', 'Page 12.')),
      shows: () => heading('The groups could not be compared'),
    },
  ];

  itShowsEach(states, [whole, partial, alone, planned], () => pages);
});
