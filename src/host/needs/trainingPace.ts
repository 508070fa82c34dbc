import { availableParallelism, cpus } from 'node:os';
import { quantileOfSorted } from '../../analysis/quantile.ts';
import type { LibraryClient } from '../../library/client.ts';
import { multiplyAdds } from '../../networks/networkSize.ts';
import type { DatasetFacts } from '../../study/datasetFacts.ts';
import type { Study } from '../../study/study.ts';
import { describedMachine } from '../machine.ts';

/**
 * Floating-point operations a second that training is taken to reach where nothing was measured: on one thread of a CPU (six
 * networks reached 47 to 111 thousand million on one of 2023), and on a GPU, which was not tried.
 */
const assumedOperations = { cpu: 60e9, gpu: 10e12 } as const;

/** Floating-point operations of a training step for each multiplication with its addition of the forward pass. */
const operationsOfStep = 6;

/** How fast a replicate was trained on this machine. */
export interface MeasuredPace {
  /** Network, images, batches and execution, as text: what decides how fast it is. */
  readonly work: string;
  readonly examplesPerSecond: number;
}

/** How long training takes, and how that is known. */
export interface TimeEstimate {
  /** Of training alone, all replicates together. */
  readonly seconds: number;
  /** `counted` from the network's operations at an assumed speed: right to a factor of a few. */
  readonly basis: 'measured' | 'counted';
  /** Of one replicate. */
  readonly examplesPerSecond: number;
  /** Replicates at once. */
  readonly parallel: number;
  /** How many were measured; null where counted. */
  readonly replicates: number | null;
  /** Assumed of each replicate; null where measured. */
  readonly operationsPerSecond: number | null;
}

/**
 * How long so many epochs of training take.
 * @param epochs of all replicates together.
 * @param paces what {@link measuredPaces} found.
 */
export function estimateTime(
  study: Study,
  facts: DatasetFacts,
  epochs: number,
  paces: readonly MeasuredPace[],
): TimeEstimate {
  const { device, threads } = study.execution;
  const atOnce = device === 'cpu' ? Math.max(1, Math.floor(availableParallelism() / threads)) : 1;
  const parallel = Math.min(study.replicates * study.variants.length, atOnce);
  const examples = epochs * facts.examples.train;
  const same = paces.filter(({ work }) => work === workOf(study, study.execution, facts.shape));
  if (same.length > 0) {
    const sorted = same.map((pace) => pace.examplesPerSecond).toSorted((one, other) => one - other);
    const examplesPerSecond = quantileOfSorted(sorted, 0.5);
    const seconds = examples / (examplesPerSecond * parallel);
    const replicates = same.length;
    return { seconds, basis: 'measured', examplesPerSecond, parallel, replicates, operationsPerSecond: null };
  }
  const operationsPerSecond = device === 'cpu' ? assumedOperations.cpu * threads : assumedOperations.gpu;
  const work = operationsOfStep * multiplyAdds(study.task.network, facts.shape, facts.classes);
  const examplesPerSecond = operationsPerSecond / work;
  const seconds = examples / (examplesPerSecond * parallel);
  return { seconds, basis: 'counted', examplesPerSecond, parallel, replicates: null, operationsPerSecond };
}

/** How fast the finished replicates of a library were that were trained on a machine like this one. */
export async function measuredPaces(library: LibraryClient): Promise<MeasuredPace[]> {
  const paces: MeasuredPace[] = [];
  for (const { id, counts } of await library.listStudies()) {
    if (counts.finished === 0) continue;
    const { study, datasetHash } = await library.study(id);
    if (datasetHash === null) continue;
    const { identity } = await library.dataset(datasetHash);
    for (const { status, trainedExamples, trainSeconds, machine, execution } of await library.listReplicates(
      id,
    )) {
      const isHere = describedMachine(machine).cpuModel === (cpus()[0]?.model.trim() ?? 'unknown');
      if (status !== 'finished' || !isHere || trainSeconds <= 0) continue;
      const examplesPerSecond = trainedExamples / trainSeconds;
      paces.push({ work: workOf(study, execution, identity['shape']), examplesPerSecond });
    }
  }
  return paces;
}

function workOf(
  { task: { network, recipe } }: Study,
  {
    device,
    threads,
    precision,
    oneDnn,
  }: Pick<Study['execution'], 'device' | 'threads' | 'precision' | 'oneDnn'>,
  shape: unknown,
): string {
  const kind = device === 'cpu' ? 'cpu' : 'gpu';
  const batches = [recipe.batchSize, recipe.gradientAccumulation ?? 1];
  return JSON.stringify([network, shape, batches, kind, threads, precision, oneDnn]);
}
