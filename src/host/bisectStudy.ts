import {
  compareSteps,
  differenceOf,
  differingTensors,
  growthSteps,
  relativeDistance,
  remedyOf,
  varyingOutputs,
  type Bisection,
  type DifferingOperation,
} from '../determinism/bisect.ts';
import type { Certificate, Parting } from '../determinism/certificate.ts';
import type { LibraryClient } from '../library/client.ts';
import type { Replicate } from '../library/replicates.ts';
import type { ReplayProcess } from '../scheduling/replayProcess.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { WorkOrder } from '../study/replicate.ts';
import { isImported } from './machine.ts';

/** Further steps whose growth is looked at, unless fewer are trained. */
const mostGrowthSteps = 1000;

/** Starts the process that replays a replicate. */
export type ReplayStarter = (order: WorkOrder) => Promise<ReplayProcess>;

/** Which two replicates are looked at: by default the first that part, of a variant in which least varies. */
export interface BisectChoice {
  readonly variant?: string | undefined;
  /** Within the variant, from 0: the one that is compared with the first. */
  readonly replicate?: number | undefined;
}

/**
 * Replays two replicates to the step at which they part, and finds the first op whose outputs differ.
 * @param certificate of the study.
 * @param onStage told what is being done, in words.
 * @throws NoisefloorError `nothing-parts`, `bisect-impossible` where they were trained elsewhere or nothing tells the step,
 *   `variant-unknown`, and what the processes throw.
 */
export async function bisectStudy(options: {
  library: LibraryClient;
  certificate: Certificate;
  choice: BisectChoice;
  startReplay: ReplayStarter;
  onStage: (stage: string) => void;
}): Promise<Bisection> {
  const { library, certificate, startReplay, onStage } = options;
  const { variant, parting, step } = chosenParting(certificate, options.choice);
  const replicates = await library.replicates(certificate.study.id);
  const pair = [parting.from, parting.replicate].map((index) => replicateOf(replicates, variant, index));
  const [one, other] = pair;
  if (one === undefined || other === undefined)
    throw new Error('A certificate names replicates that there are.');
  onStage(`${variant}: replaying replicates ${one.index + 1} and ${other.index + 1} to step ${step}`);
  const sides: ReplayProcess[] = [];
  try {
    const starts = await Promise.allSettled([one, other].map(({ workOrder }) => startReplay(workOrder)));
    for (const start of starts) if (start.status === 'fulfilled') sides.push(start.value);
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
    const [left, right] = sides;
    if (left === undefined || right === undefined) throw new Error('Two processes were started.');
    const both = new Sides(left, right);
    const found = await lookAtStep(
      both,
      step,
      [await recordedRows(library, one.id, step), await recordedRows(library, other.id, step)],
      onStage,
    );
    onStage('watching the difference grow');
    const last = Math.min(lastStepOf(await library.fingerprints(one.id)), step + mostGrowthSteps);
    const growth: { step: number; distance: number }[] = [];
    for (const after of growthSteps(step, Math.max(step, last))) {
      await both.ask('advanced', { type: 'advance', step: after + 1 });
      const [ours, theirs] = await both.ask('state', { type: 'state' });
      growth.push({ step: after, distance: relativeDistance(ours.tensors, theirs.tensors) });
    }
    return {
      ...{ study: certificate.study, variant, replicates: [one.index, other.index], step },
      ...found,
      ...{ growth, explanation: parting.explanation, remedy: remedyOf(parting) },
    };
  } finally {
    for (const side of sides) side.close();
  }
}

/** Both processes, asked the same at the same time. */
class Sides {
  readonly left: ReplayProcess;
  readonly right: ReplayProcess;

  constructor(left: ReplayProcess, right: ReplayProcess) {
    this.left = left;
    this.right = right;
  }

  ask<Type extends Parameters<ReplayProcess['ask']>[0]>(
    type: Type,
    request: Parameters<ReplayProcess['ask']>[1],
  ): Promise<
    [Awaited<ReturnType<typeof this.left.ask<Type>>>, Awaited<ReturnType<typeof this.left.ask<Type>>>]
  > {
    return Promise.all([this.left.ask(type, request), this.right.ask(type, request)]);
  }
}

type Found = Omit<
  Bisection,
  'study' | 'variant' | 'replicates' | 'step' | 'growth' | 'explanation' | 'remedy'
>;

/** Fingerprints before the step and after it, as they were recorded. */
interface RecordedRows {
  readonly before: readonly number[] | null;
  readonly after: readonly number[] | null;
}

