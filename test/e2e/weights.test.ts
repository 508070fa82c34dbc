import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NoisefloorError } from '../../src/study/errors.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { stagedStudy } from '../renderer/stagedData.ts';
import { violations } from './accessibility.ts';
import { makeAnalysedLibrary } from './analysedLibrary.ts';
import { skippedBecause } from './chromium.ts';
import { itShowsEach, openStagedPages, type PageState, type StagedPages } from './stagedPages.ts';
import { serveLibrary, type ServedLibrary } from './servedLibrary.ts';

const file = join(temporaryFolder(), 'library.sqlite');

describe.skipIf(skippedBecause !== null)(`weights of a stored study ${skippedBecause ?? ''}`, () => {
  let library: ServedLibrary;
  let page: Page;

  beforeAll(async () => {
    await makeAnalysedLibrary(file);
    library = await serveLibrary(file);
    ({ page } = library);
  });
  afterAll(() => library.close());

  async function open(address: string): Promise<void> {
    await library.open(address);
    await page.getByRole('heading', { name: 'Distance between replicates' }).waitFor();
  }
  const cells = async (name: RegExp): Promise<string[]> =>
    page.getByRole('row', { name }).first().getByRole('gridcell').allTextContents();

  it('says how far apart they are, raw and normalised, and which layer carries it', async () => {
    await open('/weights?study=known-weights');
    // √2 times the lengths √(6² + 8²) and √(0.3² + 0.4²); of the squares 0.64 lie in `dense`.
    await page
      .getByText(
        'The weights of two replicates lie at an L2 distance of 14.1 (after epoch 3) when everything varies; under implementation noise alone at 0.7; CONTROL weights are all the same. Of ALGO+IMPL’s squared distance dense carries 64 %.',
      )
      .waitFor();
    expect(await cells(/^ALGO all trainable/)).toEqual([
      'ALGO',
      'all trainable',
      '6',
      '7.1',
      '–',
      '1.4',
      '–',
      '–',
    ]);
    expect(await cells(/^ALGO conv/)).toEqual(['ALGO', 'conv', '3', '4.2', '–', '1.4', '–', '36.0']);
    expect(await cells(/^CONTROL dense/)).toEqual(['CONTROL', 'dense', '3', '0', '–', '0', '–', '–']);
    await page.getByRole('button', { name: 'Normalised' }).click();
    await page.getByText('lie at a normalised L2 distance of 1.4 (after epoch 3)').waitFor();
  });

  it('reads out variants and layers by the keyboard, and points out the layer in the table', async () => {
    await open('/weights?study=known-weights&variant=ALGO&variant=IMPL');
    await page.getByRole('application', { name: /^Distance between replicates of each variant/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.getByText('IMPL: 0.7 over the pairs of 3 replicates').waitFor();
    await page.getByRole('application', { name: /^Distance between replicates in each layer/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page
      .getByText('conv (3 weights): ALGO 4.2, 36.0 % of the squared distance; IMPL 0.4, 36.0 %')
      .waitFor();
  });

  it('draws the distance over the epochs whose weights were kept, and goes from one to the next', async () => {
    await open('/weights?study=known-weights&epoch=2');
    await page
      .getByText('Weights were not kept after epoch 2; this is epoch 3, the nearest that was.')
      .waitFor();
    await page.getByRole('application', { name: /^Distance by epoch/ }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/epoch=1(&|$)/);
    // Half as long after two of four epochs.
    await page.getByText('at an L2 distance of 7.1 (after epoch 1)').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('leaves an excluded replicate out', async () => {
    await open('/weights?study=known-weights&variant=ALGO&replicate=known-weights-v1-r0');
    await page.getByRole('button', { name: 'Exclude from measures' }).click();
    await page.getByRole('textbox').last().fill('a loose cable');
    await page.getByRole('button', { name: 'Exclude it' }).click();
    await page.getByText('n = 2', { exact: true }).waitFor();
    await page.getByRole('application', { name: /^Distance between replicates of each variant/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText('ALGO: 7.1 over the pairs of 2 replicates').waitFor();
  });
});

describe.skipIf(skippedBecause !== null)(`the page of weights, staged ${skippedBecause ?? ''}`, () => {
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
    { name: 'no study', address: '/weights', shows: () => heading('Choose a study') },
    {
      name: 'a whole study',
      address: '/weights?study=whole',
      shows: () => page.getByRole('row', { name: /^ALGO conv2d_1/ }),
    },
    {
      name: 'a study under way',
      address: '/weights?study=partial',
      shows: () =>
        page.getByText('8 of 16 replicates kept their weights of epoch 11; intervals will narrow.'),
    },
    {
      name: 'a study without weights',
      address: '/weights?study=planned',
      shows: () => heading('No weights kept yet'),
    },
    {
      name: 'one replicate',
      address: '/weights?study=alone',
      shows: () => heading('A distance needs two replicates'),
    },
    {
      name: 'a study that is being read',
      address: '/weights?study=whole',
      stage: () => pages.host.hold(),
      shows: () => page.getByLabel('Reading the study'),
    },
    {
      name: 'a study that cannot be read',
      address: '/weights?study=whole',
      stage: () => (pages.host.failure = new NoisefloorError('library-damaged', 'Page 12 cannot be read.')),
      shows: () => heading('This study could not be read'),
    },
  ];

  itShowsEach(states, [whole, partial, alone, planned], () => pages);

  it('says what failed when the weights cannot be compared, and compares them when asked again', async () => {
    pages.stage([whole]);
    pages.host.failing.set('measures.weights', new NoisefloorError('weights-mismatch', 'Two networks.'));
    await pages.open('/weights?study=whole');
    await heading('The weights could not be compared').waitFor();
    expect(await violations(page)).toEqual([]);
    pages.host.failing.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await heading('Distance between replicates').waitFor();
  });
});
