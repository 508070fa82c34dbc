import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NoisefloorError } from '../../src/study/errors.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { withPredictions } from '../renderer/stagedChurn.ts';
import { stagedStudy } from '../renderer/stagedData.ts';
import { violations } from './accessibility.ts';
import { makeAnalysedLibrary } from './analysedLibrary.ts';
import { skippedBecause } from './chromium.ts';
import { serveLibrary, type ServedLibrary } from './servedLibrary.ts';
import { itShowsEach, openStagedPages, type PageState, type StagedPages } from './stagedPages.ts';

const folder = temporaryFolder();
const file = join(folder, 'library.sqlite');

describe.skipIf(skippedBecause !== null)(`the certificate of a stored study ${skippedBecause ?? ''}`, () => {
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
    await page.getByRole('heading', { name: 'Until when replicates agree' }).waitFor();
  }
  const cells = async (name: RegExp): Promise<string[]> =>
    page.getByRole('row', { name }).first().getByRole('gridcell').allTextContents();

  it('says which replicates are bit-identical, and at which step and tensor the others part', async () => {
    await open('/certificate?study=known-weights');
    await page
      .getByText(
        'To the end of epoch 3, all CONTROL replicates are bit-identical: 2 tensors agree after each of 12 steps; ALGO+IMPL and ALGO replicates part from step 0 on, first in conv/kernel; IMPL replicates part from step 4 on, first in dense/kernel.',
      )
      .waitFor();
    expect(await cells(/^IMPL 2/)).toEqual([
      ...['IMPL', '2', 'parts', '4', 'dense/kernel', '–'],
      'other seeds of accumulation order',
    ]);
    expect(await cells(/^ALGO 1/)).toEqual([
      ...['ALGO', '1', 'parts', '0', 'conv/kernel', '2'],
      'other seeds of initialisation, data order; other examples or draws from step 2 on',
    ]);
    expect((await cells(/^CONTROL 1/)).slice(0, 4)).toEqual(['CONTROL', '1', 'identical', '–']);
    expect(await violations(page)).toEqual([]);
  });

  it('stops at the end of an earlier epoch', async () => {
    await open('/certificate?study=known-weights&epoch=0');
    await page
      .getByText('all CONTROL and IMPL replicates are bit-identical: 2 tensors agree after each of 3 steps')
      .waitFor();
  });

  it('reads out a replicate by the keyboard, and selects it', async () => {
    await open('/certificate?study=known-weights&variant=IMPL');
    await page.getByRole('application', { name: /^Until when replicates agree/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText('IMPL 0 is what the others of IMPL are compared with').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.getByText('IMPL 1 parts from IMPL 0 at step 4, first in dense/kernel').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/replicate=known-weights-v2-r1/);
  });

  it('is copied as text and saved as what `certify --json` prints', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await open('/certificate?study=known-weights');
    await page.getByRole('button', { name: 'Copy as text' }).click();
    await page.getByText('Copied the certificate as text.').waitFor();
    const copied = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toContain('CONTROL: all 3 replicates are bit-identical');
    expect(copied).toContain(
      'replicate 2 parts from replicate 1 at step 4 (counted from 0), first in dense/kernel',
    );
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Save as JSON file' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('known-weights-certificate.json');
    const target = join(folder, 'certificate.json');
    await download.saveAs(target);
    expect(JSON.parse(readFileSync(target, 'utf8'))).toMatchObject({
      study: { id: 'known-weights' },
      variants: [{}, {}, { variant: 'IMPL', bitIdentical: false, groups: [[0], [1], [2]] }, {}],
    });
  });
});

describe.skipIf(skippedBecause !== null)(`the page of certificates, staged ${skippedBecause ?? ''}`, () => {
  const whole = withPredictions(stagedStudy({ id: 'whole', name: 'Whole', replicates: 5, epochs: 12 }), [11]);
  const partial = withPredictions(
    stagedStudy({ id: 'partial', name: 'Half done', replicates: 4, epochs: 12, finished: 2 }),
    [11],
  );
  const alone = withPredictions(stagedStudy({ id: 'alone', name: 'Alone', replicates: 1, epochs: 4 }), [3]);
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
    { name: 'no study', address: '/certificate', shows: () => heading('Choose a study') },
    {
      name: 'a whole study',
      address: '/certificate?study=whole',
      shows: () => page.getByRole('row', { name: /^ALGO\+IMPL 1 parts 0/ }),
    },
    {
      name: 'a study under way',
      address: '/certificate?study=partial',
      shows: () => page.getByText('8 of 16 replicates have reached epoch 11; the others are not compared.'),
    },
    {
      name: 'a study with nothing recorded',
      address: '/certificate?study=planned',
      shows: () => heading('Nothing recorded yet'),
    },
    {
      name: 'one replicate',
      address: '/certificate?study=alone',
      shows: () => page.getByText('replicates are too few to compare'),
    },
    {
      name: 'a study that is being read',
      address: '/certificate?study=whole',
      stage: () => pages.host.hold(),
      shows: () => page.getByLabel('Reading the study'),
    },
    {
      name: 'replicates that cannot be compared',
      address: '/certificate?study=whole',
      stage: () =>
        pages.host.failing.set('measures.certificate', new NoisefloorError('library-damaged', 'Page 12.')),
      shows: () => heading('Its replicates could not be compared'),
    },
  ];

  itShowsEach(states, [whole, partial, alone, planned], () => pages);

  it('warns where CONTROL is not bit-identical', async () => {
    // Its replicates part as those of IMPL do.
    const broken = structuredClone(whole);
    for (const replicate of broken.replicates) {
      if (replicate.variant === 'IMPL') Object.assign(replicate, { variant: 'Control' });
    }
    const variants = broken.detail.variants
      .filter(({ variant }) => variant.name !== 'CONTROL')
      .map((each) =>
        each.variant.name === 'IMPL' ? { ...each, variant: { ...each.variant, name: 'Control' } } : each,
      );
    pages.stage([{ ...broken, detail: { ...broken.detail, variants } }]);
    await pages.open('/certificate?study=whole');
    await page.getByText('CONTROL is not bit-identical, though nothing in it varies').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
