import { expect, test } from 'vitest';
import {
  compareLimit,
  compareTimes,
  describeBenchMachine,
  timingsOf,
} from '../../../main/cli/bench/report.ts';

test('medians of odd and even numbers of runs, whatever their order', () => {
  expect(timingsOf([3, 1, 2], 's').median).toBe(2);
  expect(timingsOf([10, 1, 2, 3], 's')).toEqual({ median: 2.5, values: [10, 1, 2, 3], unit: 's' });
  expect(timingsOf([5], 's').median).toBe(5);
});

test('the ratio says how many times faster, and whether that is enough', () => {
  const row = { name: 'matrix', peer: 'scipy', target: 10 };
  expect(compareTimes(row, [0.1, 0.3, 0.2], [2, 4, 3])).toMatchObject({ ratio: 15, met: true, target: 10 });
  expect(compareTimes(row, [0.25], [2.375])).toMatchObject({ ratio: 9.5, met: false });
  expect(compareTimes(row, [0.25], [2.5])).toMatchObject({ ratio: 10, met: true });
});

test('the machine is described with the versions of the peers', () => {
  const machine = describeBenchMachine({ scipy: '1.0' });
  expect(machine.peers).toEqual({ scipy: '1.0' });
  expect(machine.cores).toBeGreaterThan(0);
  expect(machine.nodeVersion).toMatch(/^\d+\./);
});

test('a limit is met by the number of the measurements that it is about', () => {
  const values = Array.from({ length: 20 }, (_, index) => index + 1);
  const row = { name: 'a control', target: 19.5, unit: 'ms' };
  expect(compareLimit({ ...row, statistic: 'median' }, values)).toMatchObject({ value: 10.5, met: true });
  expect(compareLimit({ ...row, statistic: 'p95' }, values)).toMatchObject({ value: 19, met: true });
  expect(compareLimit({ ...row, statistic: 'max' }, values)).toMatchObject({ value: 20, met: false });
  expect(compareLimit({ ...row, statistic: 'max' }, [])).toMatchObject({ value: NaN, met: false });
});
