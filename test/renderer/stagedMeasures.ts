import { measureClasses } from '../../src/analysis/measures/classAccuracy.ts';
import { certificateText } from '../../src/determinism/certificateText.ts';
import type { Certificate, Parting } from '../../src/determinism/certificate.ts';
import { churnOf } from '../../src/analysis/churnByEpoch.ts';
import { compareClasses } from '../../src/analysis/compareClasses.ts';
import { compareGroups } from '../../src/analysis/compareGroups.ts';
import { measureSubgroups, usualSplits } from '../../src/analysis/subgroups.ts';
import { readReplicate } from '../../src/analysis/reading.ts';
import { confusion } from '../../src/analysis/confusion.ts';
import { variantWeights } from '../../src/analysis/variantWeights.ts';
import type { WeightTensor } from '../../src/analysis/weights.ts';
import type { Implementation } from '../../src/contract/procedure.ts';
import type { StudioContract } from '../../src/contract/studio.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { RandomStream } from '../../src/noise/stream.ts';
import { metricOf } from '../../renderer/measures/metric.ts';
import { stagedPredictions } from './stagedChurn.ts';
import type { StagedStudy } from './stagedData.ts';

type Measures = Implementation<StudioContract>['measures'];
type Answer = <Value>(name: string, answer: () => Value) => Promise<Value>;

/** Names and sizes of the layers of the network that staged studies trained. */
const layers = { conv2d: 160, conv2d_1: 900, conv2d_2: 1800, dense: 400, dense_1: 100 };
/** How far a replicate of each variant strays from the weights that the variant has in common. */
const strays: Readonly<Record<string, number>> = { 'ALGO+IMPL': 0.11, ALGO: 0.1, IMPL: 0.06, CONTROL: 0 };

/** Epochs after which staged replicates kept their weights: a quarter of them, and the last. */
function keptEpochs({ metrics: { epochs } }: StagedStudy): number[] {
  return [...new Set([0, Math.floor(epochs / 4), Math.floor(epochs / 2), epochs - 1])].filter(
    (epoch) => epoch >= 0,
  );
}

function finished({ replicates }: StagedStudy, variant: string): StagedStudy['replicates'] {
  return replicates.filter(
    (replicate) =>
      replicate.variant === variant && replicate.status === 'finished' && replicate.excludedReason === null,
  );
}

function weightsOf(variant: string, index: number, epoch: number): WeightTensor[] {
  return Object.entries(layers).map(([layer, size]) => {
    const common = RandomStream.named(3, layer);
    const own = RandomStream.named(5, `${layer}/${variant}/${index}`);
    const stray = (strays[variant] ?? 0.1) * Math.sqrt(1 + epoch);
    const data = Float32Array.from(
      { length: size },
      () => 0.2 * common.nextNormal() + stray * own.nextNormal(),
    );
    return { name: `${layer}/kernel`, shape: [size], role: 'weight', data };
  });
}

function stagedWeights(study: StagedStudy, epoch: number) {
  const variants = study.detail.variants.map(({ variant: { name } }) =>
    variantWeights({
      name,
      replicates: finished(study, name).map(({ id, index }) => ({
        id,
        weights: weightsOf(name, index, epoch),
      })),
    }),
  );
  return { epoch, variants };
}

/** What the replicates of a staged study predicted after an epoch, one row a replicate. */
function rowsAt(study: StagedStudy, epoch: number | null) {
  const { classes, examples, replicates, ...rest } = stagedPredictions(study, epoch);
  const rows = replicates.map((replicate, row) => ({
    ...replicate,
    predictions: classes.subarray(row * examples, (row + 1) * examples),
  }));
  return { ...rest, examples, rows };
}

function stagedClasses(study: StagedStudy, asked: number | null) {
  const { epoch, rows, labels, classNames } = rowsAt(study, asked);
  const context = {
    study: { study: study.row, epoch, labels, classNames, tensorNames: null, variants: [] },
    ...{ level: 0.95, seed: 0 },
  };
  return {
    epoch,
    variants: study.detail.variants.map(({ variant: { name } }) => {
      const own = rows.filter(({ variant }) => variant === name);
      const replicates = own.map(({ index, predictions }) => ({
        ...{ index, predictions, accuracy: null, weights: null, fingerprints: null },
      }));
      const measured = measureClasses({ name, implementation: null, replicates }, context);
      return { name, replicates: own.length, ...measured };
    }),
  };
}

/** Where a staged study's images have attributes, an image has ten: even classes of its examples stand for those it has. */
function stagedSubgroups(
  study: StagedStudy,
  asked: { epoch: number | null; attribute: string | null; splits: readonly string[] | null },
) {
  const { epoch, rows } = rowsAt(study, asked.epoch);
  const names = study.detail.dataset?.identity['attributeNames'];
  if (!Array.isArray(names)) {
    throw new NoisefloorError('attributes-unknown', 'The test examples of this study have no attributes.');
  }
  const attributeNames = names.map(String);
  const labels = Uint8Array.from(rowsAt(study, epoch).labels ?? [], (label) => label % 2);
  const splits = asked.splits?.map((name) => attributeNames.indexOf(name)) ?? usualSplits(attributeNames);
  const attribute = asked.attribute === null ? null : attributeNames.indexOf(asked.attribute);
  return {
    ...{ epoch, attributes: attributeNames },
    variants: study.detail.variants.map(({ variant: { name } }) => {
      const own = rows.filter(({ variant }) => variant === name);
      const answers = own.map(({ predictions }) => predictions.map((predicted) => predicted % 2));
      const given = { rows: answers, labels, attributeNames };
      const groups = own.length === 0 ? [] : measureSubgroups(given, { attribute, splits });
      return { name, replicates: own.length, groups };
    }),
  };
}

