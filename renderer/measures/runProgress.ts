import type { RunState } from '../../src/contract/runState.ts';
import type { CellStatus, RunCell } from './runCells.ts';
import { counted } from './format.ts';

/** How the replicates of a study stand together. */
export interface Standing {
  readonly replicates: number;
  readonly finished: number;
  /** Those that failed or diverged. */
  readonly broken: number;
  readonly failed: number;
  readonly training: number;
  /** Those that a run would still train. */
  readonly unfinished: number;
  /** Part of all epochs that need not be trained any more, 0 to 1. */
  readonly fraction: number;
  /** Of all that train, together. */
  readonly examplesPerSecond: number;
}

const isTraining = (status: CellStatus): boolean => status === 'running' || status === 'stopping';
const isUnfinished = (status: CellStatus): boolean =>
  isTraining(status) || status === 'planned' || status === 'waiting' || status === 'stopped';

export function standingOf(cells: readonly RunCell[]): Standing {
  const count = (fits: (status: CellStatus) => boolean): number =>
    cells.reduce((sum, { status }) => sum + (fits(status) ? 1 : 0), 0);
  const done = cells.reduce((sum, { status, fraction }) => sum + (isUnfinished(status) ? fraction : 1), 0);
  return {
    replicates: cells.length,
    finished: count((status) => status === 'finished'),
    broken: count((status) => status === 'failed' || status === 'diverged'),
    failed: count((status) => status === 'failed'),
    training: count(isTraining),
    unfinished: count(isUnfinished),
    fraction: cells.length === 0 ? 0 : done / cells.length,
    examplesPerSecond: cells.reduce((sum, cell) => sum + cell.examplesPerSecond, 0),
  };
}

/** Before so many seconds a pace is not one. */
const leastElapsed = 5;

/**
 * Seconds until the last replicate ends, at the pace of this run so far; starting processes, evaluating and recording
 * are in it. The last replicates do not fill all lanes, so that it is never less than the longest takes alone.
 * @returns null while that is unknown.
 */
export function remainingSeconds(run: RunState, now: number): number | null {
  if (run.phase !== 'running' || run.plannedAt === null || run.epochs === 0) return null;
  const elapsed = (now - Date.parse(run.plannedAt)) / 1000;
  let trained = -run.epochsBefore;
  let left = 0;
  let longest = 0;
  let training = 0;
  for (const { status, epoch, step, stepsPerEpoch } of run.replicates) {
    const done = Math.min(run.epochs, epoch + (stepsPerEpoch === null ? 0 : step / stepsPerEpoch));
    trained += done;
    if (status === 'running') training += 1;
    if (status !== 'running' && status !== 'waiting') continue;
    left += run.epochs - done;
    longest = Math.max(longest, run.epochs - done);
  }
  if (elapsed < leastElapsed || trained <= 0) return null;
  const lanes = Math.max(1, Math.min(run.parallel, Math.max(training, 1)));
  const pace = trained / elapsed;
  return Math.max(left / pace, (longest * lanes) / pace);
}

/** As precisely as a pace allows: `about 40 s`, `about 6 min`, `about 2 h 20 min`. */
export function remainingText(seconds: number): string {
  if (seconds < 10) return 'less than 10 s';
  if (seconds < 55) return `about ${Math.round(seconds / 10) * 10} s`;
  const minutes = seconds / 60;
  if (minutes < 20) return `about ${Math.round(minutes)} min`;
  if (minutes < 57.5) return `about ${Math.round(minutes / 5) * 5} min`;
  const tens = Math.round(minutes / 10) * 10;
  const hours = Math.floor(tens / 60);
  if (hours >= 48) return `about ${Math.round(minutes / 1440)} days`;
  if (hours >= 24) return `about ${Math.round(minutes / 60)} h`;
  return tens % 60 === 0 ? `about ${hours} h` : `about ${hours} h ${tens % 60} min`;
}

/** Whole numbers with three significant digits at most: 18,432 is 18,400. */
export function rate(perSecond: number): string {
  const rounded = Number(perSecond.toPrecision(3));
  return `${rounded.toLocaleString('en', { maximumFractionDigits: rounded < 10 ? 1 : 0 })} examples/s`;
}

/** What the page of a run says first, made of the numbers that it draws. */
export function runSentence(
  standing: Standing,
  {
    phase,
    remaining,
    elsewhere,
  }: {
    /** Null where this host has no run of the study under way. */
    phase: 'preparing' | 'running' | 'stopping' | null;
    remaining: number | null;
    /** Replicates that processes of other hosts have. */
    elsewhere: { readonly alive: number; readonly left: number };
  },
): string {
  const { replicates, finished, broken, training, unfinished, examplesPerSecond } = standing;
  const done = `${counted(finished, 'replicate')} of ${replicates.toLocaleString('en')} ${finished === 1 ? 'has' : 'have'} finished`;
  const lost = broken === 0 ? '' : `, ${broken} failed or diverged`;
  if (phase === 'preparing') {
    return finished === 0
      ? 'The run is being prepared: nothing is trained yet.'
      : `The run is being prepared. ${done}${lost}.`;
  }
  if (phase === 'stopping') {
    return training === 0
      ? `Pausing. ${done}${lost}.`
      : `Pausing: ${counted(training, 'replicate')} ${training === 1 ? 'stops' : 'stop'} after the step at hand. ${done}${lost}.`;
  }
  if (phase === 'running') {
    const pace = examplesPerSecond > 0 ? ` at ${rate(examplesPerSecond)} together` : '';
    const work =
      training === 0
        ? 'the next are being started'
        : `${training} ${training === 1 ? 'is' : 'are'} training${pace}`;
    const left =
      remaining === null
        ? 'how long it takes will be known after the first steps'
        : `${remainingText(remaining)} left`;
    return `${done}${lost}; ${work}; ${left}.`;
  }
  if (elsewhere.alive > 0) {
    return `Another process runs this study and has ${counted(elsewhere.alive, 'replicate')} in hand; this page follows what it records. ${done}${lost}.`;
  }
  if (unfinished === 0) {
    return broken === 0 ? `All ${counted(finished, 'replicate')} have finished.` : `${done}${lost}.`;
  }
  const rest = `${unfinished} can go on from the last epoch that each has finished`;
  return `${done}${lost}; ${rest}.`;
}
