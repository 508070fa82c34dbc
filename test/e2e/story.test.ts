import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { skippedBecause } from './chromium.ts';
import {
  countedChurn,
  holdTraining,
  openPersonsBrowser,
  saysChurn,
  serveNewPerson,
  storedPredictions,
  type NewPerson,
  type PersonsWindows,
} from './newPerson.ts';

const folder = temporaryFolder();
const lastEpoch = 1;

describe.skipIf(skippedBecause !== null)(`a first study ${skippedBecause ?? ''}`, () => {
  let person: NewPerson;
  let windows: PersonsWindows;
  let goOn = (): void => undefined;

  beforeAll(async () => {
    person = await serveNewPerson(folder);
    windows = await openPersonsBrowser();
  });
  afterAll(async () => {
    goOn();
    await windows.close();
    await person.studio.end();
  });

  it('is planned from the sample, run, left alone, steered, continued, cleaned and read', async () => {
    let page = await windows.open(person.studio.link);
    const button = (name: string | RegExp) => page.getByRole('button', { name });
    const heading = (name: string) => page.getByRole('heading', { name, exact: true });
    const field = (name: string) => page.getByLabel(name, { exact: true });
    const next = (name: string) => page.locator('footer').getByRole('button', { name });
    const rail = (name: string | RegExp) =>
      page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name });

    // A first visit looks at the sample; the plan is made beside it.
    await page.getByText('This is the sample library.').waitFor();
    await button('Plan a study').first().click();
    await heading('Task').waitFor();
    await field('Name of the study').fill('My first study');
    await next('Data set').click();
    await heading('Fashion-MNIST sample: 10,000 examples found').waitFor();
    await next('Network and recipe').click();
    await field('Epochs').fill(String(lastEpoch + 1));
    await next('Noise sources').click();
    for (const variant of ['ALGO+IMPL', 'IMPL', 'CONTROL']) await button(`Remove ${variant}`).click();
    await next('Replicates').click();
    await field('Replicates of each variant').fill('3');
    await page.getByText('1 variant × 3 = 3 training runs').waitFor();
    await next('Compute').click();
    await field('Replicates at once').fill('2');
    await next('Review').click();

    // The window goes where the study is stored, and shows it run.
    await button('Run 3 replicates').click();
    await page.getByText('Running My first study.').waitFor();
    await button('Pause').waitFor();
    expect(new URL(page.url()).hash).toMatch(/^#\/run\?study=my-first-study-[0-9a-z]+$/);
    // The window is told of an epoch by the process that trained it, which must not be held before it has.
    await page.getByRole('heading', { name: 'Learning curves' }).waitFor();
    goOn = await holdTraining(person.library);
    await page.getByText(/training at [\d,]+ examples\/s together/).waitFor();

    // The window is closed half-way; another begins in the own library and finds the run.
    await page.close();
    page = await windows.open(`${person.studio.origin}/`);
    const study = page.getByRole('button', { name: 'My first study', exact: true });
    await study.waitFor();
    expect(await page.getByText('This is the sample library.').count()).toBe(0);
    await study.click();
    await rail(/^Run.*training$/).click();
    const training = page.getByRole('button', { name: /^ALGO \d: training/ }).first();
    const label = (await training.locator('.visually-hidden').textContent()) ?? '';
    const cancelled = label.slice(0, label.indexOf(':'));
    await training.click();
    await button('Cancel this replicate').click();
    await page.getByText(`${cancelled} stops after the step at hand.`).waitFor();
    goOn();
    await button(new RegExp(`^${cancelled}: stopped`)).waitFor();

    // The others finish without it; then the study is continued.
    await button('Resume 1 replicate').click();
    await page.getByText('All 3 replicates have finished.').waitFor();

    // What is not to count says why, and the churn is that of the rest.
    const stored = storedPredictions(person.library, lastEpoch);
    expect(stored.map(({ index }) => index)).toEqual([0, 1, 2]);
    const without = (left: number) => stored.filter(({ index }) => index !== left);
    /** The replicate that makes the greatest difference. */
    const odd = [0, 1, 2].toSorted(
      (one, other) => countedChurn(without(one)) - countedChurn(without(other)),
    )[0]!;
    await rail('Churn').click();
    await heading('Who disagrees with whom').waitFor();
    await expect.poll(() => saysChurn(page, countedChurn(stored))).toBe(true);
    await rail('Replicates').click();
    await page.getByRole('row', { name: new RegExp(`^ALGO ${odd} `) }).click();
    await button(/^Exclude … /).click();
    await page.getByLabel(/Why does it not count/).fill('the room was warm');
    await button('Exclude 1 replicate').click();
    await page.getByText('1 replicate no longer counts.').waitFor();
    await rail('Churn').click();
    await page.getByText(`ALGO ${odd} is left out: the room was warm`).waitFor();
    await expect.poll(() => saysChurn(page, countedChurn(without(odd)))).toBe(true);
    expect(await saysChurn(page, countedChurn(stored))).toBe(false);
    expect(windows.complaints).toEqual([]);
  }, 300_000);
});
