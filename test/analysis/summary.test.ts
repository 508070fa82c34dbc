import { beforeAll, describe, expect, test } from 'vitest';
import { flipRates } from '../../src/analysis/churn.ts';
import { churnMatrix } from '../../src/analysis/churnMatrix.ts';
import { predictionsFromRows } from '../../src/analysis/predictions.ts';
import type { ReplicateAtEpoch, StudyAtEpoch } from '../../src/analysis/studyAtEpoch.ts';
import { analyseStudy, type VariantAnalysis } from '../../src/analysis/summary.ts';
import {
  expectedVariants,
  readReplicate,
  referenceLabels,
  referenceLogsPresent,
  type ExpectedVariant,
} from './referenceLogs.ts';

function studyOf(replicates: ReplicateAtEpoch[], labels: ArrayLike<number> | null): StudyAtEpoch {
  return {
    study: { id: 'study', name: 'Study' },
    epoch: 9,
    labels,
    classNames: null,
    tensorNames: null,
    variants: [{ name: 'ALGO', implementation: null, replicates }],
  };
}

const variantNames = ['default', 'algo', 'impl', 'control', 'impl_bn'];

describe.skipIf(!referenceLogsPresent)('the reference logs (../shared/fixtures/reference-logs)', () => {
  describe.each(variantNames)('%s', (name) => {
    let expected: ExpectedVariant;
    let replicates: ReplicateAtEpoch[];
    let measured: VariantAnalysis;

    beforeAll(async () => {
      expected = expectedVariants()[name]!;
      replicates = await Promise.all(expected.replicates.map(readReplicate));
      measured = analyseStudy(studyOf(replicates, referenceLabels())).variants[0]!;
    });

    test('accuracy', () => {
      const { values: _values, mean, std_ddof0, std_ddof1 } = expected.final_accuracy_from_predictions;
      expect(measured.accuracy.n).toBe(expected.replicates.length);
      expect(measured.accuracy.mean).toBeCloseTo(mean, 12);
      expect(measured.accuracy.sd).toBeCloseTo(std_ddof1, 12);
      expect(measured.accuracy.sdOfReplicates).toBeCloseTo(std_ddof0, 12);
    });

    test('churn: mean, every pair, every example', () => {
      const predictions = predictionsFromRows(replicates.map((replicate) => replicate.predictions!));
      expect(measured.churn.mean).toBeCloseTo(expected.pairwise_churn.mean, 12);
      expect(churnMatrix(predictions)).toHaveLength(expected.pairwise_churn.per_pair.length);
      churnMatrix(predictions).forEach((value, pair) => {
        expect(value).toBeCloseTo(expected.pairwise_churn.per_pair[pair]!, 12);
      });
      const { n_pairs, disagreeing_pairs } = expected.per_example_churn;
      const rates = [...(flipRates(predictions) ?? [])];
      expect(rates.map((rate) => Math.round(rate * n_pairs))).toEqual(disagreeing_pairs);
    });

    test('L2, raw and unit-normalised, with and without moving statistics', () => {
      const { trainable, with_bn_moving_statistics: all } = expected.l2;
      expect(measured.l2.mean).toBeCloseTo(trainable.raw.mean, 9);
      expect(measured.l2.normalizedMean).toBeCloseTo(trainable.unit_normalised.mean, 9);
      expect(measured.l2WithMovingStatistics.mean).toBeCloseTo(all.raw.mean, 9);
      expect(measured.l2WithMovingStatistics.normalizedMean).toBeCloseTo(all.unit_normalised.mean, 9);
    });

    test('classes', () => {
      const { class_counts, mean, std_ddof1, ...rest } = expected.per_class_accuracy;
      const classes = measured.perClassSd ?? [];
      expect(classes.map(({ examples }) => examples)).toEqual(class_counts);
      classes.forEach((each, index) => {
        expect(each.class).toBe(index);
        expect(each.mean).toBeCloseTo(mean[index]!, 12);
        expect(each.sd).toBeCloseTo(std_ddof1[index]!, 12);
      });
      const ratio = rest.ratio_max_class_std_to_overall_std_ddof1;
      if (ratio === null) expect(measured.perClassRatio).toBeNull();
      else expect(measured.perClassRatio?.ratio).toBeCloseTo(ratio, 9);
    });

    test('bit-identity, from the weights', () => {
      expect(measured.bitIdentical).toBe(name === 'control');
    });
  });
});

const tensor = (value: number) => [
  { name: 'dense/kernel', shape: [1], role: 'weight' as const, data: Float32Array.of(value) },
];

function replicate(index: number, parts: Partial<ReplicateAtEpoch> = {}): ReplicateAtEpoch {
  return { index, accuracy: null, predictions: null, weights: null, fingerprints: null, ...parts };
}

