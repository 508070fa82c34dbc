import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NoisefloorError } from '../../src/study/errors.ts';
import { loadDataset } from '../../src/data/dataset.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { withPredictions } from '../renderer/stagedChurn.ts';
import { stagedStudy } from '../renderer/stagedData.ts';
import { violations } from './accessibility.ts';
import { skippedBecause } from './chromium.ts';
import { makeChurnLibrary } from './churnLibrary.ts';
import { serveLibrary, type ServedLibrary } from './servedLibrary.ts';
import { itShowsEach, openStagedPages, type PageState, type StagedPages } from './stagedPages.ts';

const file = join(temporaryFolder(), 'library.sqlite');

describe.skipIf(skippedBecause !== null)(`classes of a stored study ${skippedBecause ?? ''}`, () => {
  let library: ServedLibrary;
  let page: Page;

  beforeAll(async () => {
    await makeChurnLibrary(file);
    library = await serveLibrary(file);
    ({ page } = library);
  });
  afterAll(() => library.close());

  async function open(address: string): Promise<void> {
    await library.open(address);
    await page.getByRole('heading', { name: 'Spread by class' }).waitFor();
  }

  /** SD of ALGO's accuracies on a class, in percentage points: replicate i errs on 40 examples from 100 + 40 i on. */
  async function expectedSd(wanted: number): Promise<string> {
    const { identity } = await loadDataset({ kind: 'fashion-mnist-sample' });
    const labels = [...identity.testLabels];
    const all = labels.filter((label) => label === wanted).length;
    const points = [0, 1, 2].map((index) => {
      const own = labels.slice(100 + 40 * index, 140 + 40 * index);
      return (100 * (all - own.filter((label) => label === wanted).length)) / all;
    });
    const mean = points.reduce((sum, point) => sum + point, 0) / 3;
    const sd = Math.sqrt(points.reduce((sum, point) => sum + (point - mean) ** 2, 0) / 2);
    // The chi-square interval of three reaches from 0.52 to 6.28 times the SD: one decimal, or the first digit.
    const reach = (sd * (6.2849 - 0.5207)) / 2;
    return sd.toFixed(Math.max(0, 1 - Math.floor(Math.log10(reach)), -Math.floor(Math.log10(sd))));
  }

  it('says how far each class spreads where the whole does not', async () => {
    await open('/classes?study=known-churn');
    await page
      .getByText(
        'Within every variant shown, the accuracy over all classes is the same in every replicate (after epoch 3).',
      )
      .waitFor();
    await page.getByText('CONTROL: no class moves').waitFor();
    const row = page.getByRole('row', { name: /^ALGO T-shirt\/top/ });
    const cells = await row.getByRole('gridcell').allTextContents();
    expect(cells[4]).toBe(await expectedSd(0));
    // Its images have one class each.
    expect(await page.getByRole('heading', { name: 'Subgroups' }).count()).toBe(0);
  });

  it('shows how two replicates confuse classes, and one with the truth', async () => {
    await open('/classes?study=known-churn&variant=ALGO');
    // Each errs on 40 examples of its own.
    await page.getByText('ALGO 0 and ALGO 1 differ on 80 of 2,000 test examples.').waitFor();
    await page.getByRole('combobox', { name: 'Columns' }).selectOption({ label: 'The truth' });
    await page.getByText('ALGO 0 and the truth differ on 40 of 2,000 test examples.').waitFor();
    await page.getByRole('combobox', { name: 'Rows' }).selectOption({ label: 'ALGO 2' });
    await page.waitForURL(/replicate=known-churn-v1-r2/);
    await page.getByText('ALGO 2 and the truth differ on 40').waitFor();
    await page.getByRole('application', { name: /^Classes by ALGO 2 in rows/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await page.getByText(/^ALGO 2 says T-shirt\/top where the truth is T-shirt\/top: \d+ of 2,000/).waitFor();
    // Whoever errs says the next class.
    await page.keyboard.press('ArrowDown');
    await page.getByText(/^ALGO 2 says Trouser where the truth is T-shirt\/top: [1-9]\d* of 2,000/).waitFor();
  });

  it('reads out classes by the keyboard', async () => {
    await open('/classes?study=known-churn&variant=ALGO');
    await page.getByRole('application', { name: /^SD of the accuracy on each class/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText(/^T-shirt\/top: ALGO \d/).waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

describe.skipIf(skippedBecause !== null)(`the page of classes, staged ${skippedBecause ?? ''}`, () => {
  const whole = withPredictions(
    stagedStudy({ id: 'whole', name: 'Whole', replicates: 5, epochs: 12 }),
    [3, 11],
  );
  const partial = withPredictions(
    stagedStudy({ id: 'partial', name: 'Half done', replicates: 4, epochs: 12, finished: 2 }),
    [3, 11],
  );
  const alone = withPredictions(stagedStudy({ id: 'alone', name: 'Alone', replicates: 1, epochs: 4 }), [3]);
  const unlabelled = {
    ...whole,
    row: { ...whole.row, id: 'unlabelled' },
    detail: { ...whole.detail, id: 'unlabelled', dataset: null },
  };
  const attributed = {
    ...whole,
    row: { ...whole.row, id: 'attributed' },
    detail: {
      ...whole.detail,
      id: 'attributed',
      dataset: whole.detail.dataset && {
        ...whole.detail.dataset,
        identity: { attributeNames: ['Male', 'Young', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] },
      },
    },
  };
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
    { name: 'no study', address: '/classes', shows: () => heading('Choose a study') },
    {
      name: 'a whole study',
      address: '/classes?study=whole',
      shows: () => page.getByText(/^ALGO\+IMPL 0 and ALGO\+IMPL 1 differ on [1-9]\d* of 400/),
    },
    {
      name: 'a study whose images have attributes',
      address: '/classes?study=attributed',
      shows: () => page.getByText(/^The .* of [^(]+\(\d+ images\) spreads most against all/),
    },
    {
      name: 'a study under way',
      address: '/classes?study=partial',
      shows: () => page.getByText('8 of 16 replicates have predictions of epoch 11; intervals will narrow.'),
    },
    {
      name: 'a study with nothing recorded',
      address: '/classes?study=planned',
      shows: () => heading('No predictions yet'),
    },
    {
      name: 'one replicate',
      address: '/classes?study=alone&variant=ALGO',
      shows: () => page.getByText('One replicate of a variant shows no spread: it takes two.'),
    },
    {
      name: 'a study without labels',
      address: '/classes?study=unlabelled',
      shows: () => page.getByText('The true classes of this study’s test examples are not known'),
    },
    {
      name: 'a study that is being read',
      address: '/classes?study=whole',
      stage: () => pages.host.hold(),
      shows: () => page.getByLabel('Reading the study'),
    },
    {
      name: 'classes that cannot be computed',
      address: '/classes?study=whole',
      stage: () =>
        pages.host.failing.set('measures.classes', new NoisefloorError('labels-mismatch', 'Too few labels.')),
      shows: () => heading('Its classes could not be computed'),
    },
    {
      name: 'a confusion that cannot be computed',
      address: '/classes?study=whole',
      stage: () =>
        pages.host.failing.set('measures.confusion', new NoisefloorError('replicate-unknown', 'It is gone.')),
      shows: () => heading('The confusion could not be computed'),
    },
  ];

  itShowsEach(states, [whole, partial, alone, unlabelled, attributed, planned], () => pages);

  it('tells subgroups apart by another attribute, and counts answers about one', async () => {
    pages.stage([attributed]);
    await pages.open('/classes?study=attributed');
    const rows = page.getByRole('grid', { name: 'Rates by variant and subgroup' });
    await rows.getByRole('row', { name: /^ALGO Female/ }).waitFor();
    await page.getByRole('combobox', { name: 'Subgroups by' }).selectOption('c');
    await rows.getByRole('row', { name: /^ALGO not c/ }).waitFor();
    expect(await rows.getByRole('row', { name: /Female/ }).count()).toBe(0);
    await page.getByRole('combobox', { name: 'Answers about' }).selectOption('Young');
    await page
      .getByRole('button', { name: 'Accuracy', exact: true })
      .or(page.getByRole('radio', { name: 'Accuracy' }))
      .click();
    await page.getByRole('application', { name: 'SD of the accuracy of each subgroup' }).waitFor();
  });
});
