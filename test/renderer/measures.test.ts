import { describe, expect, it } from 'vitest';
import { beeswarmLanes } from '../../src/figures/beeswarm.ts';
import { niceStep, roomyRange } from '../../renderer/charts/axes.ts';
import { appearances } from '../../src/figures/appearance.ts';
import { curveOf } from '../../src/analysis/learningCurves.ts';
import { byteSize, digits, duration, endsText } from '../../renderer/measures/format.ts';
import { keptCentred, keptCurveOf } from '../../renderer/measures/keptCurves.ts';
import { LastUsed } from '../../renderer/measures/lastUsed.ts';
import { metricOf } from '../../renderer/measures/metric.ts';
import { centred, type Matrix } from '../../renderer/measures/reading.ts';
import { readReplicate } from '../../src/analysis/reading.ts';
import { varianceSentence } from '../../renderer/measures/sentence.ts';
import { spreadOf } from '../../renderer/measures/spread.ts';
import { movedCursor } from '../../renderer/measures/replicateCursor.ts';

const none = Number.NaN;
/** Two replicates of three epochs, and one that has reached the second only. */
const matrix: Matrix = { epochs: 3, values: Float64Array.of(0.5, 0.9, 0.7, 0.1, 0.3, 0.5, 0.3, 0.6, none) };
const accuracy = metricOf('testAccuracy');
const loss = metricOf('testLoss');

describe('a replicate is read', () => {
  it.each([
    ['last', accuracy, 2, 0.7],
    ['best', accuracy, 2, 0.9],
    ['best', accuracy, 0, 0.5],
    ['best', loss, 2, 0.5],
    ['mean', accuracy, 2, 0.7],
    ['mean', accuracy, 1, 0.7],
  ] as const)('%s of %o up to epoch %i', (reading, metric, epoch, expected) => {
    expect(readReplicate(matrix, 0, { reading, metric, epoch })).toBeCloseTo(expected, 12);
  });

  it.each(['last', 'best', 'mean'] as const)('by nothing where it has not got so far: %s', (reading) => {
    expect(readReplicate(matrix, 2, { reading, metric: accuracy, epoch: 2 })).toBeNull();
  });
});

describe('learning curves', () => {
  it('have a mean and a range of the replicates that reached an epoch', () => {
    const [, second, third] = curveOf(matrix, [0, 1, 2], 'range');
    expect(second).toMatchObject({ epoch: 1, n: 3, low: 0.3, high: 0.9 });
    expect(second?.mean).toBeCloseTo(0.6, 12);
    expect(third).toMatchObject({ n: 2, low: 0.5, high: 0.7 });
  });

  it('have no band of one replicate but its range', () => {
    expect(curveOf(matrix, [0], 'interval')[0]).toMatchObject({ mean: 0.5, low: null, high: null });
    expect(curveOf(matrix, [0], 'deviation')[0]).toMatchObject({ low: null, high: null });
  });

  it('have an interval by Student t: 0.3 and 0.9 are 0.6 -+ 12.706 * 0.42426 / sqrt(2)', () => {
    const [, second] = curveOf(matrix, [0, 1], 'interval');
    expect(second?.low).toBeCloseTo(0.6 - 3.8119, 3);
    expect(second?.high).toBeCloseTo(0.6 + 3.8119, 3);
  });

  it('are kept for the same numbers, rows and band, the last that were asked for', () => {
    const curve = keptCurveOf(matrix, [0, 1], 'interval');
    expect(curve).toEqual(curveOf(matrix, [0, 1], 'interval'));
    expect(keptCurveOf({ ...matrix }, [0, 1], 'interval')).toBe(curve);
    expect(keptCurveOf(matrix, [0, 1], 'range')).toEqual(curveOf(matrix, [0, 1], 'range'));
    expect(keptCurveOf(matrix, [0, 11], 'interval')).toEqual(curveOf(matrix, [0, 11], 'interval'));
    const again: Matrix = { epochs: 3, values: matrix.values.map((value) => value / 2) };
    expect(keptCurveOf(again, [0, 1], 'interval')).toEqual(curveOf(again, [0, 1], 'interval'));
    const deviations = keptCentred(matrix, [0, 1]);
    expect(deviations).toEqual(centred(matrix, [0, 1]));
    expect(keptCentred(matrix, [0, 1])).toBe(deviations);
    expect(keptCentred(matrix, [0])).toEqual(centred(matrix, [0]));

    const few = new LastUsed<number>(2);
    let made = 0;
    const get = (key: string): number => few.get(key, () => (made += 1));
    expect(['a', 'b', 'a', 'c', 'a', 'b'].map(get)).toEqual([1, 2, 1, 3, 1, 4]);
  });

  it('are centred on the mean of the rows that are shown', () => {
    const { values } = centred(matrix, [0, 1]);
    expect(values[0]).toBeCloseTo(0.2, 12);
    expect(values[3]).toBeCloseTo(-0.2, 12);
    expect(values[6]).toBeNaN();
  });
});

