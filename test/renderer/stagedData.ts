import { mean } from '../../src/analysis/mean.ts';
import { standardDeviation, standardDeviationInterval } from '../../src/analysis/standardDeviation.ts';
import { RandomStream } from '../../src/noise/stream.ts';
import { presetNamed } from '../../src/study/presets.ts';
import { parseStudy } from '../../src/study/parse.ts';
import type { Study } from '../../src/study/study.ts';
import type { ReplicateRow, StudyDetail } from '../../renderer/stores/openStudy.ts';
import type { StudyRow } from '../../renderer/stores/studies.ts';

/** How a staged study is made up. */
export interface StagedShape {
  readonly id: string;
  readonly name: string;
  readonly replicates: number;
  readonly epochs: number;
  /** Replicates of each variant that have finished; all by default. */
  readonly finished?: number;
  readonly status?: StudyRow['status'];
}

export interface StagedStudy {
  readonly row: StudyRow;
  readonly detail: StudyDetail;
  readonly replicates: ReplicateRow[];
  readonly metrics: {
    replicates: string[];
    epochs: number;
    learningRate: Float64Array;
    loss: Float64Array;
    accuracy: Float64Array;
    testLoss: Float64Array;
    testAccuracy: Float64Array;
    trainSeconds: Float64Array;
  };
}

/** Fractions by which the final accuracies of each variant spread. */
const spreads: Readonly<Record<string, number>> = {
  'ALGO+IMPL': 0.0042,
  ALGO: 0.0039,
  IMPL: 0.0017,
  CONTROL: 0,
};

/** A study whose numbers are drawn from named streams: the same every time, and plainly made up. */
export function stagedStudy(shape: StagedShape): StagedStudy {
  const study = parseStudy({
    ...(presetNamed('quickstart').study as object),
    name: shape.name,
    replicates: shape.replicates,
  });
  const replicates = replicatesOf(study, shape);
  const metrics = metricsOf(replicates, shape);
  const finished = replicates.filter(({ status }) => status === 'finished').length;
  const row: StudyRow = {
    id: shape.id,
    name: shape.name,
    created: '2026-03-14T09:26:53.000Z',
    preset: 'quickstart',
    seed: study.seed,
    status: shape.status ?? (finished === replicates.length ? 'finished' : 'incomplete'),
    replicates: replicates.length,
    counts: {
      planned: replicates.length - finished,
      running: 0,
      finished,
      diverged: 0,
      failed: 0,
      stopped: 0,
    },
    excluded: 0,
    recordedBytes: 41_500 * finished * shape.epochs,
    results: resultsOf(study, replicates, metrics, shape.epochs),
  };
  const { results: _results, ...summary } = row;
  return {
    row,
    replicates,
    metrics,
    detail: {
      ...summary,
      study,
      variants: study.variants.map((variant) => ({ variant, description: descriptions[variant.name] ?? '' })),
      notes: '',
      dataset: {
        hash: 'f'.repeat(64),
        identity: { name: 'Fashion-MNIST (shipped sample)' },
        classNames: null,
        testExamples: 2000,
      },
      recorded: [],
      remarks: [],
      resultsFolder: '/library.results/staged',
    },
  };
}

const descriptions: Readonly<Record<string, string>> = {
  'ALGO+IMPL': 'Every seed and the arithmetic vary, as in ordinary training.',
  ALGO: 'Every seed varies; the arithmetic is the same.',
  IMPL: 'The arithmetic varies; every seed is the same.',
  CONTROL: 'Nothing varies: all replicates should be bit-identical.',
};

function replicatesOf(study: Study, shape: StagedShape): ReplicateRow[] {
  return study.variants.flatMap(({ name }) =>
    Array.from({ length: shape.replicates }, (_, index): ReplicateRow => {
      const isFinished = index < (shape.finished ?? shape.replicates);
      return {
        id: `${shape.id}/${name}/${index}`,
        variant: name,
        index,
        status: isFinished ? 'finished' : 'planned',
        epochs: isFinished ? shape.epochs : 0,
        attempts: isFinished ? 1 : 0,
        startedAt: isFinished ? '2026-03-14T09:30:00.000Z' : null,
        endedAt: isFinished ? '2026-03-14T09:31:00.000Z' : null,
        trainSeconds: isFinished ? 4.2 * shape.epochs : 0,
        exitReason: null,
        notes: '',
        excludedReason: null,
        recordedBytes: isFinished ? 41_500 * shape.epochs : 0,
        tags: [],
        examplesPerSecond: isFinished ? 1904.7619047619048 : null,
        seeds: {
          initialisation: index,
          order: index,
          augmentation: index,
          dropout: index,
          accumulationOrder: null,
        },
        device: 'cpu',
        threads: 1,
        precision: 'float32',
        deterministicOps: false,
        oneDnn: true,
        cpuModel: isFinished ? 'a processor' : null,
        gpuModel: null,
        tensorFlow: isFinished ? '2.18.0' : null,
      };
    }),
  );
}

function metricsOf(replicates: readonly ReplicateRow[], { epochs, id }: StagedShape): StagedStudy['metrics'] {
  const matrix = (): Float64Array => new Float64Array(replicates.length * epochs).fill(Number.NaN);
  const metrics = {
    replicates: replicates.map((replicate) => replicate.id),
    epochs: replicates.some((replicate) => replicate.epochs > 0) ? epochs : 0,
    learningRate: matrix(),
    loss: matrix(),
    accuracy: matrix(),
    testLoss: matrix(),
    testAccuracy: matrix(),
    trainSeconds: matrix(),
  };
  replicates.forEach((replicate, row) => {
    const stream = RandomStream.named(7, `${id}/${replicate.variant}/${replicate.index}`);
    const shift = stream.nextNormal() * (spreads[replicate.variant] ?? 0.003);
    for (let epoch = 0; epoch < replicate.epochs; epoch++) {
      const progress = 1 - Math.exp(-(epoch + 1) / (epochs / 4));
      const wobble = stream.nextNormal() * 0.35 * (spreads[replicate.variant] ?? 0.003);
      const accuracy = 0.55 + 0.34 * progress + shift + wobble;
      const at = row * epochs + epoch;
      metrics.testAccuracy[at] = accuracy;
      metrics.accuracy[at] = accuracy + 0.03 * progress;
      metrics.testLoss[at] = 1.25 - 0.95 * progress - 2 * (shift + wobble);
      metrics.loss[at] = 1.2 - 1.05 * progress - 2 * (shift + wobble);
      metrics.learningRate[at] = 0.001;
      metrics.trainSeconds[at] = 4.2;
    }
  });
  return metrics;
}

function resultsOf(
  study: Study,
  replicates: readonly ReplicateRow[],
  { testAccuracy }: StagedStudy['metrics'],
  epochs: number,
): StudyRow['results'] {
  return study.variants.map(({ name }) => {
    const accuracies = replicates.flatMap(({ variant, status }, row) =>
      variant === name && status === 'finished' ? (testAccuracy[row * epochs + epochs - 1] ?? []) : [],
    );
    return {
      variant: name,
      accuracies,
      mean: mean(accuracies),
      sd: standardDeviation(accuracies),
      sdInterval: standardDeviationInterval(accuracies),
    };
  });
}
