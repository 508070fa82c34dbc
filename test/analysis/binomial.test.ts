import { expect, test } from 'vitest';
import { binomialSampler } from '../../src/analysis/binomial.ts';
import { RandomStream } from '../../src/noise/stream.ts';
import { fixture } from './fixture.ts';

test.each(fixture.binomial)('$trials trials at $probability follow scipy’s distribution', (expected) => {
  const { trials, probability, cumulative } = expected;
  const draw = binomialSampler(trials, probability);
  const stream = RandomStream.named(1, `binomial/${trials}`);
  const draws = 20_000;
  const counts = new Array<number>(trials + 1).fill(0);
  for (let count = 0; count < draws; count++) counts[draw(stream)]! += 1;
  let below = 0;
  // Kolmogorov-Smirnov: the largest distance between the distributions; 1.95 / sqrt(n) is its 0.1 % point.
  counts.forEach((count, k) => {
    below += count / draws;
    expect(Math.abs(below - cumulative[k]!)).toBeLessThan(1.95 / Math.sqrt(draws));
  });
});

test('certain and impossible successes', () => {
  const stream = RandomStream.named(1, 'binomial');
  expect(binomialSampler(9, 1)(stream)).toBe(9);
  expect(binomialSampler(9, 0)(stream)).toBe(0);
});

test('many trials do not underflow', () => {
  const draw = binomialSampler(100_000, 0.056);
  const stream = RandomStream.named(2, 'binomial');
  let sum = 0;
  for (let count = 0; count < 400; count++) sum += draw(stream);
  // Mean 5,600, standard error of 400 draws 3.6.
  expect(Math.abs(sum / 400 - 5_600)).toBeLessThan(15);
});
