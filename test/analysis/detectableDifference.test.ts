import { expect, test } from 'vitest';
import { detectableDifference } from '../../src/analysis/detectableDifference.ts';
import { fixture } from './fixture.ts';

test.each(fixture.detectable)('$replicates replicates at SD $sd', ({ replicates, sd, difference }) => {
  expect(detectableDifference(replicates, sd)).toBeCloseTo(difference, 9);
});

test('one replicate detects nothing', () => {
  expect(detectableDifference(1, 0.01)).toBeNull();
});
