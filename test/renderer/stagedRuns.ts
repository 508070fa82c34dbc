import type { Implementation } from '../../src/contract/procedure.ts';
import {
  applyRunChange,
  applyRunChanges,
  newRunState,
  type RunChange,
  type RunState,
} from '../../src/contract/runState.ts';
import type { StudioContract } from '../../src/contract/studio.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import type { StagedStudy } from './stagedData.ts';

type Runs = Implementation<StudioContract>['runs'];
type Parts = Awaited<ReturnType<Implementation<StudioContract>['setup']['parts']>>['items'];

const startedAt = '2026-03-14T10:00:00.000Z';

/** The runs of a staged host: a test says what they tell. */
export class StagedRuns {
  readonly #called: (name: string) => void;
  readonly #states = new Map<string, RunState>();
  readonly #watchers = new Set<{ study: string; changes: RunChange[]; wake: () => void }>();
  readonly #logs = new Map<string, string>();
  elsewhere = { alive: 0, left: 0 };
  /** What happens when a page starts a run; a test begins one. */
  whenStarted = (): void => undefined;
  parts: Parts = [];

  constructor(called: (name: string) => void) {
    this.#called = called;
  }

  /** Forgets all of it. */
  reset(): void {
    this.#states.clear();
    this.#logs.clear();
    this.elsewhere = { alive: 0, left: 0 };
    this.parts = [];
    this.whenStarted = () => undefined;
  }

  /** Begins a run of a staged study, as if it had been planned so many seconds ago. */
  begin({ row, replicates, detail }: StagedStudy, seconds: number, changes: readonly RunChange[] = []): void {
    const at = new Date(Date.now() - 1000 * seconds).toISOString();
    const study = { id: row.id, name: row.name };
    const planned: RunChange = {
      type: 'planned',
      at,
      study,
      replicates: replicates.map(({ id, variant, index, epochs, status }) => ({
        ...{ id, variant, index, finishedEpochs: epochs },
        outcome: status === 'finished' || status === 'diverged' ? status : null,
      })),
      epochs: detail.study.task.recipe.epochs,
      parallel: 2,
    };
    this.#states.set(row.id, applyRunChanges(newRunState(study, at), [planned, ...changes]));
  }

  /** A run that is being prepared. */
  prepare({ row }: StagedStudy, message: string): void {
    const state = newRunState({ id: row.id, name: row.name }, startedAt);
    this.#states.set(row.id, applyRunChange(state, { type: 'preparing', message }));
  }

  tell(study: string, ...changes: RunChange[]): void {
    const state = this.#states.get(study);
    if (state === undefined) throw new Error(`There is no staged run of ${study}.`);
    this.#states.set(study, applyRunChanges(state, changes));
    for (const watcher of this.#watchers) {
      if (watcher.study !== study) continue;
      watcher.changes.push(...changes);
      watcher.wake();
    }
  }

  print(replicate: string, text: string): void {
    this.#logs.set(replicate, (this.#logs.get(replicate) ?? '') + text);
  }

  hasPrinted(replicate: string): boolean {
    return this.#logs.has(replicate);
  }

  log(
    replicate: string,
    from: number | null,
  ): Promise<{ text: string; from: number; next: number; size: number }> {
    const text = this.#logs.get(replicate) ?? '';
    const start = from ?? 0;
    return Promise.resolve({ text: text.slice(start), from: start, next: text.length, size: text.length });
  }

  implementation(): Runs {
    const state = (study: string): RunState => {
      const known = this.#states.get(study);
      if (known === undefined)
        throw new NoisefloorError('run-unknown', 'This studio has not run that study.');
      return known;
    };
    const phase = (study: string, phase: RunState['phase']): Promise<null> => {
      this.tell(study, { type: 'phase', phase, at: new Date().toISOString(), error: null });
      return Promise.resolve(null);
    };
    return {
      list: () =>
        Promise.resolve({
          items: [...this.#states.values()].map(({ study, phase: at, startedAt: from, endedAt }) => ({
            ...{ study, phase: at, startedAt: from, endedAt },
          })),
        }),
      start: ({ study, only }) => {
        this.#called(`runs.start${only === null ? '' : ` ${only.join(' ')}`}`);
        this.whenStarted();
        return Promise.resolve(state(study));
      },
      watch: ({ study }, { signal }) => this.#watch(study, state(study), signal),
      stop: ({ study }) => {
        this.#called('runs.stop');
        return phase(study, 'stopping');
      },
      kill: ({ study }) => {
        this.#called('runs.kill');
        return phase(study, 'ended');
      },
      cancelReplicate: ({ study, replicate }) => {
        this.#called(`runs.cancelReplicate ${replicate}`);
        const isRunning = state(study).replicates.find(({ id }) => id === replicate)?.status === 'running';
        this.tell(
          study,
          isRunning
            ? { type: 'stopping', replicate }
            : { type: 'ended', replicate, outcome: 'stopped', reason: null, retry: false },
        );
        return Promise.resolve(null);
      },
      retryReplicate: ({ study, replicate }) => {
        this.#called(`runs.retryReplicate ${replicate}`);
        this.tell(study, { type: 'waiting', replicate });
        return Promise.resolve(null);
      },
      elsewhere: () => Promise.resolve(this.elsewhere),
    };
  }

  async *#watch(
    study: string,
    state: RunState,
    signal: AbortSignal,
  ): AsyncGenerator<{ type: 'state'; state: RunState } | RunChange> {
    const watcher = { study, changes: [] as RunChange[], wake: (): void => undefined };
    this.#watchers.add(watcher);
    signal.addEventListener('abort', () => {
      watcher.wake();
    });
    yield { type: 'state', state };
    while (!signal.aborted) {
      yield* watcher.changes.splice(0);
      const phase = this.#states.get(study)?.phase;
      if (phase === undefined || phase === 'ended' || phase === 'failed') break;
      await new Promise<void>((resolve) => (watcher.wake = resolve));
    }
    this.#watchers.delete(watcher);
  }
}
