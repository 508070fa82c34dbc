import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { brownForsythe } from '../../src/analysis/brownForsythe.ts';

const file = path.join(import.meta.dirname, '..', 'fixtures', 'analysis', 'brownForsythe.json');
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: { groups: number[][]; statistic: number; pValue: number }[];
};

describe('the comparison of spreads', () => {
  it.each(cases)('agrees with scipy for a p of $pValue', ({ groups, statistic, pValue }) => {
    const compared = brownForsythe(groups);
    expect(compared?.statistic).toBeCloseTo(statistic, 9);
    expect(compared?.pValue).toBeCloseTo(pValue, 9);
    const values = groups.reduce((sum, { length }) => sum + length, 0);
    expect(compared?.freedom).toEqual([groups.length - 1, values - groups.length]);
  });

  it('says nothing of one group, of few values, or where nothing moves', () => {
    expect(brownForsythe([[1, 2, 3, 4, 5]])).toBeNull();
    expect(
      brownForsythe([
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4],
      ]),
    ).toBeNull();
    expect(brownForsythe([Array<number>(5).fill(1), Array<number>(5).fill(2)])).toBeNull();
  });
});
