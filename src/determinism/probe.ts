import { availableParallelism } from 'node:os';
import type { TrialRequest, TrialResult } from '../scheduling/trial.ts';
import type { ExecutionConfiguration } from '../study/execution.ts';

/** Processes that are compared under each condition. */
const runsPerCondition = 2;

/** One execution configuration that is probed. */
export interface ProbeCondition {
  name: string;
  execution: ExecutionConfiguration;
}

export interface ProbeRow {
  name: string;
  execution: ExecutionConfiguration;
  /** Whether separate processes came out bit-identical. */
  repeatable: boolean;
  /** Whether they came out bit-identical to those of the first condition. */
  sameAsDefault: boolean;
  /** Tensors that differ from the first condition's, of how many. */
  differingTensors: number;
  tensors: number;
  /** Loss of the last step; null where it is not finite. */
  loss: number | null;
}

export interface ProbeReport {
  steps: number;
  machine: TrialResult['machine'];
  dataset: string;
  rows: ProbeRow[];
  /** What it means, in a sentence. */
  verdict: string;
}

/**
 * What is probed: the configuration itself, then the same with one thing changed.
 * @param base the configuration that a study would use.
 */
export function probeConditions(base: ExecutionConfiguration): ProbeCondition[] {
  const conditions: ProbeCondition[] = [
    { name: 'as configured', execution: base },
    {
      name: base.deterministicOps ? 'deterministic kernels not asked for' : 'deterministic kernels asked for',
      execution: { ...base, deterministicOps: !base.deterministicOps },
    },
  ];
  if (base.device === 'cpu') {
    const counts = [1, 2, availableParallelism()].filter((count) => count !== base.threads);
    for (const threads of new Set(counts)) {
      conditions.push({
        name: `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
        execution: { ...base, threads },
      });
    }
    conditions.push({
      name: base.oneDnn ? 'oneDNN off' : 'oneDNN on',
      execution: { ...base, oneDnn: !base.oneDnn },
    });
  }
  return conditions;
}

/**
 * Takes the same steps in separate processes under each condition and compares the fingerprints of all tensors.
 * @param runTrial runs a trial in a process of its own.
 * @param onCondition told before each condition, counted from 0.
 */
export async function probe(options: {
  request: Omit<TrialRequest, 'execution' | 'seconds'>;
  base: ExecutionConfiguration;
  runTrial: (request: TrialRequest) => Promise<TrialResult>;
  onCondition: (condition: ProbeCondition, position: number, count: number) => void;
}): Promise<ProbeReport> {
  const conditions = probeConditions(options.base);
  const rows: ProbeRow[] = [];
  let reference: TrialResult | undefined;
  for (const [position, condition] of conditions.entries()) {
    options.onCondition(condition, position, conditions.length);
    const request = { ...options.request, execution: condition.execution, seconds: 0 };
    const results: TrialResult[] = [];
    for (let run = 0; run < runsPerCondition; run += 1) {
      results.push(await options.runTrial(request));
    }
    const [first] = results;
    if (first === undefined) {
      continue;
    }
    reference ??= first;
    const differing = countDiffering(first.fingerprints, reference.fingerprints);
    rows.push({
      name: condition.name,
      execution: condition.execution,
      repeatable: results.every((result) => countDiffering(result.fingerprints, first.fingerprints) === 0),
      sameAsDefault: differing === 0,
      differingTensors: differing,
      tensors: first.fingerprints.length,
      loss: first.loss,
    });
  }
  return {
    steps: options.request.steps,
    machine: reference?.machine ?? null,
    dataset: reference?.dataset.name ?? '',
    rows,
    verdict: verdictOf(rows),
  };
}

function countDiffering(left: readonly number[], right: readonly number[]): number {
  return left.filter((value, tensor) => value !== right[tensor]).length;
}

function verdictOf(rows: readonly ProbeRow[]): string {
  const unrepeatable = rows.filter((row) => !row.repeatable).map((row) => row.name);
  const different = rows.filter((row) => row.repeatable && !row.sameAsDefault).map((row) => row.name);
  const repeats =
    unrepeatable.length === 0
      ? 'Under every condition, separate processes came out bit-identical.'
      : `Separate processes came out different under: ${unrepeatable.join('; ')}.`;
  const changes =
    different.length === 0
      ? 'No change of configuration changed a bit.'
      : `The numbers themselves change with: ${different.join('; ')}. Runs under different configurations are not comparable bit for bit.`;
  return `${repeats} ${changes}`;
}
