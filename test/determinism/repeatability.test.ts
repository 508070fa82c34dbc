import { describe, expect, it } from 'vitest';
import { defaultImplementation, judgeRepeatability } from '../../src/determinism/repeatability.ts';

describe('repeatability', () => {
  it('holds when every process came to the same fingerprints', () => {
    expect(
      judgeRepeatability(
        [
          [1, 2],
          [1, 2],
          [1, 2],
        ],
        12,
      ),
    ).toEqual({ repeatable: true, processes: 3, steps: 12 });
  });

  it.each([
    [
      'one tensor of one process',
      [
        [1, 2],
        [1, 2],
        [1, 3],
      ],
    ],
    ['another number of tensors', [[1, 2], [1]]],
    ['more tensors', [[1], [1, 2]]],
  ])('does not hold with %s', (_, fingerprints) => {
    expect(judgeRepeatability(fingerprints, 12).repeatable).toBe(false);
  });
});

describe('the default implementation noise', () => {
  const repeats = { repeatable: true, processes: 3, steps: 12 };
  it.each([
    [repeats, 8, 'configuration', 'replicate 1 runs with 1 thread'],
    [repeats, 9, 'accumulation-order', 'the examples inside each mini-batch are permuted'],
    [{ ...repeats, repeatable: false }, 3, 'device', '3 processes parted within 12 identical steps'],
  ])('%j with %i replicates is %s', (repeatability, replicates, implementation, words) => {
    const chosen = defaultImplementation(repeatability, replicates);
    expect(chosen.implementation).toBe(implementation);
    expect(chosen.sentence).toContain(words);
  });
});
