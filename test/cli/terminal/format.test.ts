import { expect, it } from 'vitest';
import { formatBytes, formatCount, formatDuration } from '../../../main/cli/terminal/format.ts';

it.each([
  [0, '0:00'],
  [-3, '0:00'],
  [59.4, '0:59'],
  [59.6, '1:00'],
  [725, '12:05'],
  [3599.9, '1:00:00'],
  [11_049, '3:04:09'],
])('%f seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1_440_000, '1.4 MB'],
  [999_000_000, '999 MB'],
  [5e13, '50.0 TB'],
  [5e15, '5000 TB'],
])('%f bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it('counts have thousands separators', () => {
  expect([0, 999, 1234.5, 12_345_678].map(formatCount)).toEqual(['0', '999', '1,235', '12,345,678']);
});