async function lookAtStep(
  both: Sides,
  step: number,
  recorded: readonly [RecordedRows, RecordedRows],
  onStage: (stage: string) => void,
): Promise<Found> {
  const reached = await both.ask('advanced', { type: 'advance', step });
  const states = await both.ask('state', { type: 'state' });
  const before = differingTensors(states[0].tensors, states[1].tensors);
  onStage('looking at every op of the step');
  const observed = await both.ask('observed', { type: 'observe' });
  const sameBatch = reached[0].batchHash === reached[1].batchHash;
  const varying = observed.flatMap(varyingOutputs);
  const isReproduced = (side: 0 | 1): boolean =>
    isSame(recorded[side].before, reached[side].fingerprints) &&
    isSame(recorded[side].after, observed[side].fingerprints);
  const compared = compareSteps(...observed);
  return {
    ...{ before, sameBatch, sameGraph: compared.sameGraph, compared: compared.compared },
    varying: varying.filter(({ name }, place) => varying.findIndex((each) => each.name === name) === place),
    reproduced: [isReproduced(0), isReproduced(1)],
    operation: before.length > 0 || !sameBatch ? null : await operationIn(both, compared),
  };
}

/** The op that differs, with both outputs compared number by number. */
async function operationIn(
  { left, right }: Sides,
  { first, sameInputs }: ReturnType<typeof compareSteps>,
): Promise<DifferingOperation | null> {
  if (first === null) return null;
  const [ours, theirs] = first;
  const [one, other] = await Promise.all([
    left.ask('value', { type: 'value', output: ours.name }),
    right.ask('value', { type: 'value', output: theirs.name }),
  ]);
  const { name, op, label = null, shape } = ours;
  const difference =
    one.values.length === other.values.length ? differenceOf(one.values, other.values) : null;
  return { ...{ name, op, label, shape, sameInputs }, difference };
}

function chosenParting(
  { variants, study }: Certificate,
  { variant: wanted, replicate }: BisectChoice,
): { variant: string; parting: Parting; step: number } {
  const known = variants.filter(
    ({ variant }) => wanted === undefined || variant.toUpperCase() === wanted.toUpperCase(),
  );
  if (known.length === 0) {
    throw new NoisefloorError(
      'variant-unknown',
      `${study.name} has no variant "${wanted ?? ''}". There are: ${variants.map(({ variant }) => variant).join(', ')}.`,
    );
  }
  const found = known.flatMap(({ variant, partings }) =>
    partings
      .filter((parting) => replicate === undefined || parting.replicate === replicate)
      .map((parting) => ({ variant, parting })),
  );
  // What varies on purpose explains itself: a difference that nobody asked for is looked at first.
  const [first] = found.toSorted(
    (one, other) => one.parting.seedDifferences.length - other.parting.seedDifferences.length,
  );
  if (first === undefined) {
    throw new NoisefloorError(
      'nothing-parts',
      `Nothing to look for: the replicates${wanted === undefined ? '' : ` of ${wanted}`} that were asked for are bit-identical to the first of their variant.`,
    );
  }
  const { step } = first.parting;
  if (step === null) {
    throw new NoisefloorError(
      'bisect-impossible',
      `No fingerprints tell at which step replicates ${first.parting.from + 1} and ${first.parting.replicate + 1} of ${first.variant} part, so there is no step to replay.`,
    );
  }
  return { ...first, step };
}

function replicateOf(
  replicates: readonly Replicate[],
  variant: string,
  index: number,
): Replicate | undefined {
  const found = replicates.find((each) => each.variant === variant && each.index === index);
  if (found !== undefined && (isImported(found.machine) || found.workOrder.program !== undefined)) {
    throw new NoisefloorError(
      'bisect-impossible',
      `${variant}, replicate ${index + 1}, was trained by another program, which cannot be replayed here.`,
    );
  }
  return found;
}

async function recordedRows(library: LibraryClient, id: string, step: number): Promise<RecordedRows> {
  const { epochs, tensors } = await library.fingerprints(id);
  const rowAt = (at: number): number[] | null => {
    const epoch = epochs.find(({ firstStep, steps }) => at >= firstStep && at < firstStep + steps);
    if (epoch === undefined) return null;
    const from = (at - epoch.firstStep) * tensors.length;
    return Array.from(epoch.fingerprints.subarray(from, from + tensors.length));
  };
  return { before: rowAt(step - 1), after: rowAt(step) };
}

function lastStepOf({ epochs }: Awaited<ReturnType<LibraryClient['fingerprints']>>): number {
  return Math.max(0, ...epochs.map(({ firstStep, steps }) => firstStep + steps - 1));
}

/** Whether what was replayed is what was recorded, as far as anything was. */
const isSame = (recorded: readonly number[] | null, replayed: readonly number[] | null): boolean =>
  recorded === null ||
  (replayed?.length === recorded.length && recorded.every((value, place) => value === replayed[place]));
