import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NoisefloorError } from '../../src/study/errors.ts';
import { stagedStudy } from '../renderer/stagedData.ts';
import { violations } from './accessibility.ts';
import { skippedBecause } from './chromium.ts';
import { itShowsEach, openStagedPages, type PageState, type StagedPages } from './stagedPages.ts';

describe.skipIf(skippedBecause !== null)(`the page of figures, staged ${skippedBecause ?? ''}`, () => {
  const whole = stagedStudy({ id: 'whole', name: 'Whole', replicates: 5, epochs: 12 });
  const partial = stagedStudy({ id: 'partial', name: 'Half done', replicates: 4, epochs: 12, finished: 2 });
  const planned = stagedStudy({ id: 'planned', name: 'Planned', replicates: 3, epochs: 4, finished: 0 });
  let pages: StagedPages;
  let page: Page;

  beforeAll(async () => {
    pages = await openStagedPages();
    ({ page } = pages);
  });
  afterAll(() => pages.close());

  const heading = (name: string) => page.getByRole('heading', { name });
  const image = () => page.locator('.desk').getByRole('img');
  const fail = (name: string) => (): void => {
    pages.host.failing.set(name, new NoisefloorError('library-damaged', 'Page 12.'));
  };
  const states: PageState[] = [
    { name: 'no study', address: '/figures', shows: () => heading('Choose a study') },
    { name: 'a whole study', address: '/figures?study=whole', shows: image },
    {
      name: 'a figure that spans the page',
      address: '/figures?study=whole&figure=figure1',
      shows: image,
    },
    {
      name: 'a study under way',
      address: '/figures?study=partial',
      shows: () => page.getByText('8 of 16 replicates have finished; figures are made of what there is'),
    },
    {
      name: 'a study with nothing recorded',
      address: '/figures?study=planned',
      shows: () => heading('Nothing recorded yet'),
    },
    {
      name: 'a figure that cannot be made',
      address: '/figures?study=whole&figure=figure6',
      shows: () => heading('Figure 6: overhead by network cannot be made of this study'),
    },
    {
      name: 'a study that is being read',
      address: '/figures?study=whole',
      stage: () => pages.host.hold(),
      shows: () => page.getByLabel('Reading the study'),
    },
    {
      name: 'figures that cannot be listed',
      address: '/figures?study=whole',
      stage: fail('figures.list'),
      shows: () => heading('Its figures could not be listed'),
    },
    {
      name: 'a figure that could not be drawn',
      address: '/figures?study=whole',
      stage: fail('figures.preview'),
      shows: () => heading('This figure could not be drawn'),
    },
  ];

  itShowsEach(states, [whole, partial, planned], () => pages);

  it('draws again what could not be drawn', async () => {
    pages.stage([whole]);
    fail('figures.preview')();
    await pages.open('/figures?study=whole');
    await heading('This figure could not be drawn').waitFor();
    pages.host.failing.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await image().waitFor();
  });

  it('keeps the picture and says so while the next is drawn, and says what there is to know of a file', async () => {
    pages.stage([whole]);
    pages.host.figures.notes = ['No font on this machine has 噪, so boxes stand in its place.'];
    await pages.open('/figures?study=whole&figure=churn', 'dark');
    await image().waitFor();
    const release = pages.host.hold();
    await page.getByLabel('Title', { exact: true }).fill('Held');
    await page.getByText('Drawing …').waitFor();
    expect(await image().isVisible()).toBe(true);
    release();
    await page.getByText('Drawing …').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save as PDF' }).click();
    await page.getByText('No font on this machine has 噪').waitFor();
    expect(await violations(page)).toEqual([]);
    pages.host.figures.notes = [];
  });

  it('loses no change when the host is gone', async () => {
    pages.stage([whole]);
    await pages.open('/figures?study=whole&figure=weights');
    await image().waitFor();
    fail('figures.save')();
    await page.getByLabel('Title', { exact: true }).fill('Kept');
    await page.getByText('Your changes are kept in this window.').waitFor();
    expect(await violations(page)).toEqual([]);
    // Whoever goes to another page and comes back finds it as it was.
    await page.getByRole('link', { name: 'Replicates' }).click();
    await page.getByRole('grid').waitFor();
    await page.getByRole('link', { name: 'Figures' }).click();
    await expect.poll(() => page.getByLabel('Title', { exact: true }).inputValue()).toBe('Kept');
    pages.host.failing.clear();
    pages.host.cut();
    await expect.poll(() => pages.host.figures.saved.get('whole/weights')).toEqual({ title: 'Kept' });
    await page.getByText('Saved with the study', { exact: true }).waitFor();
  });

  it('stops an export of all figures where a person says so', async () => {
    pages.stage([whole]);
    await pages.open('/figures?study=whole');
    await image().waitFor();
    await page.getByRole('button', { name: 'Export all figures …' }).click();
    const release = pages.host.hold();
    await page.getByRole('button', { name: 'Export 9 figures' }).click();
    await page.getByText('Drawing the first figure …').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Export 9 figures' }).waitFor();
    release();
  });
});
