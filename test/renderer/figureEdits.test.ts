import { expect, it } from 'vitest';
import { essentialEdits, isAsItComes, moved, seriesInOrder } from '../../renderer/measures/figureEdits.ts';
import { figuresSentence } from '../../renderer/measures/figuresSentence.ts';

const comes = { span: 'column', series: ['A', 'B', 'C'] } as const;

it('what is so anyway is no change', () => {
  const same = essentialEdits(
    {
      title: '',
      labels: { A: 'A' },
      order: ['A', 'B', 'C'],
      hidden: [],
      width: 'icml',
      span: 'column',
      font: 'sans',
      size: 9,
      palette: 'okabe-ito',
      replicates: true,
    },
    comes,
  );
  expect(same).toEqual({});
  expect(isAsItComes(same)).toBe(true);
  expect(isAsItComes(null)).toBe(true);
});

it('what is changed stays, names of the language itself among them', () => {
  const labels = Object.fromEntries([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  const edits = { title: ' ', labels, order: ['B', 'A', 'C'], hidden: ['C'], size: 20, replicates: false };
  const kept = essentialEdits(edits, comes);
  expect(kept).toEqual(edits);
  expect(Object.keys(kept.labels ?? {})).toEqual(['__proto__', 'constructor']);
  // On slides letters of this size are usual.
  expect(essentialEdits({ width: 'slides', size: 20 }, comes)).toEqual({ width: 'slides' });
});

it('series that the order does not name come last, and those that are gone do not come', () => {
  expect(seriesInOrder(comes.series, { order: ['C', 'gone'] })).toEqual(['C', 'A', 'B']);
  expect(moved(['A', 'B', 'C'], 'A', 1)).toEqual(['B', 'A', 'C']);
  expect(moved(['A', 'B', 'C'], 'A', 9)).toEqual(['B', 'C', 'A']);
  expect(moved(['A', 'B', 'C'], 'C', -1)).toEqual(['C', 'A', 'B']);
});

it('says how many figures can be made, and which are changed', () => {
  const figure = (title: string, available: boolean, edits: { title?: string } | null = null) => ({
    ...{ title, available, edits },
  });
  expect(figuresSentence('S', [figure('Churn', true), figure('Overhead', false)])).toBe(
    '1 of 2 figures can be made of S; all are as they come.',
  );
  expect(
    figuresSentence('S', [figure('Churn', true, { title: 'x' }), figure('Curves', true, { title: 'x' })]),
  ).toBe('2 of 2 figures can be made of S; Churn and Curves are changed from how they come.');
});
