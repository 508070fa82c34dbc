import type { LibraryClient } from '../../library/client.ts';
import type { Replicate } from '../../library/replicates.ts';
import type { StudyDetail } from '../../library/studies.ts';
import { effectiveSources } from '../../study/sources.ts';
import type { Study } from '../../study/study.ts';
import type { DatasetReference, Task } from '../../study/task.ts';
import type { Variant } from '../../study/variant.ts';

/** A stored study that trains what a figure shows, and how far it is. */
export interface MatchingStudy {
  readonly detail: StudyDetail;
  /** For each variant that is wanted, in their order, the study's own that means the same. */
  readonly variants: readonly MatchingVariant[];
  /** Whether each of those has enough finished replicates that count, or none left that could still finish. */
  readonly isEnough: boolean;
  /** Finished replicates that count, of those variants together. */
  readonly finished: number;
}

interface MatchingVariant {
  readonly name: string;
  /** Replicates that have finished and count, by their index. */
  readonly finished: readonly Replicate[];
  /** Ids of those that may still finish. */
  readonly left: readonly string[];
}

/** Data of these kinds are the same wherever they lie: a loader refuses anything else. */
const fixedKinds: ReadonlySet<DatasetReference['kind']> = new Set(['cifar-10', 'cifar-100']);

/**
 * The study of a library that is furthest with what is wanted: the same data, network, recipe and precision, and variants
 * that mean the same, whatever they are called. Where several are as far, the newest.
 * @param wanted variants and replicates that a figure needs.
 * @param knownHash of the wanted data, where they are on this machine.
 * @returns null where none has enough replicates planned.
 */
export async function matchingStudy(
  library: LibraryClient,
  wanted: Study,
  knownHash: string | null,
): Promise<MatchingStudy | null> {
  let best: MatchingStudy | null = null;
  for (const { id } of await library.listStudies()) {
    const detail = await library.study(id);
    if (!trainsTheSame(detail, wanted, knownHash)) continue;
    const match = await matchInStudy(library, detail, wanted);
    if (match !== null && match.finished > (best?.finished ?? -1)) best = match;
  }
  return best;
}

/**
 * How far a study is with what is wanted.
 * @returns null where it lacks one of the variants, or has too few replicates of it planned.
 */
export async function matchInStudy(
  library: LibraryClient,
  detail: StudyDetail,
  wanted: Study,
): Promise<MatchingStudy | null> {
  const replicates = await library.replicates(detail.id);
  const variants: MatchingVariant[] = [];
  for (const variant of wanted.variants) {
    const same = detail.variants.find((each) => meansTheSame(each, variant, wanted.task));
    const mine = replicates.filter((each) => each.variant === same?.name && each.excludedReason === null);
    if (same === undefined || mine.length < wanted.replicates) return null;
    const left = mine.filter(({ status }) => status !== 'finished' && status !== 'diverged');
    const finished = mine.filter(({ status }) => status === 'finished');
    variants.push({ name: same.name, finished, left: left.map(({ id }) => id) });
  }
  const settled = ({ finished, left }: MatchingVariant): boolean =>
    finished.length >= wanted.replicates || left.length === 0;
  return {
    ...{ detail, variants },
    isEnough: variants.every(settled),
    finished: variants.reduce((sum, { finished }) => sum + Math.min(finished.length, wanted.replicates), 0),
  };
}

function trainsTheSame(
  { study, datasetHash }: StudyDetail,
  wanted: Study,
  knownHash: string | null,
): boolean {
  const parts = ({ task: { network, recipe }, execution: { precision } }: Study): string =>
    JSON.stringify({ network, recipe, precision });
  return (
    parts(study) === parts(wanted) &&
    isSameData(study.task.dataset, wanted.task.dataset, datasetHash, knownHash)
  );
}

function isSameData(
  one: DatasetReference,
  other: DatasetReference,
  hash: string | null,
  knownHash: string | null,
): boolean {
  const options = (dataset: DatasetReference): string => JSON.stringify({ ...dataset, path: '' });
  if (options(one) !== options(other)) return false;
  if (hash !== null && knownHash !== null) return hash === knownHash;
  const isSamePlace = !('path' in one) || ('path' in other && one.path === other.path);
  return isSamePlace || fixedKinds.has(one.kind);
}

/** Whether two variants vary the same of what can change anything, and both or neither have implementation noise. */
function meansTheSame(one: Variant, other: Variant, task: Task): boolean {
  const isNoisy = ({ implementation }: Variant): boolean => implementation !== 'deterministic';
  return (
    isNoisy(one) === isNoisy(other) &&
    JSON.stringify(one.perturbation) === JSON.stringify(other.perturbation) &&
    effectiveSources(task)
      .filter(({ effective }) => effective)
      .every(({ source }) => one.sources[source] === other.sources[source])
  );
}
