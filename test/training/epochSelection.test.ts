import { expect, it } from 'vitest';
import { isSelected } from '../../src/training/epochSelection.ts';

it.each([
  ['every' as const, 4, [0, 1, 2, 3]],
  ['last' as const, 4, [3]],
  [[], 4, [3]],
  [[0, 2], 4, [0, 2, 3]],
  [[9, 49, 99], 12, [9, 11]],
  ['last' as const, 1, [0]],
])('%j of %i epochs', (selection, epochs, expected) => {
  const chosen = Array.from({ length: epochs }, (_, epoch) => epoch).filter((epoch) =>
    isSelected(selection, epoch, epochs),
  );
  expect(chosen).toEqual(expected);
});
