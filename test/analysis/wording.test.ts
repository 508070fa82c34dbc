import { expect, test } from 'vitest';
import { counted, hundredths } from '../../src/analysis/wording.ts';

const interval = (low: number, high: number) => ({ low, high, level: 0.95, method: 'student-t' as const });

test.each([
  [0.1532, interval(0.101, 0.205), '15.3 % (95 % interval 10.1 to 20.5)'],
  [0.1532, interval(0.03, 0.37), '15 % (95 % interval 3 to 37)'],
  [0.93417, interval(0.93401, 0.93433), '93.417 % (95 % interval 93.401 to 93.433)'],
  [0.0004, interval(0.0002, 0.0025), '0.04 % (95 % interval 0.02 to 0.25)'],
  [0.0004, interval(0, 0.9), '0.04 % (95 % interval 0.00 to 90.00)'],
  [0, interval(0, 0), '0.0 % (95 % interval 0.0 to 0.0)'],
  [0.1532, null, '15.3 %'],
  [0.00042, null, '0.04 %'],
])('%d with %o', (value, between, text) => {
  expect(hundredths(value, between)).toBe(text);
});

test('another unit and another level', () => {
  expect(hundredths(0.02, { ...interval(0.01, 0.03), level: 0.9 }, 'points')).toBe(
    '2.0 points (90 % interval 1.0 to 3.0)',
  );
});

test('counts', () => {
  expect([0, 1, 2].map((count) => counted(count, 'replicate'))).toEqual([
    '0 replicates',
    '1 replicate',
    '2 replicates',
  ]);
});
