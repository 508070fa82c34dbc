import type { Page } from 'playwright-core';

/** One control of a page: what is done to it, again and again. */
interface BenchControl {
  readonly name: string;
  readonly act: (page: Page, round: number) => Promise<void>;
}

/** A page that is measured: to add one is to add an entry. */
export interface BenchPage {
  readonly name: string;
  /** Of the study's id. */
  readonly address: (study: string) => string;
  /** What is on the screen once the page is useful. */
  readonly ready: { readonly selector: string; readonly text: (study: string) => string };
  readonly controls: readonly BenchControl[];
}

const press =
  (...keys: readonly string[]): BenchControl['act'] =>
  async (page, round) => {
    await page.keyboard.press(keys[round % keys.length] ?? '');
  };

const click =
  (...names: readonly string[]): BenchControl['act'] =>
  async (page, round) => {
    await page.getByRole('button', { name: names[round % names.length] ?? '', exact: true }).click();
  };

const chooseMetric: BenchControl['act'] = async (page, round) => {
  const name = round % 2 === 0 ? 'Test loss' : 'Test accuracy';
  // The menu has been opened before the clock starts: what counts is the way from the choice to the picture.
  await page.getByRole('menuitemradio', { name, exact: true }).press('Enter');
};

export const benchPages: readonly BenchPage[] = [
  {
    name: 'Studies',
    address: (study) => `/studies?study=${study}`,
    ready: { selector: 'main button', text: (name) => name },
    controls: [{ name: 'page change', act: press('2', '1') }],
  },
  {
    name: 'Variance',
    address: (study) => `/variance?study=${study}`,
    ready: { selector: 'main h2', text: () => 'Learning curves' },
    controls: [
      { name: 'variant toggle', act: click('CONTROL') },
      { name: 'epoch step', act: press('[', '[', ']') },
      { name: 'metric', act: chooseMetric },
      { name: 'reading', act: click('Best', 'Mean', 'Last') },
      { name: 'band', act: click('SD', 'Range', 'Interval') },
      { name: 'replicate selection', act: press('ArrowRight') },
      { name: 'table', act: click('Replicates', 'Variants') },
    ],
  },
];

/** What comes before a control is used, outside the measured time. */
export async function prepareControl(page: Page, control: string): Promise<void> {
  if (control === 'metric') await page.getByRole('button', { name: /^Metric:/ }).click();
  if (control === 'replicate selection') await page.getByRole('application').first().focus();
}
