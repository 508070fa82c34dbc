import type { ReplicateMessage } from './messages.ts';
import {
  startReplicate,
  type ReplicateCommand,
  type ReplicateExit,
  type RunningReplicate,
} from './replicateProcess.ts';

/** A replicate that is ready to run: its folder holds the work order. */
export interface ReplicateJob {
  id: string;
  folder: string;
  environment: Readonly<Record<string, string>>;
}

export interface PoolListener {
  /** Gives the next job, or null when there is none left. */
  next(): Promise<ReplicateJob | null>;
  started(job: ReplicateJob, pid: number | undefined): void;
  message(job: ReplicateJob, message: ReplicateMessage): void;
  /** Called once for each job that was started; the pool waits for it before it asks for another job. */
  ended(job: ReplicateJob, exit: ReplicateExit): Promise<void>;
}

/** Runs replicates in processes of this machine, a given number at a time. */
export class LocalPool {
  readonly #command: ReplicateCommand;
  readonly #parallel: number;
  readonly #running = new Map<string, RunningReplicate>();
  readonly #lanes = new Set<Promise<void>>();
  /** How often {@link lookAgain} was called. */
  #looks = 0;
  #listener: PoolListener | null = null;
  #failure: { reason: unknown } | null = null;
  #stopping = false;
  #isOver = false;

  /** @param parallel how many processes run at once, at least 1; it changes only speed, never results. */
  constructor(command: ReplicateCommand, parallel: number) {
    this.#command = command;
    this.#parallel = parallel;
  }

  /** Runs jobs until there is none left or {@link stop} was called. Rejects with the first error of the listener. */
  async run(listener: PoolListener): Promise<void> {
    this.#listener = listener;
    this.lookAgain();
    while (this.#lanes.size > 0) {
      await Promise.all(this.#lanes);
    }
    this.#isOver = true;
    if (this.#failure !== null) {
      throw this.#failure.reason;
    }
  }

  /** Whether nothing is run any more, whatever there is. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Asks for jobs with every lane that found none left, or is just asking: there may be one now. */
  lookAgain(): void {
    this.#looks += 1;
    const listener = this.#listener;
    while (listener !== null && !this.#isOver && !this.#stopping && this.#lanes.size < this.#parallel) {
      const lane: Promise<void> = this.#runLane(listener).finally(() => this.#lanes.delete(lane));
      this.#lanes.add(lane);
    }
  }

  /** Asks what runs for one job to stop after the step at hand; the other jobs go on. */
  stopJob(id: string): void {
    this.#running.get(id)?.stop();
  }

  /** Starts nothing more and asks what runs to stop after the step at hand. */
  stop(): void {
    this.#stopping = true;
    for (const replicate of this.#running.values()) {
      replicate.stop();
    }
  }

  /** Starts nothing more and ends what runs at once; finished epochs stay recorded. */
  kill(): void {
    this.#stopping = true;
    for (const replicate of this.#running.values()) {
      replicate.kill();
    }
  }

  async #runLane(listener: PoolListener): Promise<void> {
    try {
      while (!this.#stopping) {
        const looks = this.#looks;
        const job = await listener.next();
        if (job !== null) {
          await this.#runJob(job, listener);
        } else if (looks === this.#looks) {
          return;
        }
      }
    } catch (error) {
      // A listener that fails (a full disk, say) must not leave the other lanes starting new work.
      this.#failure ??= { reason: error };
      this.stop();
    }
  }

  async #runJob(job: ReplicateJob, listener: PoolListener): Promise<void> {
    const replicate = startReplicate({
      command: this.#command,
      folder: job.folder,
      environment: job.environment,
      onMessage: (message) => {
        listener.message(job, message);
      },
    });
    this.#running.set(job.id, replicate);
    listener.started(job, replicate.pid);
    if (this.#stopping) {
      replicate.stop();
    }
    const exit = await replicate.ended;
    this.#running.delete(job.id);
    await listener.ended(job, exit);
  }
}