describe('what cannot be computed is null', () => {
  test('a variant without replicates', () => {
    const { variants } = analyseStudy(studyOf([], [0, 1]));
    expect(variants[0]).toMatchObject({
      name: 'ALGO',
      replicates: 0,
      excluded: [],
      accuracy: { n: 0, mean: null, interval: null, sd: null, sdInterval: null, sdBootstrap: null },
      churn: { n: 0, mean: null, interval: null },
      l2: { n: 0, mean: null, interval: null, normalizedMean: null, layers: [] },
      l2WithMovingStatistics: { mean: null },
      perClassSd: null,
      perClassRatio: null,
      bitIdentical: null,
    });
  });

  test('one replicate has an accuracy and nothing else', () => {
    const only = replicate(0, { accuracy: 0.5, predictions: Uint8Array.of(0, 0), weights: tensor(1) });
    const [variant] = analyseStudy(studyOf([only], [0, 1])).variants;
    expect(variant).toMatchObject({
      accuracy: { n: 1, mean: 0.5, interval: null, sd: null, sdOfReplicates: 0 },
      churn: { n: 1, mean: null },
      l2: { n: 1, mean: null },
      perClassSd: [
        { class: 0, examples: 1, mean: 1, sd: null },
        { class: 1, examples: 1, mean: 0, sd: null },
      ],
      perClassRatio: null,
      bitIdentical: null,
    });
  });

  test('no part of the result is NaN or infinite, whatever a replicate holds', () => {
    const broken = [
      replicate(0, { accuracy: Number.NaN, predictions: Uint8Array.of(), weights: tensor(Number.NaN) }),
      replicate(1, { accuracy: 0.5, predictions: Uint8Array.of(), weights: tensor(0) }),
      replicate(2, { accuracy: 0.7, predictions: Uint8Array.of(), weights: tensor(0) }),
    ];
    const analysis = analyseStudy(studyOf(broken, []));
    const walk = (value: unknown): void => {
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
    };
    walk(analysis);
    expect(analysis.variants[0]?.accuracy).toMatchObject({ n: 2, mean: 0.6 });
  });
});

test('without labels churn is still there, classes are not', () => {
  const pair = [0, 1].map((index) => replicate(index, { predictions: Uint8Array.of(0, index) }));
  const [variant] = analyseStudy(studyOf(pair, null)).variants;
  expect(variant?.churn.mean).toBe(0.5);
  expect(variant?.accuracy.mean).toBeNull();
  expect(variant?.perClassSd).toBeNull();
});

test('class names, exclusions and the identity of replicates keep their own indices', () => {
  const fingerprints = (last: number) => ({
    firstStep: 0,
    tensors: 2,
    values: Uint32Array.of(1, 1, 2, last),
  });
  const predictions = Uint8Array.of(0, 1);
  const study: StudyAtEpoch = {
    ...studyOf([], [0, 1]),
    classNames: ['cat', 'dog'],
    tensorNames: ['dense/kernel', 'dense/bias'],
    variants: [
      {
        name: 'CONTROL',
        implementation: 'deterministic',
        replicates: [
          replicate(1, { predictions, fingerprints: fingerprints(2) }),
          replicate(4, { predictions, fingerprints: fingerprints(2) }),
          replicate(5, { predictions, fingerprints: fingerprints(3) }),
        ],
        excluded: [{ index: 0, reason: 'diverged at step 12' }],
      },
    ],
  };
  expect(analyseStudy(study).variants[0]).toMatchObject({
    name: 'CONTROL',
    replicates: 3,
    excluded: [{ index: 0, reason: 'diverged at step 12' }],
    perClassSd: [{ name: 'cat' }, { name: 'dog' }],
    bitIdentical: false,
    identity: {
      groups: [[1, 4], [5]],
      firstDivergence: { step: 1, tensor: 1, tensorName: 'dense/bias', between: [1, 5] },
    },
  });
});

test('the same seed gives the same numbers, at the level asked for', () => {
  const replicates = [0.9, 0.91, 0.93, 0.92, 0.9].map((accuracy, index) => replicate(index, { accuracy }));
  const study = studyOf(replicates, null);
  expect(analyseStudy(study, { seed: 3 })).toEqual(analyseStudy(study, { seed: 3 }));
  const bootstrapOf = (seed: number) => analyseStudy(study, { seed }).variants[0]?.accuracy.sdBootstrap;
  expect(bootstrapOf(3)).not.toEqual(bootstrapOf(4));
  expect(analyseStudy(study, { level: 0.9 }).variants[0]?.accuracy.interval?.level).toBe(0.9);
});
