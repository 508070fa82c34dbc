import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type StudioServer } from '../../main/serve/server.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { withPredictions } from '../renderer/stagedChurn.ts';
import { stagedStudy } from '../renderer/stagedData.ts';
import { StagedHost } from '../renderer/stagedHost.ts';
import { faults, violations } from './accessibility.ts';
import { pagesFolder } from './builtPages.ts';
import { launchChromium, skippedBecause } from './chromium.ts';
import { serveStudio, type ServedStudio } from './servedStudio.ts';
import { makeChurnLibrary } from './churnLibrary.ts';

const file = join(temporaryFolder(), 'library.sqlite');

describe.skipIf(skippedBecause !== null)(`churn of a stored study ${skippedBecause ?? ''}`, () => {
  let studio: ServedStudio;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await makeChurnLibrary(file);
    studio = await serveStudio(['--library', file]);
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

  async function open(address: string): Promise<void> {
    await page.goto('about:blank');
    await page.goto(`${studio.origin}/#${address}`);
    await page.getByRole('heading', { name: 'Who disagrees with whom' }).waitFor();
  }

  it('says how much replicates disagree, in words, by block and in the table', async () => {
    await open('/churn?study=known-churn');
    await page
      .getByText(
        'Two replicates disagree on 10.0 % of 2,000 test examples (after epoch 3) when everything varies; under implementation noise alone on 1.0 %; CONTROL replicates never disagree.',
      )
      .waitFor();
    const cells = async (name: RegExp) => page.getByRole('row', { name }).getByRole('cell').allTextContents();
    // Between a replicate of ALGO and one of IMPL: 40 + 10 of 2,000.
    expect(await cells(/^ALGO 3/)).toEqual(['3', '4.0', '–', '7.00', '–', '2.50', '2.00']);
    expect(await cells(/^CONTROL/)).toEqual(['3', '0', '–', '5.00', '2.00', '0.50', '–']);
  });

  it('explains the cell under the pointer, and shows what the two disagree on', async () => {
    await open('/churn?study=known-churn');
    const matrix = page.getByRole('application', { name: /Churn of every two/ });
    const { width = 0, height = 0 } = (await matrix.boundingBox()) ?? {};
    // Row 4 is ALGO 1, column 7 is IMPL 1.
    const position = { x: (7.5 / 12) * width, y: (4.5 / 12) * height };
    await matrix.hover({ position });
    await page.getByText('ALGO 1 and IMPL 1 disagree on 50 of 2,000 test examples, 2.5 %.').waitFor();
    await matrix.click({ position });
    await page.getByRole('heading', { name: 'Examples on which ALGO 1 and IMPL 1 disagree' }).waitFor();
    await page.getByText('50 of 2,000 test examples; votes of').waitFor();
    // The link repeats the pair, and another epoch keeps it.
    await page.reload();
    await page.getByRole('heading', { name: 'Examples on which ALGO 1 and IMPL 1 disagree' }).waitFor();
    await page.getByRole('application', { name: /Churn by epoch/ }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/epoch=1(&|$)/);
    await page.getByRole('heading', { name: 'Examples on which ALGO 1 and IMPL 1 disagree' }).waitFor();
    await page.getByRole('button', { name: 'Let the two go' }).press('Enter');
    await page.getByRole('heading', { name: 'Examples and their votes' }).waitFor();
    expect(page.url()).not.toContain('pair=');
  });

  it('moves the cell by arrows, and walks through examples that are seen and explained', async () => {
    await open('/churn?study=known-churn&variant=IMPL');
    await page.getByRole('application', { name: /Churn of every two/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('IMPL 0 and IMPL 1 disagree on 20 of 2,000 test examples, 1.0 %.').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText('IMPL 0 and IMPL 2 disagree on 20').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('20 of 2,000 test examples; votes of').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForURL(/example=1(&|$)/);
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByText('Test example 1; its true class').waitFor();
    // The first replicate errs alone.
    await inspector.getByText('flip rate 66.7 %').waitFor();
    await inspector.getByText('(replicate 1, 2)').waitFor();
    const canvas = inspector.locator('canvas');
    await canvas.waitFor();
    expect(await canvas.evaluate((element) => [(element as unknown as { width: number }).width])).toEqual([
      28,
    ]);
  });

  it('takes the nearest epoch that was recorded, and another that is chosen by arrows', async () => {
    await open('/churn?study=known-churn&epoch=2');
    await page
      .getByText('Predictions were not recorded after epoch 2; this is epoch 3, the nearest that was.')
      .waitFor();
    await page.getByRole('application', { name: /Churn by epoch/ }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/epoch=1(&|$)/);
    await page.getByText('(after epoch 1)').waitFor();
  });

  it('splits examples by stability, filters and sorts them', async () => {
    await open('/churn?study=known-churn&variant=ALGO');
    await page.getByText('4.0 %').first().waitFor();
    // 3 replicates err on 40 examples each.
    await page.getByRole('listitem').filter({ hasText: '1,880 always right' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: '120 unstable' }).waitFor();
    await page.getByRole('combobox', { name: 'Replicates' }).selectOption({ label: 'disagree' });
    await page.getByText('120 of 2,000 test examples; votes of the 3 replicates of ALGO').waitFor();
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption({ label: 'Index' });
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    expect(await page.getByRole('listbox').getByRole('option').first().getAttribute('id')).toBe(
      'example-100',
    );
  });

  it('is accessible with images, and with one variant', async () => {
    await open('/churn?study=known-churn&variant=IMPL');
    await page.locator('#gallery-list canvas').first().waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

const known = withPredictions(
  stagedStudy({ id: 'staged', name: 'Staged', replicates: 5, epochs: 12 }),
  [0, 3, 7, 11],
);
const partial = withPredictions(
  stagedStudy({ id: 'partial', name: 'Half done', replicates: 4, epochs: 12, finished: 2 }),
  [3, 11],
);
const alone = withPredictions(stagedStudy({ id: 'alone', name: 'Alone', replicates: 1, epochs: 4 }), [3]);
const unlabelled = {
  ...known,
  row: { ...known.row, id: 'unlabelled' },
  detail: { ...known.detail, id: 'unlabelled', dataset: null },
};
const planned = stagedStudy({ id: 'planned', name: 'Planned', replicates: 3, epochs: 4, finished: 0 });

describe.skipIf(skippedBecause !== null)(`the page of churn, staged ${skippedBecause ?? ''}`, () => {
  let browser: Browser;
  let server: StudioServer;
  let page: Page;
  const host = new StagedHost();

  beforeAll(async () => {
    server = await startServer({
      pagesFolder,
      port: 0,
      onConnection: (channel) => {
        host.serve(channel);
      },
    });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(10_000);
    await page.goto(server.newLink());
    await page.waitForURL((url) => url.search === '');
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const heading = (name: string) => page.getByRole('heading', { name });
  const states: {
    name: string;
    address: string;
    stage?: () => void;
    shows: () => ReturnType<typeof heading>;
  }[] = [
    { name: 'no study', address: '/churn', shows: () => heading('Choose a study') },
    {
      name: 'a whole study',
      address: '/churn?study=staged',
      shows: () => page.getByRole('listbox').getByRole('option').first(),
    },
    {
      name: 'a study under way',
      address: '/churn?study=partial',
      shows: () => page.getByText('8 of 16 replicates have predictions of epoch 11; intervals will narrow.'),
    },
    {
      name: 'a study with nothing recorded',
      address: '/churn?study=planned',
      shows: () => heading('No predictions yet'),
    },
    {
      name: 'one replicate',
      address: '/churn?study=alone&variant=ALGO',
      shows: () => heading('Churn needs two replicates'),
    },
    {
      name: 'a study without labels',
      address: '/churn?study=unlabelled',
      shows: () =>
        page
          .getByRole('listitem')
          .filter({ hasText: /[0-9] stable/ })
          .first(),
    },
    {
      name: 'a study that is being read',
      address: '/churn?study=staged',
      stage: () => host.hold(),
      shows: () => page.getByLabel('Reading the study'),
    },
    {
      name: 'a study that cannot be read',
      address: '/churn?study=staged',
      stage: () => (host.failure = new NoisefloorError('library-damaged', 'Page 12 cannot be read.')),
      shows: () => heading('This study could not be read'),
    },
  ];

  for (const { name, address, stage, shows } of states) {
    it(`shows ${name} in both themes, accessibly and without sideways scrolling`, async () => {
      host.studies = [known, partial, alone, unlabelled, planned];
      host.failure = null;
      host.gate = Promise.resolve();
      stage?.();
      await page.goto('about:blank');
      await page.goto(`http://127.0.0.1:${String(server.port)}/#${address}`);
      await shows().waitFor();
      expect(await faults(page)).toEqual([]);
    });
  }

  it('says why there are no images, and shows the numbers all the same', async () => {
    host.studies = [known];
    host.failure = null;
    host.gate = Promise.resolve();
    await page.goto('about:blank');
    await page.goto(`http://127.0.0.1:${String(server.port)}/#/churn?study=staged`);
    await page.getByText('The data of this study cannot be read any more.').first().waitFor();
    await page.getByRole('listbox').getByRole('option').first().waitFor();
  });
});
