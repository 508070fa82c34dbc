import { defineStore } from 'pinia';
import { computed, shallowReactive } from 'vue';
import { figureNames, type FigureName } from '../../src/figures/names.ts';
import { groupings, type Grouping } from '../measures/grouping.ts';
import { metricKeys, metricOf, type MetricKey } from '../measures/metric.ts';
import { readings, type Reading } from '../../src/analysis/reading.ts';

export const pages = [
  'studies',
  'run',
  'replicates',
  'variance',
  'churn',
  'weights',
  'classes',
  'certificate',
  'compare',
  'figures',
  'overhead',
  'plan',
  'import',
] as const;
export type Page = (typeof pages)[number];

/** The steps of planning a study, in their order. */
export const planSteps = ['task', 'data', 'recipe', 'noise', 'replicates', 'compute', 'review'] as const;
export type PlanStep = (typeof planSteps)[number];

/** What every page obeys, as plain data: it is what the address says. */
export interface Selection {
  /** Id of the library; null is the one that a new window shows. */
  readonly library: string | null;
  readonly page: Page;
  readonly study: string | null;
  /** Null is all. */
  readonly variants: readonly string[] | null;
  /** Counted from 0; null is the last that was recorded. */
  readonly epoch: number | null;
  readonly metric: MetricKey;
  readonly reading: Reading;
  /** How many of the last epochs a mean is of; null is all. */
  readonly meanOf: number | null;
  /** What replicates are grouped by where they are compared. */
  readonly grouping: Grouping;
  /** The replicate that the inspector shows. */
  readonly replicate: string | null;
  /** The test example that the inspector shows, counted from 0. */
  readonly example: number | null;
  /** The groups that are compared, by their names; null is what lies nearest. */
  readonly first: string | null;
  readonly second: string | null;
  /** The study of the second group; null is the same. */
  readonly against: string | null;
  /**
   * Below these a difference does not matter, of metrics that are fractions (in percentage points) and of losses; null is
   * what is usual.
   */
  readonly pointsMargin: number | null;
  readonly lossMargin: number | null;
  /** Two replicates whose disagreement is looked at. */
  readonly pair: readonly [string, string] | null;
  /** The figure for a paper that is looked at. */
  readonly figure: FigureName;
  /** The plan in the making, and which of its steps is shown. */
  readonly draft: string | null;
  readonly step: PlanStep;
}

export const startingSelection: Selection = {
  library: null,
  page: 'studies',
  study: null,
  variants: null,
  epoch: null,
  metric: 'testAccuracy',
  reading: 'last',
  meanOf: null,
  grouping: 'variant',
  replicate: null,
  example: null,
  first: null,
  second: null,
  against: null,
  pointsMargin: null,
  lossMargin: null,
  pair: null,
  figure: 'variance',
  draft: null,
  step: 'task',
};

