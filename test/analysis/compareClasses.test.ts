import { describe, expect, it } from 'vitest';
import { compareClasses } from '../../src/analysis/compareClasses.ts';
import { compareMeans } from '../../src/analysis/compareMeans.ts';

/** Ten examples of each of two classes, and none of the third. */
const labels = Array.from({ length: 20 }, (_, example) => (example < 10 ? 0 : 1));

/** Predictions that are right on so many examples of both classes. */
function predicting(...right: readonly [number, number]): Uint8Array {
  return Uint8Array.from(labels, (label, example) => (example % 10 < (right.at(label) ?? 0) ? label : 2));
}
const ours = [predicting(5, 8), predicting(6, 7), predicting(5, 9), predicting(4, 8)];
const theirs = [predicting(9, 8), predicting(8, 8), predicting(9, 7), predicting(10, 9)];

describe('the comparison by class', () => {
  it('tests each class that has examples, and adjusts for how many were tested', () => {
    const found = compareClasses({
      ...{ rows: [ours, theirs], labels, classNames: ['cat', 'dog', 'bird'], isPaired: false },
    });
    expect(found.map(({ name, examples }) => [name, examples])).toEqual([
      ['cat', 10],
      ['dog', 10],
    ]);
    const [cat, dog] = found;
    expect(cat?.means).toEqual([0.5, 0.9]);
    const alone = compareMeans([0.5, 0.6, 0.5, 0.4], [0.9, 0.8, 0.9, 1], false);
    expect(cat).toMatchObject(alone);
    // The smaller of two p is doubled; the larger stands, for it is larger than that.
    expect(cat?.adjusted).toBeCloseTo(2 * (alone.pValue ?? 1), 12);
    expect(dog?.difference).toBeCloseTo(0, 12);
    expect(dog?.adjusted).toBeCloseTo(1, 12);
  });

  it('pairs rows of one place', () => {
    const [cat] = compareClasses({ rows: [ours, theirs], labels, classNames: null, isPaired: true });
    expect(cat).toMatchObject(compareMeans([0.5, 0.6, 0.5, 0.4], [0.9, 0.8, 0.9, 1], true));
    expect(cat?.freedom).toBe(3);
  });

  it('says nothing where nobody predicted, and tests nothing of one replicate', () => {
    expect(compareClasses({ rows: [[], theirs], labels, classNames: null, isPaired: false })).toEqual([]);
    const alone = compareClasses({
      ...{ rows: [ours.slice(0, 1), theirs.slice(0, 1)], labels, classNames: null, isPaired: false },
    });
    expect(alone.map(({ pValue, adjusted }) => [pValue, adjusted])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(alone[0]?.difference).toBeCloseTo(0.4, 12);
  });
});
