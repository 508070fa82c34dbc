import { expect, it } from 'vitest';
import { classComparisonSentence } from '../../renderer/measures/classComparison.ts';
import { deviationSentence } from '../../renderer/measures/deviationVerdict.ts';
import { spreadOf } from '../../renderer/measures/spread.ts';
import { compareClasses } from '../../src/analysis/compareClasses.ts';
import { compareGroups } from '../../src/analysis/compareGroups.ts';
import { RandomStream } from '../../src/noise/stream.ts';

function deviationsOf(first: readonly number[], second: readonly number[]): string {
  const spread = (variant: string, values: readonly number[]) =>
    spreadOf(
      variant,
      values.map((value, index) => ({ replicate: `${variant}/${index}`, index, value })),
    );
  const comparison = compareGroups(first, second, false, RandomStream.named(0, 'comparison'));
  return deviationSentence(comparison, { first: spread('A', first), second: spread('B', second) });
}
const wide = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const narrow = wide.map((value) => 5 + value / 10);

it('says in words whether two groups vary alike', () => {
  expect(deviationsOf(wide, narrow)).toMatch(
    /^B varies less than A: the SD of B is 0\.10 \(95\u00a0% interval 0\.0\d+ to 0\.\d+\) times that of A, more than chance explains \(Brown-Forsythe F\(1, 18\) = [\d.]+, p < 0\.001\)\.$/,
  );
  expect(
    deviationsOf(
      wide,
      wide.map((value) => value + 3),
    ),
  ).toMatch(
    /^No verdict on their variability: the SD of B is 1\.0 \(.*\) times that of A, which may be chance/,
  );
  expect(deviationsOf([1, 2, 3], [2, 4, 6])).toBe(
    'No verdict on their variability: the SD of B is 2.0 times that of A, but with fewer than 5 replicates of each that says nothing.',
  );
  expect(deviationsOf([1, 1, 1], [2, 4, 6])).toBe(
    'A does not vary at all from replicate to replicate, B does.',
  );
  expect(deviationsOf([1, 1], [2, 2])).toBe('Neither varies at all from replicate to replicate.');
  expect(deviationsOf([1], [2])).toBe('');
});

/** Twenty examples of each of two classes; replicates are right on so many of them. */
const labels = Array.from({ length: 40 }, (_, example) => (example < 20 ? 0 : 1));
const predicting = ([cats, dogs]: readonly [number, number]): Uint8Array =>
  Uint8Array.from(labels, (label, example) => (example % 20 < (label === 0 ? cats : dogs) ? label : 2));
function classesOf(first: readonly [number, number][], second: readonly [number, number][]): string {
  const rows = [first.map(predicting), second.map(predicting)] as const;
  const classes = compareClasses({ rows, labels, classNames: ['cat', 'dog'], isPaired: false });
  return classComparisonSentence(classes, { first: 'A', second: 'B' });
}

it('says in words on which classes two groups differ', () => {
  const first: [number, number][] = [
    [10, 15],
    [11, 16],
    [9, 14],
    [10, 15],
  ];
  expect(
    classesOf(
      first,
      first.map(([cats, dogs]) => [cats + 8, dogs]),
    ),
  ).toBe(
    'B differs from A on 1 of 2 classes: cat (by 40.0 points); p below 0.05 after Holm’s correction. That the others do not differ is not shown.',
  );
  expect(classesOf(first, first)).toBe(
    'No class is shown to differ: after Holm’s correction for 2 classes no p lies below 0.05.',
  );
  expect(classesOf([[10, 10]], [[12, 12]])).toBe(
    'No verdict by class: it takes two replicates of each whose accuracy moves.',
  );
});
