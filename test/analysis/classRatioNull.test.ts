import { describe, expect, test } from 'vitest';
import { classRatioNull } from '../../src/analysis/classRatioNull.ts';
import { RandomStream } from '../../src/noise/stream.ts';
import { fixture } from './fixture.ts';

/** What is known of real data sets: CIFAR-10 at 5.6 % error with R = 10 and 3, CIFAR-100 at 27 % with R = 10. */
const known = [
  [4.5, 3.0, 7.2],
  [6.3, 3.1, 21],
  [17, 11, 26],
];

const cases = fixture.classRatios.map((each, index) => ({ ...each, known: known[index]! }));

describe.each(cases)('$replicates replicates, $classes classes, error $error', (expected) => {
  const { replicates, classes, each, error } = expected;
  const baseline = classRatioNull(
    replicates,
    Array<number>(classes).fill(each),
    Array<number>(classes).fill(error),
    RandomStream.named(1, 'class-ratio'),
  );
  const quantiles = [baseline?.median, baseline?.low, baseline?.high].map((value) => value ?? Number.NaN);

  test('2,000 simulations come near the 20,000 of numpy', () => {
    // Standard errors: about 1 % of the median and the low quantile, 4 % of the high one at three replicates.
    expect(baseline?.simulations).toBe(2_000);
    quantiles.forEach((value, index) => {
      expect(Math.abs(value / expected.quantiles[index]! - 1)).toBeLessThan(index === 2 ? 0.12 : 0.04);
    });
  });

  test('and near what is known of the real data set, whose classes are not equally hard', () => {
    quantiles.forEach((value, index) => {
      expect(Math.abs(value / expected.known[index]! - 1)).toBeLessThan(0.12);
    });
  });
});

test('the same stream gives the same baseline', () => {
  const run = (seed: number) =>
    classRatioNull(3, [50, 60], [0.1, 0.4], RandomStream.named(seed, 'class-ratio'));
  expect(run(4)).toEqual(run(4));
  expect(run(4)).not.toEqual(run(5));
});

test('nothing to simulate gives null', () => {
  expect(classRatioNull(1, [50], [0.1], RandomStream.named(1, 'class-ratio'))).toBeNull();
  expect(classRatioNull(5, [50, 50], [0, 0], RandomStream.named(1, 'class-ratio'))).toBeNull();
});
