import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { compareModels } from '../../src/analysis/overheads.ts';
import { importProfiles } from '../../src/host/overhead/importProfiles.ts';
import type { MeasuredOverhead } from '../../src/host/overhead/readOverheads.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { violations } from './accessibility.ts';
import { skippedBecause } from './chromium.ts';
import { serveLibrary, type ServedLibrary } from './servedLibrary.ts';
import { itShowsEach, openStagedPages, type PageState, type StagedPages } from './stagedPages.ts';

const file = join(temporaryFolder(), 'library.sqlite');
const profiles = fileURLToPath(new URL('../fixtures/profiles', import.meta.url));

describe.skipIf(skippedBecause !== null)(`overhead of a library ${skippedBecause ?? ''}`, () => {
  let served: ServedLibrary;
  let page: Page;

  beforeAll(async () => {
    const library = await openLibrary(file);
    await importProfiles(library, profiles, { isDry: false, version: '1.0.0' });
    await library.close();
    served = await serveLibrary(file);
    ({ page } = served);
  });
  afterAll(() => served.close());

  it('compares imported profiles kernel by kernel, by the keyboard alone', async () => {
    await served.open('/studies');
    await page.getByRole('heading', { name: 'Studies' }).first().waitFor();
    // The eleventh page of the rail.
    await page.keyboard.press('-');
    await page.getByText('All kernels: 75.66 ms under default and 150.41 ms under deterministic').waitFor();
    const rows = page
      .getByRole('table', { name: /^Kernels under/ })
      .or(page.getByRole('grid', { name: /^Kernels under/ }));
    await rows.getByText('instead of wgrad_alg0_engine').waitFor();
    await page.getByRole('combobox', { name: 'Family' }).selectOption('batch normalisation');
    await page.getByText(/^The 2 of \d+ shown add −0\.12 of 7\d\.\d\d ms\.$/).waitFor();
    await page.getByRole('combobox', { name: 'Family' }).selectOption('');
    await page.getByRole('searchbox', { name: 'Search' }).fill('substituted');
    await page.getByText(/^The 4 of/).waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

/** Two networks timed under three executions in five rounds, one that could not be. */
function staged(): MeasuredOverhead {
  const settings = ['default', 'deterministic', 'one-thread'];
  const trials = ['MobileNet', 'VGG16'].flatMap((model, network) =>
    [0, 1, 2, 3, 4].flatMap((round) =>
      settings.map((setting, place) => ({
        ...{ model, setting, round, device: 'NVIDIA H100', peakBytes: 2e9 },
        seconds: (1 + network) * (1 + 0.4 * place) * (1 + 0.01 * ((round * 7 + place * 3) % 5)),
      })),
    ),
  );
  const failures = [{ model: 'ResNet152', reason: 'It ended with signal SIGKILL.' }];
  return {
    ...{ id: 'zoo-1', name: 'overhead-zoo', created: '2026-01-02T03:04:05.000Z', settings },
    ...{ iterations: 100, batchSize: 128, side: 224 },
    models: compareModels(['MobileNet', 'VGG16', 'ResNet152'], settings, { trials, profiles: [], failures }),
  };
}

describe.skipIf(skippedBecause !== null)(`the page of overhead, staged ${skippedBecause ?? ''}`, () => {
  let pages: StagedPages;
  let page: Page;

  beforeAll(async () => {
    pages = await openStagedPages();
    ({ page } = pages);
  });
  afterAll(() => pages.close());

  const heading = (name: string) => page.getByRole('heading', { name });
  const states: PageState[] = [
    {
      name: 'nothing measured',
      address: '/overhead',
      stage: () => (pages.host.overheads = []),
      shows: () => heading('What does determinism cost?'),
    },
    {
      name: 'a measurement',
      address: '/overhead',
      stage: () => (pages.host.overheads = [staged()]),
      shows: () => page.getByText(/^Under deterministic execution networks take 1\.4\d times as long/),
    },
    {
      name: 'measurements that are being read',
      address: '/overhead',
      stage: () => pages.host.hold(),
      shows: () => page.getByLabel('Reading the measurements'),
    },
    {
      name: 'measurements that cannot be read',
      address: '/overhead',
      stage: () =>
        pages.host.failing.set(
          'overheads.list',
          new NoisefloorError('library-damaged', 'Page 12 cannot be read.'),
        ),
      shows: () => heading('What was measured could not be read'),
    },
  ];
  itShowsEach(states, [], () => pages);

  it('says which network could not be timed, and reads rows out', async () => {
    pages.stage([]);
    pages.host.overheads = [staged()];
    await pages.open('/overhead');
    await page.getByText('It ended with signal SIGKILL.').waitFor();
    await page.getByRole('application', { name: /^Time against default execution/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page
      .getByText(/^MobileNet: deterministic 1\.4\d \(1\.\d\d to 1\.\d\d\) over 5 rounds; one-thread/)
      .waitFor();
  });
});
