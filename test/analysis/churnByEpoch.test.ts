import { expect, test } from 'vitest';
import { churnByEpoch } from '../../src/analysis/churnByEpoch.ts';

test('each epoch has the churn of the replicates that reached it', () => {
  const early = [Uint8Array.of(0, 1, 2, 3), Uint8Array.of(0, 1, 3, 3), Uint8Array.of(0, 0, 0, 0)];
  const late = [Uint8Array.of(0, 1, 2, 3), Uint8Array.of(0, 1, 2, 0)];
  // Pairs of the first differ on 1, 3 and 3 of 4 examples; without each in turn 3/4, 3/4 and 1/4 are left.
  const [first, second, third] = churnByEpoch([
    { epoch: 0, rows: early },
    { epoch: 9, rows: late },
    { epoch: 10, rows: [] },
  ]);
  expect(first).toMatchObject({ epoch: 0, n: 3, interval: { low: 0, high: 1, method: 'jackknife-t' } });
  expect(first?.mean).toBeCloseTo(7 / 12, 12);
  expect(second).toEqual({ epoch: 9, n: 2, mean: 0.25, interval: null });
  expect(third).toEqual({ epoch: 10, n: 0, mean: null, interval: null });
});

test('the level reaches the interval', () => {
  const rows = [0, 1, 2, 3].map((own) =>
    Uint8Array.from({ length: 100 }, (_, example) => (example < own ? 1 : 0)),
  );
  expect(churnByEpoch([{ epoch: 0, rows }], 0.8)[0]?.interval?.level).toBe(0.8);
});
