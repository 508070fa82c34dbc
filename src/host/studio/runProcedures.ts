import type { Implementation } from '../../contract/procedure.ts';
import type { StudioContract } from '../../contract/studio.ts';
import { claimExpiryMilliseconds } from '../../library/claims.ts';
import { mayBeAlive, parseProcessIdentity, processIdentity } from '../../results/processIdentity.ts';
import { NoisefloorError } from '../../study/errors.ts';
import type { Preparations } from './preparations.ts';
import { RunTask, type RunMeans } from './runTask.ts';
import { storedStudy } from './storedStudy.ts';

/** The runs of one host. They belong to it, whoever asked for them. */
export class Runs {
  readonly #means: RunMeans;
  readonly #preparations: Preparations;
  /** The last run of each study. */
  readonly #tasks = new Map<string, RunTask>();
  readonly #starting = new Set<string>();

  constructor(means: RunMeans, preparations: Preparations) {
    this.#means = means;
    this.#preparations = preparations;
  }

  /** @throws NoisefloorError `study-running` while this host runs, or prepares to run, a study. */
  refuseWhileRunning(study: string): void {
    if (this.#starting.has(study) || this.#tasks.get(study)?.isOver === false) {
      throw new NoisefloorError('study-running', 'This study is running here. Stop that first.', {
        details: { study },
      });
    }
  }

  /** Stops every run after the steps at hand, and waits for that. */
  async close(): Promise<void> {
    const tasks = [...this.#tasks.values()];
    for (const task of tasks) task.stop();
    await Promise.all(tasks.map(({ over }) => over));
  }

  /** The procedures of the contract. */
  procedures(): Implementation<StudioContract>['runs'] {
    return {
      list: () => {
        const items = [...this.#tasks.values()].map(({ state }) => ({
          study: state.study,
          phase: state.phase,
          startedAt: state.startedAt,
          endedAt: state.endedAt,
        }));
        return Promise.resolve({
          items: items.sort((left, right) => right.startedAt.localeCompare(left.startedAt)),
        });
      },
      start: async ({ study: id, parallel, devices, retryFailed, only, preparation }) => {
        this.refuseWhileRunning(id);
        this.#starting.add(id);
        try {
          const study = await storedStudy(this.#means.library, id);
          const prepared = this.#preparations.of(study.study, preparation);
          const asked = {
            ...{ study, devices, retryFailed, only, preparation: prepared },
            parallel: parallel ?? this.#knownParallel(id),
          };
          const task = new RunTask(this.#means, asked);
          this.#tasks.set(id, task);
          return task.state;
        } finally {
          this.#starting.delete(id);
        }
      },
      watch: ({ study }, { signal }) => this.#task(study).watch(signal),
      stop: ({ study }) => {
        this.#task(study).stop();
        return Promise.resolve(null);
      },
      kill: ({ study }) => {
        this.#task(study).kill();
        return Promise.resolve(null);
      },
      cancelReplicate: ({ study, replicate }) => {
        this.#task(study).cancelReplicate(replicate);
        return Promise.resolve(null);
      },
      retryReplicate: async ({ study, replicate }) => {
        const task = this.#task(study);
        const { excludedReason } = await this.#means.library.replicate(replicate);
        if (excludedReason !== null) {
          throw new NoisefloorError(
            'replicate-excluded',
            `Replicate ${replicate} is left out of this study (${excludedReason}). Count it again, then run it.`,
          );
        }
        task.retryReplicate(replicate);
        return null;
      },
      elsewhere: async ({ study }) => {
        await storedStudy(this.#means.library, study);
        return this.#elsewhere(study);
      },
    };
  }

  /** How many ran at once before, where several did: it need not be measured again. */
  #knownParallel(study: string): number | null {
    const before = this.#tasks.get(study)?.state.parallel ?? 0;
    return before > 1 ? before : null;
  }

  async #elsewhere(study: string): Promise<{ alive: number; left: number }> {
    const here = JSON.stringify(processIdentity());
    const counts = { alive: 0, left: 0 };
    for (const claim of await this.#means.library.replicateClaims(study)) {
      if (claim.host === here) continue;
      const host = parseProcessIdentity(claim.host);
      const isAlive =
        Date.now() - claim.heartbeat < claimExpiryMilliseconds && (host === null || mayBeAlive(host));
      counts[isAlive ? 'alive' : 'left'] += 1;
    }
    return counts;
  }

  #task(study: string): RunTask {
    const task = this.#tasks.get(study);
    if (task === undefined) {
      throw new NoisefloorError('run-unknown', 'This studio has not run that study since it was started.', {
        details: { study },
      });
    }
    return task;
  }
}