type StagedSide = { readonly epoch: number; readonly replicates: readonly string[] };

function stagedClassComparison(ours: StagedStudy, one: StagedSide, theirs: StagedStudy, other: StagedSide) {
  const rowsOf = (study: StagedStudy, { epoch, replicates }: StagedSide) => {
    const { rows, labels, classNames } = rowsAt(study, epoch);
    const own = rows.filter(({ id }) => replicates.includes(id)).map(({ predictions }) => predictions);
    return { rows: own, labels, classNames };
  };
  const [first, second] = [rowsOf(ours, one), rowsOf(theirs, other)];
  const { labels, classNames } = first;
  if (labels === null || first.rows.length === 0 || second.rows.length === 0) return null;
  return compareClasses({ rows: [first.rows, second.rows], labels, classNames, isPaired: false });
}

/** First step at which staged replicates of each variant part; those of the others, of CONTROL in capitals, do not. */
const partingSteps: Readonly<Record<string, number>> = { 'ALGO+IMPL': 0, ALGO: 0, IMPL: 37, Control: 37 };

function stagedCertificate(study: StagedStudy, epoch: number | null): Certificate {
  return {
    study: { id: study.row.id, name: study.row.name },
    epoch: epoch ?? study.metrics.epochs - 1,
    ...{ steps: 1512, tensors: 31 },
    variants: study.detail.variants.map(({ variant: { name } }) => {
      const own = finished(study, name).map(({ index }) => index);
      const step = partingSteps[name];
      const partings = own.slice(1).map((replicate): Parting => ({
        ...{ replicate, from: own[0] ?? 0, step: (step ?? 0) * replicate, tensor: 'conv2d/kernel' },
        firstOtherBatch: step === 0 ? 0 : null,
        seedDifferences: [step === 0 ? 'initialisation' : 'accumulation order'],
        configurationDifferences: [],
        explanation: `other seeds of ${step === 0 ? 'initialisation' : 'accumulation order'}`,
      }));
      const apart = step !== undefined && own.length > 1;
      return {
        ...{ variant: name, replicates: own.length, steps: 1512 },
        bitIdentical: own.length < 2 ? null : !apart,
        groups: own.length < 2 ? null : apart ? own.map((index) => [index]) : [own],
        partings: apart ? partings : [],
      };
    }),
  };
}

/** What the pages of weights, classes and certificates ask of a host without a library. */
export function stagedMeasures(
  answer: Answer,
  find: (study: string) => StagedStudy,
): Pick<
  Measures,
  | 'checkpoints'
  | 'weights'
  | 'weightsByEpoch'
  | 'classes'
  | 'subgroups'
  | 'confusion'
  | 'certificate'
  | 'compare'
> {
  return {
    checkpoints: ({ study: id }) =>
      answer('measures.checkpoints', () => {
        const study = find(id);
        const items = keptEpochs(study).flatMap((epoch) =>
          study.detail.variants.map(({ variant: { name } }) => ({
            ...{ epoch, variant: name },
            replicates: finished(study, name).length,
          })),
        );
        return { items: items.filter(({ replicates }) => replicates > 0) };
      }),
    weights: ({ study, epoch }) =>
      answer('measures.weights', () => stagedWeights(find(study), epoch ?? find(study).metrics.epochs - 1)),
    classes: ({ study, epoch }) => answer('measures.classes', () => stagedClasses(find(study), epoch)),
    subgroups: ({ study, ...asked }) =>
      answer('measures.subgroups', () => stagedSubgroups(find(study), asked)),
    confusion: ({ study, epoch: asked, first, second }) =>
      answer('measures.confusion', () => {
        const { epoch, examples, rows, labels } = rowsAt(find(study), asked);
        const labelling = (id: string | null) =>
          rows.find((row) => row.id === id)?.predictions ?? labels ?? new Int32Array(examples);
        const classes = Array.from({ length: 10 }, (_, index) => String(index));
        return { epoch, examples, classes, counts: confusion(labelling(first), labelling(second), 10) };
      }),
    compare: ({ first, second, metric, reading, meanOf }) =>
      answer('measures.compare', () => {
        const side = ({ study: id, epoch, replicates }: typeof first) => {
          const { metrics } = find(id);
          const at = Math.min(epoch ?? metrics.epochs - 1, metrics.epochs - 1);
          const matrix = { epochs: metrics.epochs, values: metrics[metric] };
          const how = { epoch: at, reading, meanOf, metric: metricOf(metric) };
          const known = replicates.flatMap((replicate) => {
            const value = readReplicate(matrix, metrics.replicates.indexOf(replicate), how);
            return value === null ? [] : [{ replicate, value }];
          });
          return {
            epoch: at,
            replicates: known.map(({ replicate }) => replicate),
            values: Float64Array.from(known, ({ value }) => value),
            churn: churnOf([]),
          };
        };
        const [one, other] = [side(first), side(second)];
        const stream = RandomStream.named(0, 'staged');
        const comparison = compareGroups([...one.values], [...other.values], false, stream);
        const classes = stagedClassComparison(find(first.study), one, find(second.study), other);
        return { first: one, second: other, comparison, churnBetween: null, classes };
      }),
    certificate: ({ study, epoch }) =>
      answer('measures.certificate', () => {
        const certificate = stagedCertificate(find(study), epoch);
        return { certificate, text: certificateText(certificate) };
      }),
    async *weightsByEpoch({ study: id }) {
      const study = find(id);
      const epochs = keptEpochs(study);
      for (const [position, epoch] of epochs.entries()) {
        await answer('measures.weightsByEpoch', () => null);
        yield { ...stagedWeights(study, epoch), position: position + 1, epochs: epochs.length };
      }
    },
  };
}
