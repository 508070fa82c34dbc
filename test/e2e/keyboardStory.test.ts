import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { skippedBecause } from './chromium.ts';
import { KeyboardUser } from './keyboard.ts';
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

describe.skipIf(skippedBecause !== null)(`a first study by keyboard alone ${skippedBecause ?? ''}`, () => {
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

  it('is planned, run, left alone, steered, continued, cleaned and read', async () => {
    let page = await windows.open(person.studio.link);
    let user = new KeyboardUser(page);
    const button = (name: string | RegExp) => page.getByRole('button', { name });
    const heading = (name: string) => page.getByRole('heading', { name, exact: true });
    const field = (name: string) => page.getByLabel(name, { exact: true });

    await page.getByText('This is the sample library.').waitFor();
    await button('Plan a study').first().waitFor();
    await user.press('n');
    await user.isAt(heading('Task'));
    await user.reach(field('Name of the study'));
    await user.write('Typed');
    await user.press('Control+Enter');
    await user.isAt(heading('Data set'));
    await user.press('Control+Enter');
    await user.isAt(heading('Network and recipe'));
    await user.reach(field('Epochs'));
    await user.write(String(lastEpoch + 1));
    await user.press('Control+Enter');
    await user.isAt(heading('Noise sources'));
    // Where a row goes, the focus is at the next one, or at the last.
    await user.use(button('Remove IMPL'));
    await user.isAt(button('Remove CONTROL'));
    await user.press('Enter');
    await user.isAt(button(/^Remove ALGO$/));
    await user.use(button('Remove ALGO+IMPL'));
    await user.isAt(button(/^Remove ALGO$/));
    await user.press('Control+Enter');
    await user.isAt(heading('Replicates'));
    await user.reach(field('Replicates of each variant'));
    await user.write('3');
    await page.getByText('1 variant × 3 = 3 training runs').waitFor();
    await user.press('Control+Enter');
    await user.isAt(heading('Compute'));
    await user.reach(field('Replicates at once'));
    await user.write('2');
    await user.press('Control+Enter');
    await user.isAt(heading('Review'));
    await user.use(button('Run 3 replicates'));

    // The focus is at the new page, whose first stop says what can be done with the run.
    await user.isAt(page.getByRole('main'));
    await user.reach(button('Pause'));
    goOn = await holdTraining(person.library);
    await page.close();

    page = await windows.open(`${person.studio.origin}/`);
    user = new KeyboardUser(page);
    const study = page.getByRole('button', { name: 'Typed', exact: true });
    await study.waitFor();
    await user.press('/');
    await user.write('typed');
    await user.press('ArrowDown');
    await user.isAt(study);
    await user.press('Enter');
    await user.isAt(page.getByRole('main'));
    await user.press('2');
    await user.reach(button(/^ALGO 0: training/));
    await user.press('ArrowRight', 'Enter');
    await user.use(button('Cancel this replicate'));
    await page.getByText('ALGO 1 stops after the step at hand.').waitFor();
    // The button is gone; the focus stays with its replicate.
    await user.isAt(page.getByRole('region', { name: 'ALGO 1' }));
    goOn();
    await button(/^ALGO 1: stopped/).waitFor();
    await user.use(button('Resume 1 replicate'));
    await user.isAt(button('Pause'));
    await page.getByText('All 3 replicates have finished.').waitFor();

    const stored = storedPredictions(person.library, lastEpoch);
    expect(stored.map(({ index }) => index)).toEqual([0, 1, 2]);
    await user.press('5');
    await heading('Who disagrees with whom').waitFor();
    await expect.poll(() => saysChurn(page, countedChurn(stored))).toBe(true);
    await user.press('3');
    await page.getByRole('grid').waitFor();
    await user.press('/', 'ArrowDown', 'End', 'x');
    await user.isAt(page.getByLabel(/Why does it not count/));
    await user.write('a loose cable');
    await user.press('Enter');
    await page.getByText('1 replicate no longer counts.').waitFor();
    await user.isAt(page.getByRole('grid'));
    await user.press('5');
    await page.getByText('ALGO 2 is left out: a loose cable').waitFor();
    await expect.poll(() => saysChurn(page, countedChurn(stored.slice(0, 2)))).toBe(true);
    expect(await saysChurn(page, countedChurn(stored))).toBe(false);
    expect(windows.complaints).toEqual([]);
  }, 300_000);
});
