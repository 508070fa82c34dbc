import { expect, test } from 'vitest';
import { predictionsFromRows, rowOf } from '../../src/analysis/predictions.ts';

test('rows are laid end to end and read back as views', () => {
  const predictions = predictionsFromRows([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)]);
  expect(predictions).toEqual({ replicates: 2, examples: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  rowOf(predictions, 1)[0] = 9;
  expect(predictions.data[3]).toBe(9);
});

test('bytes and words together become words', () => {
  const predictions = predictionsFromRows([Uint8Array.of(7), Uint16Array.of(700)]);
  expect(predictions.data).toEqual(Uint16Array.of(7, 700));
});

test('rows of different lengths and no rows are refused', () => {
  expect(() => predictionsFromRows([Uint8Array.of(1), Uint8Array.of(1), Uint8Array.of(1, 2)])).toThrow(
    /row 0 has 1, row 2 has 2/,
  );
  expect(() => predictionsFromRows([])).toThrow(/at least one replicate/);
});
