import type { Page } from 'playwright-core';

/** One control of a page: what is done to it, again and again. */
interface BenchControl {
  readonly name: string;
  readonly act: (page: Page, round: number) => Promise<void>;
  /** Until when it is timed: the picture by default, or the first sign of one that has to be computed. */
  readonly until?: 'picture' | 'sign';
  /** What comes before it is used, outside the measured time. */
  readonly prepare?: (page: Page, round: number) => Promise<void>;
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

const openMetrics: NonNullable<BenchControl['prepare']> = (page) =>
  page.getByRole('button', { name: /^Metric:/ }).click();

const focus =
  (role: 'application' | 'grid' | 'searchbox', name: RegExp): NonNullable<BenchControl['prepare']> =>
  (page) =>
    page.getByRole(role, { name }).focus();

/** Nothing is on its way: every thumbnail is there, and what was changed is drawn and saved. */
async function everyFigureIsDrawn(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelectorAll('[role="option"]').length > 0 &&
      document.querySelector('[role="option"] .skeleton') === null &&
      document.querySelector('main .sign')?.textContent === '' &&
      !(document.querySelector('main .state')?.textContent ?? '').includes('…'),
    undefined,
    { timeout: 180_000 },
  );
}

export const benchPages: readonly BenchPage[] = [
  {
    name: 'Studies',
    address: (study) => `/studies?study=${study}`,
    ready: { selector: 'main button', text: (name) => name },
    controls: [
      { name: 'to Run and back', act: press('2', '1') },
      { name: 'to Replicates and back', act: press('3', '1') },
      { name: 'to Variance and back', act: press('4', '1') },
      { name: 'to Churn and back', act: press('5', '1') },
    ],
  },
  {
    name: 'Run',
    address: (study) => `/run?study=${study}`,
    ready: { selector: 'main h2', text: () => 'Learning curves' },
    controls: [
      { name: 'variant toggle', act: click('CONTROL') },
      { name: 'epoch step', act: press('[', '[', ']') },
      {
        name: 'replicate selection',
        act: press('Enter'),
        prepare: async (page, round) => {
          await page.locator('[data-replicate]').nth(round).focus();
        },
      },
      { name: 'table', act: click('Show as a table', 'Hide the table') },
    ],
  },
  {
    name: 'Replicates',
    address: (study) => `/replicates?study=${study}`,
    ready: { selector: 'main [role=columnheader]', text: () => 'Variant' },
    controls: [
      { name: 'variant toggle', act: click('CONTROL') },
      { name: 'epoch step', act: press('[', '[', ']') },
      { name: 'sorting', act: click('Best', 'Status', 'Variant') },
      {
        name: 'replicate selection',
        act: press('ArrowDown'),
        prepare: focus('grid', /^Replicates/),
      },
      {
        name: 'choosing all and one',
        act: press('Control+a', 'ArrowDown'),
        prepare: focus('grid', /^Replicates/),
      },
      {
        name: 'filter',
        act: press('c', 'o', 'n', 'Backspace', 'Backspace', 'Backspace'),
        prepare: focus('searchbox', /^Filter/),
      },
    ],
  },
  {
    name: 'Variance',
    address: (study) => `/variance?study=${study}`,
    ready: { selector: 'main h2', text: () => 'Learning curves' },
    controls: [
      { name: 'variant toggle', act: click('CONTROL') },
      { name: 'epoch step', act: press('[', '[', ']') },
      { name: 'metric', act: chooseMetric, prepare: openMetrics },
      { name: 'reading', act: click('Best', 'Mean', 'Last') },
      { name: 'band', act: click('SD', 'Range', 'Interval') },
      {
        name: 'replicate selection',
        act: press('ArrowRight'),
        prepare: focus('application', /^Replicates and their spread/),
      },
      { name: 'table', act: click('Replicates', 'Variants') },
    ],
  },
  {
    name: 'Churn',
    address: (study) => `/churn?study=${study}`,
    ready: { selector: 'main h2', text: () => 'Who disagrees with whom' },
    controls: [
      { name: 'variant toggle', act: click('CONTROL') },
      {
        name: 'cell',
        act: press('ArrowRight', 'ArrowDown'),
        prepare: focus('application', /^Churn of every two/),
      },
      { name: 'order', act: click('Accuracy', 'Mean churn', 'Variant') },
      {
        name: 'epoch',
        act: press('ArrowLeft', 'ArrowRight'),
        prepare: focus('application', /^Churn by epoch/),
      },
    ],
  },
  {
    name: 'Weights',
    address: (study) => `/weights?study=${study}`,
    ready: { selector: 'main h2', text: () => 'Distance between replicates' },
    controls: [
      { name: 'variant toggle', act: click('CONTROL') },
      { name: 'scaling', act: click('Normalised', 'Raw') },
      {
        name: 'layer',
        act: press('ArrowDown'),
        // Few layers are soon at their end: each time it begins at the first.
        prepare: async (page, round) => {
          await page.locator('main').focus();
          await focus('application', /^Distance between replicates in each layer/)(page, round);
        },
      },
    ],
  },
  {
    name: 'Classes',
    address: (study) => `/classes?study=${study}`,
    ready: { selector: 'main h2', text: () => 'Spread by class' },
    controls: [
      { name: 'variant toggle', act: click('CONTROL') },
      {
        name: 'class',
        act: press('ArrowDown', 'ArrowDown', 'ArrowUp'),
        prepare: focus('application', /^SD of the accuracy on each class/),
      },
    ],
  },
  {
    name: 'Certificate',
    address: (study) => `/certificate?study=${study}`,
    ready: { selector: 'main h2', text: () => 'Until when replicates agree' },
    controls: [
      { name: 'variant toggle', act: click('CONTROL') },
      {
        name: 'replicate',
        act: press('ArrowDown', 'ArrowDown', 'ArrowUp'),
        prepare: focus('application', /^Until when replicates agree/),
      },
    ],
  },
  {
    name: 'Compare',
    address: (study) => `/compare?study=${study}`,
    ready: { selector: 'main h2', text: () => 'Side by side' },
    controls: [{ name: 'swap', act: click('Swap the two') }],
  },
  {
    name: 'Figures',
    address: (study) => `/figures?study=${study}`,
    ready: { selector: 'main .caption p', text: () => 'Test accuracy of' },
    controls: [
      {
        name: 'figure',
        act: press('ArrowRight', 'ArrowLeft'),
        prepare: async (page) => {
          await everyFigureIsDrawn(page);
          await page.locator('[role="option"][aria-selected="true"]').focus();
        },
      },
      {
        name: 'colours that were drawn before',
        act: click('Muted', 'Grey', 'Okabe–Ito'),
        prepare: async (page, round) => {
          if (round > 0) return;
          for (const name of ['Muted', 'Grey', 'Okabe–Ito']) {
            await page.getByRole('button', { name, exact: true }).click();
            await everyFigureIsDrawn(page);
          }
        },
      },
      {
        name: 'first sign that another title is drawn',
        until: 'sign',
        act: press('n'),
        prepare: async (page) => {
          await everyFigureIsDrawn(page);
          await page.getByLabel('Title', { exact: true }).focus();
        },
      },
    ],
  },
];
