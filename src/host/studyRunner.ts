import { existsSync } from 'node:fs';
import type { LibraryClient } from '../library/client.ts';
import { orderPath, prepareResultFolder } from '../results/folder.ts';
import { folderOwner } from '../results/lock.ts';
import { processIdentity } from '../results/processIdentity.ts';
import { LocalPool, type ReplicateJob } from '../scheduling/localPool.ts';
import { endOrphan } from '../scheduling/orphan.ts';
import type { ReplicateCommand, ReplicateExit } from '../scheduling/replicateProcess.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { ExecutionConfiguration } from '../study/execution.ts';
import type { NetworkReference } from '../study/task.ts';
import { releaseDeadHosts } from './deadHosts.ts';
import { gpuEnvironment } from './gpuLanes.ts';
import { Intake, type HeldReplicate } from './intake.ts';
import type { RunListener } from './runEvents.ts';

/** How often a host says that it is alive, in milliseconds. */
const heartbeatInterval = 5000;
/** How often a replicate that an earlier host left running is looked at, in milliseconds. */
const adoptionInterval = 500;
/** A crashed replicate is started again so many times. */
const retries = 1;

/** How the processes of a study are started; who composes the program knows. */
export interface StudyProcesses {
  replicate: ReplicateCommand;
  environmentFor: (
    configuration: ExecutionConfiguration,
    network: NetworkReference,
  ) => Record<string, string>;
}

/** Runs the unfinished replicates of one study; used once. */
export class StudyRunner {
  readonly #library: LibraryClient;
  readonly #studyId: string;
  readonly #processes: StudyProcesses;
  readonly #tell: RunListener;
  readonly #pool: LocalPool;
  readonly #hostName = JSON.stringify(processIdentity());
  readonly #crashes = new Map<string, number>();
  readonly #held = new Map<string, HeldReplicate>();
  /** Replicates that failed in this run: they are not tried again in it unless a person asks. */
  readonly #failed = new Set<string>();
  /** Replicates that a person has cancelled in this run. */
  readonly #cancelled = new Set<string>();
  /** Replicates that a person wants tried again though they failed. */
  readonly #retried = new Set<string>();
  /** The only ones to run; null is all. */
  readonly #only: Set<string> | null;
  readonly #intake: Intake;
  #failure: Error | null = null;
  #stopping = false;
  #killing = false;

  /**
   * @param options.parallel how many replicates run at once.
   * @param options.devices what replicates are spread over, as an execution configuration names it; none leaves each where its
   *   work order says.
   * @param options.only the ids of the replicates to run; null is all.
   */
  constructor(options: {
    library: LibraryClient;
    studyId: string;
    processes: StudyProcesses;
    parallel: number;
    devices?: readonly string[];
    only?: readonly string[] | null;
    onEvent: RunListener;
  }) {
    this.#library = options.library;
    this.#studyId = options.studyId;
    this.#processes = options.processes;
    this.#tell = options.onEvent;
    const only = options.only ?? null;
    this.#only = only === null ? null : new Set(only);
    this.#pool = new LocalPool(options.processes.replicate, options.parallel, options.devices);
    this.#intake = new Intake(options.library, options.onEvent, this.#fail);
  }

