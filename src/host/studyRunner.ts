import { existsSync, mkdirSync } from 'node:fs';
import type { LibraryClient } from '../library/client.ts';
import type { Replicate } from '../library/replicates.ts';
import { orderPath, prepareResultFolder } from '../results/folder.ts';
import { isFolderInUse } from '../results/lock.ts';
import { mayBeAlive, parseProcessIdentity, processIdentity } from '../results/processIdentity.ts';
import { LocalPool, type ReplicateJob } from '../scheduling/localPool.ts';
import type { ReplicateCommand, ReplicateExit } from '../scheduling/replicateProcess.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { ExecutionConfiguration } from '../study/execution.ts';
import { ingestReplicate } from './ingest.ts';
import type { RunEvent, RunListener } from './runEvents.ts';

/** How often a host says that it is alive, and takes in what its replicates have recorded, in milliseconds. */
const heartbeatInterval = 5000;
const ingestInterval = 1000;
/** How often a replicate that an earlier host left running is looked at, in milliseconds. */
const adoptionInterval = 500;
/** A crashed replicate is started again so many times. */
const retries = 1;

/** How the processes of a study are started; who composes the program knows. */
export interface StudyProcesses {
  replicate: ReplicateCommand;
  environmentFor: (configuration: ExecutionConfiguration) => Record<string, string>;
}

/** Runs the unfinished replicates of one study; used once. */
export class StudyRunner {
  readonly #library: LibraryClient;
  readonly #studyId: string;
  readonly #processes: StudyProcesses;
  readonly #onEvent: RunListener;
  readonly #pool: LocalPool;
  readonly #hostName = JSON.stringify(processIdentity());
  readonly #crashes = new Map<string, number>();
  /** Replicates this host has, and their folders, from claim to release. */
  readonly #held = new Map<string, Replicate>();
  /** One ingestion at a time, so that the library's thread is not flooded. */
  #ingesting: Promise<void> = Promise.resolve();
  #failure: Error | null = null;
  #stopping = false;

  /** @param options.parallel how many replicates run at once. */
  constructor(options: {
    library: LibraryClient;
    studyId: string;
    processes: StudyProcesses;
    parallel: number;
    onEvent: RunListener;
  }) {
    this.#library = options.library;
    this.#studyId = options.studyId;
    this.#processes = options.processes;
    this.#onEvent = options.onEvent;
    this.#pool = new LocalPool(options.processes.replicate, options.parallel);
  }

