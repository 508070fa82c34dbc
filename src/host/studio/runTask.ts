import { toWireError } from '../../contract/frames.ts';
import type { RunEvent } from '../../contract/runEvents.ts';
import { applyRunChange, newRunState, type RunChange, type RunState } from '../../contract/runState.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { StudyDetail } from '../../library/studies.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { continueStudy } from '../continueStudy.ts';
import type { Preparation, TrialRunner } from '../prepareStudy.ts';
import type { RunControl } from '../runStudy.ts';
import type { StudyProcesses } from '../studyRunner.ts';
import { Feed } from './feed.ts';

/** What a run needs of the program that it is part of. */
export interface RunMeans {
  library: LibraryClient;
  processes: StudyProcesses;
  runTrial: TrialRunner;
}

/** What a person asked for. */
export interface RunRequest {
  study: StudyDetail;
  parallel: number | null;
  devices: readonly number[] | null;
  retryFailed: boolean;
  only: readonly string[] | null;
  preparation: Preparation | null;
}

/** One run of a study: it has a state, tells of its changes, and can be ended. Nobody needs to watch it. */
export class RunTask {
  /** Settles when the run is over; never rejects. */
  readonly over: Promise<void>;
  readonly #feed: Feed<RunState, RunChange>;
  readonly #preparing = new AbortController();
  #state: RunState;
  #control: RunControl | null = null;

  constructor(means: RunMeans, request: RunRequest) {
    const { id, name } = request.study;
    this.#state = newRunState({ id, name }, new Date().toISOString());
    this.#feed = new Feed(() => this.#state, {
      canWait: ({ type }) => type === 'progress',
      replaces: (later, earlier) =>
        later.type === 'progress' && earlier.type === 'progress' && later.replicate === earlier.replicate,
    });
    this.over = this.#run(means, request);
  }

  get state(): RunState {
    return this.#state;
  }

  get isOver(): boolean {
    return this.#state.phase === 'ended' || this.#state.phase === 'failed';
  }

  /** The state, then every change until the run is over or the signal is aborted. */
  watch(signal: AbortSignal): AsyncIterable<{ type: 'state'; state: RunState } | RunChange> {
    return this.#feed.watch(signal);
  }

  /** Ends the run after the steps at hand; a preparation is given up. */
  stop(): void {
    if (this.isOver) return;
    if (this.#state.phase !== 'stopping') this.#enter('stopping', null);
    this.#preparing.abort();
    this.#control?.stop();
  }

  /** Ends the run at once. */
  kill(): void {
    this.stop();
    this.#control?.kill();
  }

  /**
   * Stops one replicate after its step, or does not start it; the others go on.
   * @throws NoisefloorError `run-unready`, `replicate-unknown`, `replicate-ended`.
   */
  cancelReplicate(id: string): void {
    const { control, status } = this.#steered(id);
    if (status === 'stopping') return;
    if (status !== 'waiting' && status !== 'running') {
      throw new NoisefloorError(
        'replicate-ended',
        `Replicate ${id} is not waiting or running: it is ${status}.`,
      );
    }
    control.cancelReplicate(id);
  }

  /**
   * Runs one replicate after all.
   * @throws NoisefloorError as {@link cancelReplicate}.
   */
  retryReplicate(id: string): void {
    const { control, status } = this.#steered(id);
    if (status === 'waiting' || status === 'running') return;
    if (status === 'finished' || status === 'diverged') {
      throw new NoisefloorError(
        'replicate-ended',
        `Replicate ${id} has ${status}; it would come out the same.`,
      );
    }
    control.retryReplicate(id);
  }

  #steered(id: string): { control: RunControl; status: RunState['replicates'][number]['status'] } {
    const replicate = this.#state.replicates.find((candidate) => candidate.id === id);
    if (this.#control === null || this.#state.phase !== 'running') {
      throw new NoisefloorError(
        'run-unready',
        'This study is not being trained at the moment. Run it first; then single replicates can be steered.',
      );
    }
    if (replicate === undefined) {
      throw new NoisefloorError('replicate-unknown', `This study has no replicate with the id ${id}.`);
    }
    return { control: this.#control, status: replicate.status };
  }

  async #run(means: RunMeans, request: RunRequest): Promise<void> {
    try {
      await continueStudy({
        ...means,
        ...request,
        onEvent: (event: RunEvent) => {
          this.#change(event);
        },
        onControl: (control) => {
          this.#control = control;
          if (this.#state.phase === 'stopping') control.stop();
        },
        signal: this.#preparing.signal,
      });
      this.#enter('ended', null);
    } catch (error) {
      const wasCancelled = error instanceof NoisefloorError && error.code === 'cancelled';
      if (wasCancelled) this.#enter('ended', null);
      else this.#enter('failed', error);
    } finally {
      this.#feed.close();
    }
  }

  #enter(phase: RunState['phase'], error: unknown): void {
    const wire = error === null ? null : toWireError(error);
    this.#change({ type: 'phase', phase, at: new Date().toISOString(), error: wire });
  }

  #change(change: RunChange): void {
    this.#state = applyRunChange(this.#state, change);
    this.#feed.publish(change);
  }
}
