import { availableParallelism, cpus } from 'node:os';
import { quantileOfSorted } from '../../analysis/quantile.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { ListedReplicate } from '../../library/replicates.ts';
import type { StudyDetail } from '../../library/studies.ts';
import { multiplyAdds } from '../../networks/networkSize.ts';
import type { DatasetFacts } from '../../study/datasetFacts.ts';
import type { Study } from '../../study/study.ts';
import { describedMachine } from '../machine.ts';

/**
 * Floating-point operations a second that training is taken to reach where nothing was measured: of one thread of a CPU, and of
 * a GPU. Small networks reach a fraction of it, large ones a few times as much.
 */
export const assumedOperations = { cpu: 40e9, gpu: 10e12 } as const;

/** Floating-point operations of a training step for each multiplication with its addition of the forward pass. */
const operationsOfStep = 6;

/** How long training takes, and how that is known. */
export interface TimeEstimate {
  /** Of training alone, all replicates together. */
  readonly seconds: number;
  /** `counted` from the network's operations, at an assumed speed: right to a factor of a few. */
  readonly basis: 'measured' | 'counted';
  /** Of one replicate. */
  readonly examplesPerSecond: number;
  /** Replicates at once. */
  readonly parallel: number;
  /** What was measured: so many replicates of this library; null where counted. */
  readonly replicates: number | null;
  /** Assumed of each replicate; null where measured. */
  readonly operationsPerSecond: number | null;
}

/**
 * How long so many epochs of training take.
 * @param epochs of all replicates together.
 */
export async function estimateTime(
  library: LibraryClient,
  study: Study,
  facts: DatasetFacts,
  epochs: number,
): Promise<TimeEstimate> {
  const isGpu = study.execution.device !== 'cpu';
  const { threads } = study.execution;
  const replicates = study.replicates * study.variants.length;
  const atOnce = isGpu ? 1 : Math.max(1, Math.floor(availableParallelism() / threads));
  const parallel = Math.min(replicates, atOnce);
  const measured = await measuredPaces(library, study, facts);
  const examples = epochs * facts.examples.train;
  if (measured.length > 0) {
    const examplesPerSecond = quantileOfSorted(measured.toSorted(), 0.5);
    return {
      ...{
        seconds: examples / (examplesPerSecond * parallel),
        basis: 'measured',
        examplesPerSecond,
        parallel,
      },
      ...{ replicates: measured.length, operationsPerSecond: null },
    };
  }
  const operationsPerSecond = isGpu ? assumedOperations.gpu : assumedOperations.cpu * threads;
  const work = operationsOfStep * multiplyAdds(study.task.network, facts.shape, facts.classes);
  const examplesPerSecond = operationsPerSecond / work;
  return {
    ...{ seconds: examples / (examplesPerSecond * parallel), basis: 'counted', examplesPerSecond, parallel },
    ...{ replicates: null, operationsPerSecond },
  };
}

/** Examples a second of replicates of the same network, images, batches and execution that were trained on this machine. */
async function measuredPaces(
  library: LibraryClient,
  study: Study,
  facts: DatasetFacts,
): Promise<Float64Array> {
  const paces: number[] = [];
  for (const { id, counts } of await library.listStudies()) {
    if (counts.finished === 0) continue;
    const detail = await library.study(id);
    if (!(await worksTheSame(library, detail, study, facts))) continue;
    for (const replicate of await library.listReplicates(id)) {
      const pace = paceOf(replicate, study);
      if (pace !== null) paces.push(pace);
    }
  }
  return Float64Array.from(paces);
}

async function worksTheSame(
  library: LibraryClient,
  { study: other, datasetHash }: StudyDetail,
  study: Study,
  facts: DatasetFacts,
): Promise<boolean> {
  const work = ({ task: { network, recipe }, execution: { precision, oneDnn } }: Study): string =>
    JSON.stringify([network, recipe.batchSize, recipe.gradientAccumulation ?? 1, precision, oneDnn]);
  if (datasetHash === null || work(other) !== work(study)) return false;
  const { identity } = await library.dataset(datasetHash);
  return JSON.stringify(identity['shape']) === JSON.stringify(facts.shape);
}

function paceOf(replicate: ListedReplicate, { execution }: Study): number | null {
  const { status, trainedExamples, trainSeconds, machine } = replicate;
  const isHere = describedMachine(machine).cpuModel === (cpus()[0]?.model.trim() ?? 'unknown');
  const isSameDevice =
    replicate.execution.device === execution.device && replicate.execution.threads === execution.threads;
  return status === 'finished' && isHere && isSameDevice && trainSeconds > 0
    ? trainedExamples / trainSeconds
    : null;
}
