import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';
import { watchEffect } from 'vue';
import {
  addressOf,
  selectionFromAddress,
  startingSelection,
  useSelection,
  type Selection,
} from '../../renderer/stores/selection.ts';
import { copyName } from '../../renderer/stores/studies.ts';
import { findCommands, type Command } from '../../renderer/frame/commands.ts';

const full: Selection = {
  library: 'abc123',
  page: 'variance',
  study: 'a-study-1',
  variants: ['ALGO+IMPL', 'own & odd = name'],
  epoch: 7,
  metric: 'testLoss',
  reading: 'mean',
  meanOf: 5,
  grouping: 'threads',
  replicate: 'a-study-1/ALGO+IMPL/3',
  example: 1999,
  first: null,
  second: null,
  against: null,
  pointsMargin: null,
  lossMargin: null,
  pair: ['a-study-1/ALGO/0', 'a-study-1/IMPL/2'],
  figure: 'variance',
  draft: null,
  step: 'task',
};
const plan: Selection = { ...startingSelection, page: 'plan', draft: 'plan-1', step: 'noise' };

const comparison: Selection = {
  ...startingSelection,
  page: 'compare',
  study: 'a-study-1',
  first: 'ALGO+IMPL',
  second: '2 threads',
  against: 'another-study-2',
  pointsMargin: 0.25,
  lossMargin: 0,
};

const figures: Selection = {
  ...startingSelection,
  page: 'figures',
  study: 'a-study-1',
  epoch: 3,
  figure: 'figure3',
};

it.each([startingSelection, full, plan, comparison, figures])(
  'a selection survives its address: %o',
  (selection) => {
    expect(selectionFromAddress(`#${addressOf(selection)}`)).toEqual(selection);
  },
);

it('an address that says nothing sensible is the start', () => {
  expect(
    selectionFromAddress(
      '#/nowhere?epoch=-1&metric=beauty&reading=aloud&meanOf=0&by=mood&pair=alone&pointsMargin=-1&lossMargin=e3',
    ),
  ).toEqual(startingSelection);
  expect(selectionFromAddress('')).toEqual(startingSelection);
});

it('who reads a part of the selection is told of that part alone, however it changes', () => {
  setActivePinia(createPinia());
  const selection = useSelection();
  const metrics: string[] = [];
  const epochs: (number | null)[] = [];
  watchEffect(() => void metrics.push(selection.metric.label), { flush: 'sync' });
  watchEffect(() => void epochs.push(selection.current.epoch), { flush: 'sync' });
  selection.change({ epoch: 3, metric: 'testAccuracy' });
  expect([metrics.length, epochs]).toEqual([1, [null, 3]]);
  selection.current = { ...startingSelection, metric: 'testLoss', epoch: 3 };
  expect([metrics.length, epochs]).toEqual([2, [null, 3]]);
  expect(selection.current).toEqual({ ...startingSelection, metric: 'testLoss', epoch: 3 });
  setActivePinia(createPinia());
  expect(useSelection().current).toEqual(startingSelection);
});

it('copies get names that are not taken', () => {
  expect(copyName('Study', ['Study'])).toBe('Study copy');
  expect(copyName('Study copy', ['Study', 'Study copy', 'Study copy 2'])).toBe('Study copy 3');
  expect(copyName('x'.repeat(200), []).length).toBeLessThanOrEqual(200);
});

it('commands are found by all words of the search, those that begin with it first', () => {
  const command = (text: string): Command => ({
    id: text,
    group: 'View',
    text,
    detail: '',
    run: () => undefined,
  });
  const commands = ['Open unopened box', 'Show all variants', 'Reopen variants', 'Open variants'].map(
    command,
  );
  expect(findCommands(commands, 'open var').map(({ text }) => text)).toEqual([
    'Open variants',
    'Reopen variants',
  ]);
  expect(findCommands(commands, ' ')).toHaveLength(4);
});