  /**
   * Runs until no replicate is left that this host could run, or {@link stop} was called.
   * @param retryFailed whether replicates that failed before are tried again.
   * @throws NoisefloorError when results cannot be taken in, or replicates not be started; what runs is stopped first.
   */
  async run(retryFailed: boolean): Promise<void> {
    await releaseDeadHosts(this.#library, this.#studyId);
    const heartbeat = setInterval(() => {
      this.#library.heartbeat(this.#hostName).catch(this.#fail);
    }, heartbeatInterval);
    const stopTaking = this.#intake.takeRegularly(() => [...this.#held.values()]);
    try {
      await this.#pool.run({
        next: (device) => this.#next(retryFailed, device),
        started: (job) => {
          const attempt = (this.#crashes.get(job.id) ?? 0) + 1;
          this.#tell({ type: 'started', replicate: job.id, attempt, device: job.device });
          if (this.#cancelled.has(job.id)) this.#stopOne(job.id);
        },
        message: (job, message) => {
          this.#tell({ ...message, replicate: job.id });
        },
        ended: (job, exit) => this.#ended(job.id, exit),
      });
      await this.#intake.rest();
    } finally {
      clearInterval(heartbeat);
      stopTaking();
      for (const id of this.#held.keys()) {
        await this.#library.releaseReplicate(id, this.#hostName).catch(this.#fail);
      }
      await this.#intake.close();
    }
    if (this.#failure !== null) {
      throw this.#failure;
    }
  }

  /** Starts nothing more and stops what runs after the step at hand; finished epochs are kept. */
  stop(): void {
    this.#stopping = true;
    this.#pool.stop();
  }

  /** Stops one replicate after the step at hand, or does not start it; the others go on. */
  cancel(id: string): void {
    this.#cancelled.add(id);
    if (this.#held.has(id)) {
      this.#stopOne(id);
    } else {
      this.#tell({ type: 'ended', replicate: id, outcome: 'stopped', reason: null, retry: false });
    }
  }

  /**
   * Runs a replicate after all that was cancelled, that failed, or that was not to run.
   * @throws NoisefloorError `run-unready` when the last replicate has just ended.
   */
  retry(id: string): void {
    if (this.#pool.isOver) {
      throw new NoisefloorError(
        'run-unready',
        'The run has just come to its end. Run the study again with this replicate.',
      );
    }
    this.#cancelled.delete(id);
    this.#failed.delete(id);
    this.#crashes.delete(id);
    this.#retried.add(id);
    this.#only?.add(id);
    // One that is just stopping says itself that it waits, as soon as it has.
    if (!this.#held.has(id)) {
      this.#tell({ type: 'waiting', replicate: id });
      this.#pool.lookAgain();
    }
  }

  /** Ends what runs at once; finished epochs are kept all the same. */
  kill(): void {
    this.#stopping = true;
    this.#killing = true;
    this.#pool.kill();
  }

  /** Claims the next replicate that is not found to have ended, and makes its folder. */
  async #next(retryFailed: boolean, device: string | null): Promise<ReplicateJob | null> {
    while (!this.#stopping) {
      const replicate = await this.#library.claimNext(this.#studyId, this.#hostName, {
        retryFailed,
        retry: [...this.#retried],
        except: [...this.#failed, ...this.#cancelled],
        ...(this.#only === null ? {} : { only: [...this.#only] }),
      });
      if (replicate === null) {
        return null;
      }
      const held = { replicate, adopted: false, damage: null };
      this.#held.set(replicate.id, held);
      if (this.#isGivenUp(replicate.id)) {
        await this.#release(held, null);
        continue;
      }
      if (!existsSync(orderPath(replicate.folder))) {
        prepareResultFolder(replicate.folder, replicate.workOrder);
      } else if (await this.#endedByItself(held)) {
        continue;
      }
      const { execution, task, program } = replicate.workOrder;
      const placed = device === null ? execution : { ...execution, device };
      return {
        ...{ id: replicate.id, folder: replicate.folder, device: placed.device },
        // What TensorFlow is told here would reach a program of one's own too, which may use it otherwise.
        environment:
          program === undefined
            ? this.#processes.environmentFor(placed, task.network)
            : gpuEnvironment(placed),
      };
    }
    return null;
  }

  /**
   * Takes in what is in the folder of a replicate, once no process of an earlier host is at work on it any more.
   * @returns whether it needs no process now: it has ended, or this run has. Then it was given back.
   */
  async #endedByItself(held: HeldReplicate): Promise<boolean> {
    const { id, folder } = held.replicate;
    await this.#waitForOrphan(held);
    await this.#intake.take([held]);
    const { status } = await this.#library.replicate(id);
    if (status === 'finished' || status === 'diverged') {
      await this.#giveBack(held, status, null);
      return true;
    }
    if (held.damage !== null) {
      await this.#giveBack(held, 'failed', held.damage);
      return true;
    }
    const isGivenUp = this.#isGivenUp(id);
    if (isGivenUp) {
      await this.#giveBack(held, 'stopped', `its process was asked to stop; its folder is ${folder}`);
    }
    return isGivenUp;
  }