describe('the sentence of variance', () => {
  const spread = (variant: string, ...values: number[]) =>
    spreadOf(
      variant,
      values.map((value, index) => ({ replicate: `${variant}/${String(index)}`, index, value })),
    );
  const options = { metric: accuracy, reading: 'last', epoch: 9 } as const;

  it('warns of a CONTROL that moves', () => {
    const { caution } = varianceSentence([spread('ALGO', 0.8, 0.9), spread('CONTROL', 0.8, 0.81)], options);
    expect(caution).toMatch(/^CONTROL moves too, with an SD of 0\.7/);
  });

  it('says that nothing varies where nothing does', () => {
    expect(varianceSentence([spread('IMPL', 0.8, 0.8)], options).text).toBe(
      'Test accuracy (after epoch 9) is the same in every replicate of every variant shown.',
    );
  });

  it('says that one replicate shows nothing', () => {
    expect(varianceSentence([spread('IMPL', 0.8)], options).text).toMatch(/it takes two/);
  });

  it('names another variant where the paper’s are not there', () => {
    const { text } = varianceSentence([spread('DROPOUT', 0.8, 0.82, 0.84, 0.8, 0.83)], options);
    expect(text).toMatch(/under DROPOUT\.$/);
  });
});

describe('the cursor among replicates', () => {
  const spreads = [
    spreadOf('A', [
      { replicate: 'a0', index: 0, value: 3 },
      { replicate: 'a1', index: 1, value: 1 },
    ]),
    spreadOf('empty', []),
    spreadOf('B', [
      { replicate: 'b0', index: 0, value: 9 },
      { replicate: 'b1', index: 1, value: 2.5 },
    ]),
  ];
  it.each([
    [null, 'higher', 'a1'],
    ['a1', 'higher', 'a0'],
    ['a0', 'higher', 'a0'],
    ['a0', 'variant-after', 'b1'],
    ['b0', 'variant-before', 'a0'],
    ['b0', 'variant-after', 'b0'],
    ['gone', 'lower', 'a1'],
  ] as const)('goes from %s %s to %s', (from, direction, expected) => {
    expect(movedCursor(spreads, from, direction)).toBe(expected);
  });
});

describe('drawing', () => {
  it('puts equal dots into lanes of their own, and distant ones into the middle', () => {
    expect(beeswarmLanes([5, 5, 5, 9], 1)).toEqual([0, 1, -1, 0]);
  });

  it('ends axes at round numbers with room around the values', () => {
    expect(niceStep(0.3)).toBe(0.5);
    expect(roomyRange([87.1, 89.2])).toEqual({ min: 86.5, max: 89.5, interval: 0.5 });
    const { min, max } = roomyRange([0.5]);
    expect(min).toBeLessThan(0.5);
    expect(max).toBeGreaterThan(0.5);
  });

  it('keeps the paper’s colours whatever a study names first, and gives own variants others', () => {
    const looks = appearances(['mine', 'CONTROL', 'algo+impl', 'other']);
    expect(looks.get('algo+impl')).toMatchObject({ colour: '#d55e00', shape: 'circle' });
    expect(new Set([...looks.values()].map(({ colour }) => colour)).size).toBe(4);
  });
});

describe('numbers for people', () => {
  it('have the digits that their interval warrants, and a minus sign', () => {
    expect(digits(0.0031234, { low: 0.002, high: 0.0046 }, 100)).toBe('0.31');
    expect(digits(-0.5, { low: -0.6, high: -0.4 })).toBe('−0.50');
    expect(endsText(0.0031234, { low: 0.002, high: 0.0046 }, 100)).toBe('0.20 to 0.46');
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [41_500, '41.5 kB'],
    [999_900, '1.0 MB'],
    [2_785_280, '2.8 MB'],
  ])('say sizes: %i bytes are %s', (bytes, expected) => {
    expect(byteSize(bytes)).toBe(expected);
  });

  it.each([
    [4.21, '4.2 s'],
    [59.8, '60 s'],
    [192, '3 min 12 s'],
    [7500, '2 h 5 min'],
  ])('say durations: %d seconds are %s', (seconds, expected) => {
    expect(duration(seconds)).toBe(expected);
  });
});
