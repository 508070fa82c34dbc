import type { ClassComparison } from '../analysis/compareClasses.ts';
import type { GroupComparison } from '../analysis/compareGroups.ts';
import type { PairMean } from '../analysis/pairMean.ts';
import { readReplicate, type Reading } from '../analysis/reading.ts';
import { attributeNamesOf, classNamesOf } from '../library/classNames.ts';
import type { LibraryClient } from '../library/client.ts';
import type { StudyMetrics } from '../library/measurements.ts';
import type { Replicate } from '../library/replicates.ts';
import type { StudyDetail } from '../library/studies.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { AnalysisPool } from './analysisPool.ts';
import { seedsInUse } from './certifyStudy.ts';

/** One of two groups that are compared: replicates of a study after an epoch. */
export interface ComparedSide {
  readonly study: StudyDetail;
  /** Counted from 0; null is the study's last. One that lies beyond it is the last too. */
  readonly epoch: number | null;
  readonly replicates: readonly string[];
}

/** What is compared: a metric, and how the epochs up to a side's own become one number. */
interface ComparedNumber {
  readonly metric: 'testAccuracy' | 'testLoss' | 'accuracy' | 'loss';
  readonly reading: Reading;
  /** How many of the last epochs a mean is of; null is all. */
  readonly meanOf: number | null;
}

interface SideResult {
  readonly epoch: number;
  /** Those that have a value, and their values. */
  readonly replicates: readonly string[];
  readonly values: Float64Array;
  readonly churn: PairMean;
}

/** Two groups side by side. */
export interface StudyComparison {
  readonly first: SideResult;
  readonly second: SideResult;
  readonly comparison: GroupComparison;
  /** Mean churn between a replicate of one and one of the other; null where they predicted other examples, or nothing. */
  readonly churnBetween: number | null;
  /** Null where the two did not predict the same examples, or their true classes are not known. */
  readonly classes: readonly ClassComparison[] | null;
}

/**
 * Compares two groups of replicates by a metric and by what they predict. They are compared in pairs where each
 * replicate of one shares its seeds with exactly one of the other.
 * @throws NoisefloorError `replicate-unknown` for a replicate that is not the study's.
 */
export async function compareStudies(
  library: LibraryClient,
  pool: AnalysisPool,
  metricsOf: (study: StudyDetail) => Promise<StudyMetrics>,
  { first, second, ...number }: { first: ComparedSide; second: ComparedSide } & ComparedNumber,
): Promise<StudyComparison> {
  const [one, other] = [
    await readSide(library, metricsOf, first, number),
    await readSide(library, metricsOf, second, number),
  ];
  const pairs = paired(one.members, other.members);
  const [ours, theirs] = pairs ?? [one.members, other.members];
  const isSameTest = first.study.datasetHash === second.study.datasetHash;
  const { datasetHash } = first.study;
  const dataset = isSameTest && datasetHash !== null ? await library.dataset(datasetHash) : null;
  const { comparison, churns, between, classes } = await pool.compute('compare', {
    first: ours.map(({ value }) => value),
    second: theirs.map(({ value }) => value),
    isPaired: pairs !== null,
    rows: [predicted(ours), predicted(theirs)],
    isSameTest,
    labels: dataset?.testLabels ?? null,
    classNames: dataset === null ? null : classNamesOf(dataset.identity),
    hasAttributes: dataset !== null && attributeNamesOf(dataset.identity) !== null,
  });
  const result = (epoch: number, members: readonly Member[], churn: PairMean): SideResult => ({
    epoch,
    replicates: members.map(({ replicate }) => replicate.id),
    values: Float64Array.from(members, ({ value }) => value),
    churn,
  });
  return {
    first: result(one.epoch, ours, churns[0]),
    second: result(other.epoch, theirs, churns[1]),
    comparison,
    churnBetween: between,
    classes,
  };
}

interface Member {
  readonly replicate: Replicate;
  readonly value: number;
  readonly classes: Uint8Array | Uint16Array | null;
}

const predicted = (members: readonly Member[]): (Uint8Array | Uint16Array)[] =>
  members.flatMap(({ classes }) => (classes === null ? [] : [classes]));

async function readSide(
  library: LibraryClient,
  metricsOf: (study: StudyDetail) => Promise<StudyMetrics>,
  { study, epoch: wanted, replicates: ids }: ComparedSide,
  { metric, reading, meanOf }: ComparedNumber,
): Promise<{ epoch: number; members: readonly Member[] }> {
  const metrics = await metricsOf(study);
  const last = Math.max(0, metrics.epochs - 1);
  const epoch = Math.min(wanted ?? last, last);
  const classes = new Map(
    (await library.predictionsAt(study.id, epoch)).map((row) => [row.replicateId, row.classes]),
  );
  const known = new Map((await library.replicates(study.id)).map((replicate) => [replicate.id, replicate]));
  const rowOf = new Map(metrics.replicateIds.map((id, row) => [id, row]));
  const matrix = { epochs: metrics.epochs, values: metrics[metric] };
  const better = metric === 'loss' || metric === 'testLoss' ? 'lower' : 'higher';
  const how = { epoch, reading, meanOf, metric: { better } } as const;
  const members = ids.flatMap((id): Member[] => {
    const replicate = known.get(id);
    if (replicate === undefined) {
      throw new NoisefloorError('replicate-unknown', `${study.name} has no replicate ${id}.`, {
        details: { study: study.id, replicate: id },
      });
    }
    const row = rowOf.get(id);
    const value = row === undefined ? null : readReplicate(matrix, row, how);
    return value === null ? [] : [{ replicate, value, classes: classes.get(id) ?? null }];
  });
  return { epoch, members };
}

/** Both groups in the order of their pairs; null where they are not made of pairs that share their seeds. */
export function paired<Each extends { readonly replicate: Replicate }>(
  first: readonly Each[],
  second: readonly Each[],
): [readonly Each[], readonly Each[]] | null {
  if (first.length !== second.length || first.length < 2) return null;
  const bySeeds = (members: readonly Each[]): Map<string, Each> =>
    new Map(members.map((member) => [seedsOf(member), member]));
  const [ours, theirs] = [bySeeds(first), bySeeds(second)];
  // Seeds that several of a group share pair nothing, and neither does a replicate with itself.
  if (ours.size !== first.length || theirs.size !== second.length) return null;
  const partners = first.map((member) => theirs.get(seedsOf(member)));
  const found = partners.filter((partner) => partner !== undefined);
  const isSelf = found.some(({ replicate }, place) => replicate.id === first[place]?.replicate.id);
  return found.length === first.length && !isSelf ? [first, found] : null;
}

/** The seeds of the algorithm; the order of accumulation is what variants of one seed differ in. */
function seedsOf({ replicate }: { readonly replicate: Replicate }): string {
  const { 'accumulation order': _, ...seeds } = seedsInUse(replicate.workOrder);
  return JSON.stringify(seeds);
}
