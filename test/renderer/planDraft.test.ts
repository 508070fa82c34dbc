import { describe, expect, it } from 'vitest';
import { fewReplicatesWarning, precisionOf, precisionSentence } from '../../renderer/pages/plan/precision.ts';
import { estimate } from '../../renderer/pages/plan/estimate.ts';
import {
  departures,
  draftOfPreset,
  draftValue,
  freeVariantName,
  gpuNumbers,
  numberOrText,
  problemText,
  sourcesOf,
  stepOfPath,
  withValue,
} from '../../renderer/pages/plan/planDraft.ts';
import { draftContent, type Preparation } from '../../renderer/stores/draftContent.ts';
import { presets } from '../../src/study/presetList.ts';
import { openNeeds, presetNamed, studyFromPreset, withKnownData } from '../../src/study/presets.ts';

const quickstart = draftOfPreset(presetNamed('quickstart'));

describe('a draft', () => {
  it('has one value replaced, and the rest as it was', () => {
    const changed = withValue(quickstart, 'variants[1].sources.order', 'fixed');
    expect(draftValue(changed, 'variants[1].sources.order')).toBe('fixed');
    expect(draftValue(changed, 'variants[0]')).toBe(draftValue(quickstart, 'variants[0]'));
    expect(draftValue(quickstart, 'variants[1].sources.order')).toBe('vary');
    expect(withValue({}, 'execution.threads', 4)).toEqual({ execution: { threads: 4 } });
    expect(draftValue(quickstart, 'variants[9].name')).toBeUndefined();
    const decaying = withValue(quickstart, 'task.recipe.weightDecay', { kind: 'l2' });
    expect(withValue(decaying, 'task.recipe.weightDecay', undefined)).toEqual(quickstart);
    expect(
      draftValue(withValue(decaying, 'task.recipe.weightDecay', undefined), 'task.recipe'),
    ).not.toHaveProperty('weightDecay');
  });

  it.each(presets.map((preset) => [preset.name, preset] as const))('of %s has every default', (_, preset) => {
    const draft = draftOfPreset(preset);
    expect(draft).toMatchObject({ seed: 0, execution: { device: 'cpu', threads: 1 } });
    for (const { path } of preset.needs) expect(draftValue(draft, path)).toBe('');
    expect(departures(draft, draft)).toEqual([]);
  });

  it('of a preset whose data are on the machine has their place, and needs nothing more', () => {
    const preset = presetNamed('smallcnn-cifar10');
    const found = withKnownData(preset, [{ kind: 'cifar-10', path: '/cifar' }]);
    expect(draftValue(draftOfPreset(found), 'task.dataset.path')).toBe('/cifar');
    expect([openNeeds(preset).length, openNeeds(found).length]).toEqual([1, 0]);
  });

  it('tells where it departs from its preset', () => {
    const changed = withValue(withValue(quickstart, 'task.recipe.epochs', 20), 'task.network', {
      name: 'resnet18',
    });
    expect(departures(quickstart, changed)).toEqual([
      { path: 'task.network.name', before: 'smallcnn', after: 'resnet18' },
      { path: 'task.network.batchNorm', before: 'false', after: 'nothing' },
      { path: 'task.network.dropout', before: '0', after: 'nothing' },
      { path: 'task.recipe.epochs', before: '12', after: '20' },
    ]);
  });

  it('knows which sources can do anything, also while its data are open', () => {
    const images = draftOfPreset(presetNamed('smallcnn-images'));
    const effective = (draft: Parameters<typeof sourcesOf>[0]) =>
      sourcesOf(draft)
        ?.filter((source) => source.effective)
        .map(({ source }) => source);
    expect(effective(images)).toEqual(['initialisation', 'order']);
    expect(effective(withValue(images, 'task.network.dropout', 0.5))).toContain('dropout');
    expect(sourcesOf(withValue(images, 'task.network.dropout', 'much'))).toBeNull();
  });

  it('of another version is refused', () => {
    expect(() => draftContent({ study: 7 })).toThrow(/another version/);
    const content = { study: quickstart, visited: ['task'], parallel: '', devices: '', measured: null };
    expect(draftContent(JSON.parse(JSON.stringify(content)))).toEqual(content);
    const { devices: _, ...earlier } = content;
    expect(draftContent(earlier)).toEqual(content);
  });
});

