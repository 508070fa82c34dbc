import { z } from 'zod';
import { errorSchema } from './frames.ts';
import { replicateOutcome, runEventSchema, type RunEvent } from './runEvents.ts';
import { list, measured } from './values.ts';

const replicateStateSchema = z.object({
  id: z.string(),
  variant: z.string(),
  index: z.int(),
  /** `stopping` was cancelled, and waits for the step at hand. */
  status: z.enum(['waiting', 'running', 'stopping', ...replicateOutcome.options]),
  /** The epoch at hand, counted from 0: as many are finished. */
  epoch: z.int(),
  /** Within the epoch at hand; 0 before its first. */
  step: z.int(),
  stepsPerEpoch: z.int().nullable(),
  examplesPerSecond: measured,
  /** After the last epoch that was finished in this run. */
  testAccuracy: measured.nullable(),
  attempt: z.int(),
  /** Where it computes, such as `gpu:1`; not there before it is started in this run. */
  device: z.string().optional(),
  /** Whether an earlier host started the process that trains it. */
  adopted: z.boolean(),
  /** Why it ended as it did, where there is something to say. */
  reason: z.string().nullable(),
});
export type ReplicateState = z.infer<typeof replicateStateSchema>;

/** `stopping` waits for the steps at hand; `failed` could not go on, and `error` says why. */
export const runPhase = z.enum(['preparing', 'running', 'stopping', 'ended', 'failed']);

/** Everything known of a run: enough to draw it without having seen its events. */
export const runStateSchema = z.object({
  study: z.object({ id: z.string(), name: z.string() }),
  phase: runPhase,
  /** ISO 8601 times. */
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** When it was known what is to be trained; null until then. */
  plannedAt: z.string().nullable(),
  /** Epochs that all replicates together had finished before. */
  epochsBefore: z.int(),
  /** What is being prepared. */
  preparing: z.string().nullable(),
  notes: list(z.string()),
  replicates: list(replicateStateSchema),
  /** Of each replicate; 0 until it is planned. */
  epochs: z.int(),
  /** How many replicates run at once; 0 until it is planned. */
  parallel: z.int(),
  error: errorSchema.nullable(),
});
export type RunState = z.infer<typeof runStateSchema>;

/** A run's change of phase. */
const phaseEventSchema = z.object({
  type: z.literal('phase'),
  phase: runPhase,
  at: z.string(),
  error: errorSchema.nullable(),
});

export const runChangeSchema = z.discriminatedUnion('type', [phaseEventSchema, ...runEventSchema.options]);
export type RunChange = z.infer<typeof runChangeSchema>;

/** A run that has just been asked for. @param startedAt ISO 8601 time. */
export function newRunState(study: RunState['study'], startedAt: string): RunState {
  return {
    study,
    phase: 'preparing',
    startedAt,
    endedAt: null,
    plannedAt: null,
    epochsBefore: 0,
    preparing: null,
    notes: [],
    replicates: [],
    epochs: 0,
    parallel: 0,
    error: null,
  };
}

/** The state of a run after a change; a host and its windows compute the same. The old state is left as it is. */
export function applyRunChange(state: RunState, change: RunChange): RunState {
  return applyRunChanges(state, [change]);
}

/** The state of a run after changes, in order: the list of its replicates is copied once for all of them. */
export function applyRunChanges(state: RunState, changes: readonly RunChange[]): RunState {
  const draft: Draft = { state, replicates: null };
  for (const change of changes) draft.state = changed(draft, change);
  return draft.state;
}

/** A state that changes are being applied to, and its replicates where they are a copy already. */
interface Draft {
  state: RunState;
  replicates: ReplicateState[] | null;
}

function changed(draft: Draft, change: RunChange): RunState {
  const { state } = draft;
  switch (change.type) {
    case 'phase': {
      const isOver = change.phase === 'ended' || change.phase === 'failed';
      const { phase, error } = change;
      return { ...state, phase, error, preparing: null, endedAt: isOver ? change.at : null };
    }
    case 'preparing':
      return { ...state, preparing: change.message };
    case 'note':
      return { ...state, notes: [...state.notes, change.message] };
    case 'planned':
      draft.replicates = null;
      return plan(state, change);
    case 'started':
      return update(draft, change.replicate, {
        ...{ status: 'running', attempt: change.attempt, step: 0, adopted: false, reason: null },
        ...(change.device === undefined ? {} : { device: change.device }),
      });
    case 'adopted':
      return update(draft, change.replicate, { status: 'running', step: 0, adopted: true, reason: null });
    case 'stopping':
      return update(draft, change.replicate, { status: 'stopping' });
    case 'waiting':
      return update(draft, change.replicate, { status: 'waiting', reason: null });
    case 'progress': {
      const { epoch, step, stepsPerEpoch, examplesPerSecond } = change;
      return update(draft, change.replicate, { epoch, step, stepsPerEpoch, examplesPerSecond });
    }
    case 'epoch':
      return update(draft, change.replicate, {
        epoch: change.epoch + 1,
        step: 0,
        testAccuracy: change.testAccuracy,
      });
    case 'ended':
      return update(draft, change.replicate, {
        status: change.retry ? 'waiting' : change.outcome,
        reason: change.reason,
        examplesPerSecond: 0,
      });
  }
}

function plan(state: RunState, planned: Extract<RunEvent, { type: 'planned' }>): RunState {
  return {
    ...state,
    study: planned.study,
    phase: state.phase === 'preparing' ? 'running' : state.phase,
    plannedAt: planned.at,
    epochsBefore: planned.replicates.reduce((sum, { finishedEpochs }) => sum + finishedEpochs, 0),
    preparing: null,
    epochs: planned.epochs,
    parallel: planned.parallel,
    replicates: planned.replicates.map(({ id, variant, index, finishedEpochs, outcome }) => ({
      id,
      variant,
      index,
      status: outcome ?? 'waiting',
      epoch: finishedEpochs,
      step: 0,
      stepsPerEpoch: null,
      examplesPerSecond: 0,
      testAccuracy: null,
      attempt: 0,
      adopted: false,
      reason: null,
    })),
  };
}

function update(draft: Draft, id: string, change: Partial<ReplicateState>): RunState {
  const { state } = draft;
  const position = positionsOf(state.replicates).get(id);
  const replicate = position === undefined ? undefined : state.replicates[position];
  if (position === undefined || replicate === undefined) return state;
  if (draft.replicates === null) {
    draft.replicates = [...state.replicates];
    knownPositions.set(draft.replicates, positionsOf(state.replicates));
  }
  draft.replicates[position] = { ...replicate, ...change };
  return state.replicates === draft.replicates ? state : { ...state, replicates: draft.replicates };
}

/** Where each replicate stands in a list. A run keeps the order of its replicates, so that copies share the answer. */
const knownPositions = new WeakMap<readonly ReplicateState[], ReadonlyMap<string, number>>();

function positionsOf(replicates: readonly ReplicateState[]): ReadonlyMap<string, number> {
  let positions = knownPositions.get(replicates);
  if (positions === undefined) {
    positions = new Map(replicates.map(({ id }, position) => [id, position]));
    knownPositions.set(replicates, positions);
  }
  return positions;
}
