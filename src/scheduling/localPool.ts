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
  /** Where it computes, as an execution configuration names it. */
  device: string;
  environment: Readonly<Record<string, string>>;
}

export interface PoolListener {
  /**
   * Gives the next job, or null when there is none left.
   * @param device the one that the job is to run on; null where lanes are bound to none.
   */
  next(device: string | null): Promise<ReplicateJob | null>;
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
  readonly #devices: readonly string[];
  /** By their numbers, from 0. */
  readonly #lanes = new Map<number, Promise<void>>();
  /** How often {@link lookAgain} was called. */
  #looks = 0;
  #listener: PoolListener | null = null;
  #failure: { reason: unknown } | null = null;
  #stopping = false;
  #isOver = false;

  /**
   * @param parallel how many processes run at once, at least 1; it changes only speed, never results.
   * @param devices what the lanes are bound to, one after the other; none binds none.
   */
  constructor(command: ReplicateCommand, parallel: number, devices: readonly string[] = []) {
    this.#command = command;
    this.#parallel = parallel;
    this.#devices = devices;
  }

  /** Runs jobs until there is none left or {@link stop} was called. Rejects with the first error of the listener. */
  async run(listener: PoolListener): Promise<void> {
    this.#listener = listener;
    this.lookAgain();
    while (this.#lanes.size > 0) {
      await Promise.all(this.#lanes.values());
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
      const number = this.#freeLane();
      const lane = this.#runLane(listener, this.#devices[number % this.#devices.length] ?? null);
      this.#lanes.set(
        number,
        lane.finally(() => this.#lanes.delete(number)),
      );
    }
  }

  /** The first that is not at work: so work that is less than the lanes is spread over the devices. */
  #freeLane(): number {
    let number = 0;
    while (this.#lanes.has(number)) number += 1;
    return number;
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

  async #runLane(listener: PoolListener, device: string | null): Promise<void> {
    try {
      while (!this.#stopping) {
        const looks = this.#looks;
        const job = await listener.next(device);
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