/** @returns the selection that an address says; what cannot be read is as at the start. */
export function selectionFromAddress(address: string): Selection {
  const [path = '', search = ''] = address.replace(/^#?\/?/, '').split('?');
  const query = new URLSearchParams(search);
  const epoch = query.get('epoch');
  const example = query.get('example');
  const meanOf = query.get('meanOf');
  const variants = query.getAll('variant');
  const [first, second] = query.getAll('pair');
  return {
    library: query.get('library'),
    page: oneOf(pages, path) ?? startingSelection.page,
    study: query.get('study'),
    variants: variants.length === 0 ? null : variants,
    epoch: epoch !== null && /^\d{1,6}$/.test(epoch) ? Number(epoch) : null,
    metric: oneOf(metricKeys, query.get('metric')) ?? startingSelection.metric,
    reading: oneOf(readings, query.get('reading')) ?? startingSelection.reading,
    meanOf: meanOf !== null && /^[1-9]\d{0,5}$/.test(meanOf) ? Number(meanOf) : null,
    grouping: oneOf(groupings, query.get('by')) ?? startingSelection.grouping,
    replicate: query.get('replicate'),
    example: example !== null && /^\d{1,9}$/.test(example) ? Number(example) : null,
    first: query.get('first'),
    second: query.get('second'),
    against: query.get('against'),
    pointsMargin: sizeOf(query.get('pointsMargin')),
    lossMargin: sizeOf(query.get('lossMargin')),
    pair: first === undefined || second === undefined || first === second ? null : [first, second],
    figure: oneOf(figureNames, query.get('figure')) ?? startingSelection.figure,
    draft: query.get('draft'),
    step: oneOf(planSteps, query.get('step')) ?? startingSelection.step,
  };
}

function oneOf<Value extends string>(values: readonly Value[], text: string | null): Value | null {
  return values.find((value) => value === text) ?? null;
}

/** A number that is not below 0. */
function sizeOf(text: string | null): number | null {
  return text !== null && /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : null;
}

/** @returns the part of the address after `#`; what is as at the start is left out. */
export function addressOf(selection: Selection): string {
  const query = new URLSearchParams();
  if (selection.library !== null) query.set('library', selection.library);
  if (selection.study !== null) query.set('study', selection.study);
  for (const variant of selection.variants ?? []) query.append('variant', variant);
  if (selection.epoch !== null) query.set('epoch', String(selection.epoch));
  if (selection.metric !== startingSelection.metric) query.set('metric', selection.metric);
  if (selection.reading !== startingSelection.reading) query.set('reading', selection.reading);
  if (selection.meanOf !== null) query.set('meanOf', String(selection.meanOf));
  if (selection.grouping !== startingSelection.grouping) query.set('by', selection.grouping);
  if (selection.replicate !== null) query.set('replicate', selection.replicate);
  if (selection.example !== null) query.set('example', String(selection.example));
  if (selection.page === 'compare') {
    for (const key of ['first', 'second', 'against'] as const) {
      const value = selection[key];
      if (value !== null) query.set(key, value);
    }
    for (const key of ['pointsMargin', 'lossMargin'] as const) {
      const value = selection[key];
      if (value !== null) query.set(key, String(value));
    }
  }
  for (const replicate of selection.pair ?? []) query.append('pair', replicate);
  if (selection.page === 'figures' && selection.figure !== startingSelection.figure) {
    query.set('figure', selection.figure);
  }
  if (selection.page === 'plan') {
    if (selection.draft !== null) query.set('draft', selection.draft);
    if (selection.step !== startingSelection.step) query.set('step', selection.step);
  }
  const search = query.toString();
  return `/${selection.page}${search === '' ? '' : `?${search}`}`;
}

/** What is let go with the study that it belongs to. */
const nothingOfStudy = {
  ...{ variants: null, epoch: null, replicate: null, example: null, pair: null },
  ...{ first: null, second: null, against: null },
} as const;

/** What is selected, for all pages: see {@link Selection}. Who reads a part of it is told when that part changes. */
export const useSelection = defineStore('selection', () => {
  const parts = shallowReactive<Selection>({ ...startingSelection });

  function change(changes: Partial<Selection>): void {
    Object.assign(parts, changes);
  }

  return {
    current: computed<Selection>({ get: () => parts, set: change }),
    metric: computed(() => metricOf(parts.metric)),
    change,
    /** Another study: what belongs to the one before is let go. */
    openStudy: (study: string, page: Page = 'variance'): void => {
      if (study === parts.study) change({ page });
      else change({ ...nothingOfStudy, page, study });
    },
    /** Another library: nothing of what was selected is in it. */
    openLibrary: (library: string | null): void => {
      change({ ...nothingOfStudy, library, page: 'studies', study: null });
    },
    closeStudy: (): void => {
      change({ ...nothingOfStudy, page: 'studies', study: null });
    },
    selectReplicate: (replicate: string | null): void => {
      change({ replicate });
    },
    openFigure: (figure: FigureName): void => {
      change({ page: 'figures', figure });
    },
    selectExample: (example: number | null): void => {
      change({ example });
    },
  };
});