  /** Waits for a process that an earlier host started and that is still at work; a run that ends, ends it. */
  async #waitForOrphan(held: HeldReplicate): Promise<void> {
    const { id, folder } = held.replicate;
    let owner = folderOwner(folder);
    if (owner === null) {
      return;
    }
    held.adopted = true;
    this.#tell({ type: 'adopted', replicate: id, process: { pid: owner.pid, host: owner.host } });
    while (owner !== null) {
      if (this.#isGivenUp(id) && !endOrphan(owner, this.#killing ? 'SIGKILL' : 'SIGTERM')) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, adoptionInterval));
      owner = folderOwner(folder);
    }
    await this.#intake.take([held]);
    held.adopted = false;
  }

  async #ended(id: string, exit: ReplicateExit): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) {
      throw new NoisefloorError(
        'replicate-unknown',
        `Replicate ${id} ended, but this host does not have it.`,
      );
    }
    const { folder } = held.replicate;
    await this.#intake.take([held]);
    if (held.damage !== null) {
      await this.#giveBack(held, 'failed', held.damage);
    } else if (exit.outcome === 'crashed') {
      await this.#crashed(held, exit);
    } else if (exit.outcome === 'failed' && folderOwner(folder) !== null) {
      // An earlier host's process took the folder before ours could.
      if (!(await this.#endedByItself(held))) {
        await this.#giveBack(held, 'stopped', 'its process ended; it is to be continued');
      }
    } else {
      const reason =
        exit.outcome === 'failed' ? `it failed; what it printed is in ${folder}/output.log` : null;
      await this.#giveBack(held, exit.outcome, reason);
    }
  }

  async #crashed(held: HeldReplicate, exit: ReplicateExit): Promise<void> {
    const { id, folder } = held.replicate;
    const crashes = (this.#crashes.get(id) ?? 0) + 1;
    this.#crashes.set(id, crashes);
    const isGivenUp = this.#isGivenUp(id);
    const retry = crashes <= retries && !isGivenUp;
    const how = exit.signal === null ? `exit code ${exit.exitCode ?? 'unknown'}` : `signal ${exit.signal}`;
    const reason = `its process ended with ${how}; what it printed is in ${folder}/output.log`;
    const status = retry || isGivenUp ? 'stopped' : 'failed';
    await this.#release(held, { status, reason });
    this.#tell({ type: 'ended', replicate: id, outcome: 'crashed', reason, retry });
  }

  /**
   * Gives back a replicate that has ended, and tells so.
   * @param reason where the replicate's own records give none.
   */
  async #giveBack(
    held: HeldReplicate,
    outcome: 'finished' | 'diverged' | 'failed' | 'stopped',
    reason: string | null,
  ): Promise<void> {
    const { id } = held.replicate;
    const failed = outcome === 'failed' || outcome === 'stopped';
    await this.#release(held, failed ? { status: outcome, reason } : null);
    const { exitReason } = await this.#library.replicate(id);
    const told = outcome === 'finished' ? null : exitReason;
    const retry = outcome === 'stopped' && !this.#isGivenUp(id);
    this.#tell({ type: 'ended', replicate: id, outcome, reason: told, retry });
    // Whoever wanted it again may have asked while it was still held.
    if (this.#retried.has(id)) this.#pool.lookAgain();
  }

  /** Whether a replicate is not to be trained on in this run. */
  #isGivenUp(id: string): boolean {
    return this.#stopping || this.#cancelled.has(id);
  }

  #stopOne(id: string): void {
    this.#tell({ type: 'stopping', replicate: id });
    this.#pool.stopJob(id);
  }

  async #release(
    { replicate: { id } }: HeldReplicate,
    as: { status: 'failed' | 'stopped'; reason: string | null } | null,
  ): Promise<void> {
    if (as?.status === 'failed') {
      this.#failed.add(id);
    }
    await this.#library.releaseReplicate(id, this.#hostName, as);
    this.#held.delete(id);
  }

  /** Results that cannot be taken in must not be trained on unseen: everything stops, and the first error is reported. */
  readonly #fail = (error: unknown): void => {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.stop();
  };
}
