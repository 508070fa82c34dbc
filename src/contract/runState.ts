import { z } from 'zod';
import { errorSchema } from './frames.ts';
import { replicateOutcome, runEventSchema, type RunEvent } from './runEvents.ts';
import { list, measured } from './values.ts';

const replicateStateSchema = z.object({
  id: z.string(),
  variant: z.string(),
  index: z.int(),
  status: z.enum(['waiting', 'running', ...replicateOutcome.options]),
  /** The epoch at hand, counted from 0: as many are finished. */
  epoch: z.int(),
  /** Within the epoch at hand; 0 before its first. */
  step: z.int(),
  stepsPerEpoch: z.int().nullable(),
  examplesPerSecond: measured,
  /** After the last epoch that was finished in this run. */
  testAccuracy: measured.nullable(),
  attempt: z.int(),
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
      return plan(state, change);
    case 'started':
      return update(state, change.replicate, { status: 'running', attempt: change.attempt, step: 0 });
    case 'adopted':
      return update(state, change.replicate, { status: 'running', step: 0 });
    case 'progress': {
      const { epoch, step, stepsPerEpoch, examplesPerSecond } = change;
      return update(state, change.replicate, { epoch, step, stepsPerEpoch, examplesPerSecond });
    }
    case 'epoch':
      return update(state, change.replicate, {
        epoch: change.epoch + 1,
        step: 0,
        testAccuracy: change.testAccuracy,
      });
    case 'ended':
      return update(state, change.replicate, {
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
      reason: null,
    })),
  };
}

function update(state: RunState, id: string, change: Partial<ReplicateState>): RunState {
  const replicates = state.replicates.map((replicate) =>
    replicate.id === id ? { ...replicate, ...change } : replicate,
  );
  return { ...state, replicates };
}