it.each([
  ['', null],
  ['0', [0]],
  [' 2, 0 ', [2, 0]],
  ['0,0', undefined],
  ['0;1', undefined],
  ['1,', undefined],
  ['-1', undefined],
])('a field of GPUs that says %j names %j', (text, numbers) => {
  expect(gpuNumbers(text)).toEqual(numbers);
});

it.each([
  ['12', 12],
  [' 1e-3 ', 0.001],
  ['', ''],
  ['1.', 1],
  ['-', '-'],
  ['12x', '12x'],
  ['0x10', '0x10'],
  ['Infinity', 'Infinity'],
])('a number field that says %j holds %j', (text, value) => {
  expect(numberOrText(text)).toBe(value);
});

it.each([
  ['task.dataset.path', 'data'],
  ['task.recipe.shuffle.buffer', 'recipe'],
  ['task.network', 'recipe'],
  ['variants[0].name', 'noise'],
  ['execution.threads', 'noise'],
  ['seed', 'replicates'],
  ['record.checkpoints[0]', 'compute'],
  ['name', 'task'],
  ['', 'task'],
])('%j is set in the step %s', (path, step) => {
  expect(stepOfPath(path)).toBe(step);
});

it('a problem is told without the path that its label says', () => {
  const problem = { path: 'replicates', message: 'replicates is 0; expected a whole number.', nearest: [] };
  expect(problemText(problem)).toBe('Is 0; expected a whole number.');
  expect(problemText({ ...problem, message: 'replicates is missing; expected it.' })).toBe(
    'Missing; expected it.',
  );
});

it('an own variant gets a name that no other has', () => {
  expect(freeVariantName([])).toBe('VARIANT 1');
  expect(freeVariantName(['A', 'variant 3'])).toBe('VARIANT 4');
});

describe('what replicates can show', () => {
  it('is what tables of chi-square and t say', () => {
    // sqrt(9 / 19.0228) and sqrt(9 / 2.70039), chi-square at 9; (2.10092 + 0.86205) sqrt(2 / 10), t at 18.
    const { low, high, difference, pairs } = precisionOf(10);
    expect([low, high].map((value) => value?.toFixed(4))).toEqual(['0.6878', '1.8256']);
    expect(difference?.toFixed(4)).toBe('1.3251');
    expect(pairs).toBe(45);
  });

  it('is said in words, and few are warned of', () => {
    expect(precisionSentence(precisionOf(3))).toBe(
      'With 3 replicates, the true SD can be 0.52 to 6.28 times the one that is seen; two means that lie 3.04 SDs apart are told apart four times out of five. Churn is averaged over 3 pairs.',
    );
    expect(precisionSentence(precisionOf(1))).toMatch(/shows no spread at all/);
    expect([1, 4, 9, 10].map((count) => fewReplicatesWarning(count) !== null)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

it('time is estimated at the pace that was measured', () => {
  const study = studyFromPreset(presetNamed('quickstart'));
  const measured = [
    { processes: 1, examplesPerSecond: 10_000 },
    { processes: 2, examplesPerSecond: 16_000 },
  ];
  const preparation = { measured, parallel: 2, dataset: { examples: { train: 8000, test: 2000 } } };
  const examples = 4 * 3 * 12 * 8000;
  const at = (wanted: number | string) => estimate(study, preparation as unknown as Preparation, wanted);
  expect(at('')).toEqual({ replicates: 12, parallel: 2, seconds: examples / 16_000 });
  expect(at(1).seconds).toBe(examples / 10_000);
  // Nobody has seen more at once be faster.
  expect(at(8)).toEqual({ replicates: 12, parallel: 8, seconds: examples / 16_000 });
  expect(at('twelve').parallel).toBe(2);
});