  /**
   * Runs until no replicate is left that this host could run, or {@link stop} was called.
   * @param retryFailed whether replicates that failed before are tried again.
   * @throws NoisefloorError when results cannot be taken in, or replicates not be started; what runs is stopped first.
   */
  async run(retryFailed: boolean): Promise<void> {
    await this.#releaseDeadHosts();
    const heartbeat = setInterval(() => {
      this.#library.heartbeat(this.#hostName).catch(this.#fail);
    }, heartbeatInterval);
    let ingested = true;
    const ingestion = setInterval(() => {
      if (ingested) {
        ingested = false;
        void this.#queueIngestion([...this.#held.values()]).then(() => {
          ingested = true;
        });
      }
    }, ingestInterval);
    try {
      await this.#pool.run({
        next: () => this.#next(retryFailed),
        started: (job) => {
          this.#tell({ type: 'started', replicate: job.id, attempt: (this.#crashes.get(job.id) ?? 0) + 1 });
        },
        message: (job, message) => {
          this.#tell({ ...message, replicate: job.id });
        },
        ended: (job, exit) => this.#ended(job.id, exit),
      });
      await this.#ingesting;
    } finally {
      clearInterval(heartbeat);
      clearInterval(ingestion);
      for (const id of this.#held.keys()) {
        await this.#library.releaseReplicate(id, this.#hostName).catch(this.#fail);
      }
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

  /** Ends what runs at once; finished epochs are kept all the same. */
  kill(): void {
    this.#stopping = true;
    this.#pool.kill();
  }

  /** Claims the next replicate, makes its folder, and waits for a process that an earlier host left in it. */
  async #next(retryFailed: boolean): Promise<ReplicateJob | null> {
    while (!this.#stopping) {
      const replicate = await this.#library.claimNext(this.#studyId, this.#hostName, { retryFailed });
      if (replicate === null) {
        return null;
      }
      this.#held.set(replicate.id, replicate);
      if (!existsSync(orderPath(replicate.folder))) {
        mkdirSync(replicate.folder, { recursive: true });
        prepareResultFolder(replicate.folder, replicate.workOrder);
      } else if (isFolderInUse(replicate.folder)) {
        await this.#adopt(replicate);
        continue;
      }
      return {
        id: replicate.id,
        folder: replicate.folder,
        environment: this.#processes.environmentFor(replicate.workOrder.execution),
      };
    }
    return null;
  }

  /** Waits for a process that an earlier host started and that is still at work, and takes in what it records. */
  async #adopt(replicate: Replicate): Promise<void> {
    this.#tell({
      type: 'note',
      message: `${replicate.variant} ${replicate.index + 1} is still being trained by a process of an earlier run; waiting for it.`,
    });
    while (!this.#stopping && isFolderInUse(replicate.folder)) {
      await new Promise((resolve) => setTimeout(resolve, adoptionInterval));
    }
    await this.#queueIngestion([replicate]);
    await this.#release(replicate.id, null);
    const { status, exitReason } = await this.#library.replicate(replicate.id);
    if (status === 'finished' || status === 'diverged' || status === 'failed') {
      this.#tell({
        type: 'ended',
        replicate: replicate.id,
        outcome: status,
        reason: exitReason,
        retry: false,
      });
    }
  }

  async #ended(id: string, exit: ReplicateExit): Promise<void> {
    const replicate = this.#held.get(id);
    if (replicate === undefined) {
      throw new NoisefloorError(
        'replicate-unknown',
        `Replicate ${id} ended, but this host does not have it.`,
      );
    }
    await this.#queueIngestion([replicate]);
    if (exit.outcome !== 'crashed') {
      await this.#release(id, exit.outcome === 'failed' ? failedWithoutRecord(replicate) : null);
      const { exitReason } = await this.#library.replicate(id);
      const reason = exit.outcome === 'finished' ? null : exitReason;
      this.#tell({ type: 'ended', replicate: id, outcome: exit.outcome, reason, retry: false });
      return;
    }
    const crashes = (this.#crashes.get(id) ?? 0) + 1;
    this.#crashes.set(id, crashes);
    const retry = crashes <= retries && !this.#stopping;
    const how = exit.signal === null ? `exit code ${exit.exitCode ?? 'unknown'}` : `signal ${exit.signal}`;
    const reason = `its process ended with ${how}; what it printed is in ${replicate.folder}/output.log`;
    await this.#release(id, { status: retry || this.#stopping ? 'stopped' : 'failed', reason });
    this.#tell({ type: 'ended', replicate: id, outcome: 'crashed', reason, retry });
  }

  async #release(
    id: string,
    as: { status: 'failed' | 'stopped'; reason: string | null } | null,
  ): Promise<void> {
    await this.#library.releaseReplicate(id, this.#hostName, as);
    this.#held.delete(id);
  }

  /** Gives back what hosts of this machine had that are no more, so that nobody waits for their claims to expire. */
  async #releaseDeadHosts(): Promise<void> {
    for (const { id, claim } of await this.#library.replicates(this.#studyId)) {
      const host = claim === null ? null : parseProcessIdentity(claim.host);
      if (claim !== null && host !== null && !mayBeAlive(host)) {
        await this.#library.releaseReplicate(id, claim.host);
      }
    }
  }

  #queueIngestion(replicates: readonly Replicate[]): Promise<void> {
    this.#ingesting = this.#ingesting
      .then(async () => {
        for (const { folder } of replicates) {
          await ingestReplicate(this.#library, folder);
        }
      })
      .catch(this.#fail);
    return this.#ingesting;
  }

  /** Results that cannot be taken in must not be trained on unseen: everything stops, and the first error is reported. */
  readonly #fail = (error: unknown): void => {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.stop();
  };

  #tell(event: RunEvent): void {
    this.#onEvent(event);
  }
}

function failedWithoutRecord(replicate: Replicate): { status: 'failed'; reason: string } {
  return { status: 'failed', reason: `it failed; what it printed is in ${replicate.folder}/output.log` };
}
