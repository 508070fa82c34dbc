import type { ReplicateState, RunState } from '../../src/contract/runState.ts';
import type { ReplicateRow } from '../stores/openStudy.ts';
import { metricValue } from './format.ts';
import { metricOf } from './metric.ts';

/** How a replicate stands, as the pages say it. `planned` has never run; `waiting` will, in the run at hand. */
export type CellStatus =
  | 'planned'
  | 'waiting'
  | 'running'
  | 'stopping'
  | 'finished'
  | 'stopped'
  | 'failed'
  | 'diverged'
  | 'excluded';

/** A replicate as the page of a run shows it: what the library holds, and what its run tells beyond that. */
export interface RunCell {
  readonly id: string;
  readonly variant: string;
  readonly index: number;
  readonly status: CellStatus;
  /** Finished epochs. */
  readonly epoch: number;
  /** Part of all its epochs that is trained, 0 to 1. */
  readonly fraction: number;
  readonly testAccuracy: number | null;
  readonly examplesPerSecond: number;
  readonly attempts: number;
  /** Why it ended as it did, where there is something to say. */
  readonly reason: string | null;
  /** Whether an earlier host started the process that trains it. */
  readonly adopted: boolean;
  /** Where it computes, or did: `cpu`, or which GPU. */
  readonly device: string;
}

/** What a status is called. */
export const statusWords: Record<CellStatus, string> = {
  planned: 'planned',
  waiting: 'waiting',
  running: 'training',
  stopping: 'stopping',
  finished: 'finished',
  stopped: 'stopped',
  failed: 'failed',
  diverged: 'diverged',
  excluded: 'excluded',
};

/** A replicate in words: `ALGO 3: training, 12 of 200 epochs, test accuracy 87.31 %`. */
export function cellWords(cell: RunCell, epochs: number): string {
  const { variant, index, status, adopted, epoch, testAccuracy } = cell;
  const standing = `${statusWords[status]}${adopted ? ', started by an earlier host' : ''}`;
  const accuracy =
    testAccuracy === null ? '' : `, test accuracy ${metricValue(metricOf('testAccuracy'), testAccuracy)}`;
  return `${variant} ${index}: ${standing}, ${epoch} of ${epochs} epochs${accuracy}`;
}

interface KeptCell {
  readonly row: ReplicateRow;
  readonly state: ReplicateState | undefined;
  readonly accuracy: number | null;
  readonly cell: RunCell;
}

/**
 * Makes the cells of a study again and again; a replicate of which nothing has changed keeps its cell, so that whoever
 * draws a thousand draws the few that have.
 */
export class CellMaker {
  #kept = new Map<string, KeptCell>();
  #epochs = 0;

  /**
   * The replicates of a study as they stand.
   * @param accuracies the last test accuracy that the library holds of a replicate, where there is one.
   * @param run the run under way; null where there is none, or it has not told of its replicates yet.
   */
  cells(
    rows: readonly ReplicateRow[],
    epochs: number,
    accuracies: ReadonlyMap<string, number>,
    run: RunState | null,
  ): RunCell[] {
    const live = new Map((run?.replicates ?? []).map((replicate) => [replicate.id, replicate]));
    const before = this.#epochs === epochs ? this.#kept : new Map<string, KeptCell>();
    this.#epochs = epochs;
    this.#kept = new Map(
      rows.map((row) => {
        const state = live.get(row.id);
        const accuracy = state?.testAccuracy ?? accuracies.get(row.id) ?? null;
        const known = before.get(row.id);
        const isSame = known?.row === row && known.state === state && known.accuracy === accuracy;
        return [
          row.id,
          isSame ? known : { row, state, accuracy, cell: cellOf(row, epochs, accuracy, state) },
        ];
      }),
    );
    return [...this.#kept.values()].map(({ cell }) => cell);
  }
}

function cellOf(
  row: ReplicateRow,
  epochs: number,
  testAccuracy: number | null,
  state: ReplicateState | undefined,
): RunCell {
  const told = state === undefined ? storedNews(row) : liveNews(row, state);
  return {
    id: row.id,
    variant: row.variant,
    index: row.index,
    status: row.excludedReason !== null && told.status !== 'running' ? 'excluded' : told.status,
    epoch: told.epoch,
    fraction: told.status === 'finished' ? 1 : Math.min(1, (told.epoch + told.within) / epochs),
    testAccuracy,
    examplesPerSecond: state?.examplesPerSecond ?? 0,
    attempts: row.attempts,
    reason: row.excludedReason ?? told.reason,
    adopted: state?.adopted === true && state.status === 'running',
    device: state?.device ?? row.device,
  };
}

interface News {
  readonly status: CellStatus;
  readonly epoch: number;
  /** Part of the epoch at hand. */
  readonly within: number;
  readonly reason: string | null;
}

function storedNews({ status, epochs, exitReason }: ReplicateRow): News {
  return { status, epoch: epochs, within: 0, reason: exitReason };
}

function liveNews(row: ReplicateRow, state: ReplicateState): News {
  const { epoch, step, stepsPerEpoch, reason } = state;
  const within = stepsPerEpoch === null ? 0 : Math.min(1, step / stepsPerEpoch);
  return { status: liveStatus(row, state), epoch, within, reason: reason ?? row.exitReason };
}

function liveStatus(row: ReplicateRow, { status, attempt }: ReplicateState): CellStatus {
  if (status === 'crashed') return 'failed';
  const hasBegun = row.attempts > 0 || attempt > 0;
  return status === 'stopped' && !hasBegun ? 'planned' : status;
}
