import { defineStore } from 'pinia';
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { applyRunChanges, type RunChange, type RunState } from '../../src/contract/runState.ts';
import { Gatherer } from '../host/changes.ts';
import { useConnection, type StudioClient } from '../host/connection.ts';
import { asNoisefloorError, useQuery } from '../host/query.ts';
import { CellMaker, type RunCell } from '../measures/runCells.ts';
import { remainingSeconds, standingOf } from '../measures/runProgress.ts';
import { valueAt } from '../measures/reading.ts';
import { useOpenStudy } from './openStudy.ts';
import { isActive, useRuns } from './runs.ts';
import { useSelection } from './selection.ts';
import { useStudies } from './studies.ts';
import { useToasts } from './toasts.ts';

/** An epoch is in the library within about a second; reading a large study again takes its time, so that it rests longer. */
const settleMilliseconds = 1_300;
const restFactor = 5;

/** The run of the selected study, followed while it goes on, and what a person can do with it. */
export const useOpenRun = defineStore('openRun', () => {
  const { client } = useConnection();
  const selection = useSelection();
  const open = useOpenStudy();
  const runs = useRuns();
  const studies = useStudies();
  const toasts = useToasts();
  const run = shallowRef<RunState | null>(null);
  const now = ref(Date.now());
  const isBusy = ref(false);
  const listed = computed(() => runs.of(selection.current.study));
  const active = computed(() => {
    const state = run.value;
    return state !== null && state.study.id === selection.current.study && isActive(state) ? state : null;
  });

  /** A run that is over, after whose end the library has been read. */
  const settled = shallowRef<RunState | null>(null);
  /** What the run knows better than the library as it was read last. */
  const news = computed(
    () =>
      active.value ??
      (run.value?.study.id === selection.current.study && run.value !== settled.value ? run.value : null),
  );

  const gatherer = new Gatherer<RunChange>((changes) => {
    if (run.value === null) return;
    run.value = applyRunChanges(run.value, changes);
    if (changes.some(({ type }) => type === 'epoch' || type === 'ended')) readSoon();
  });

  async function follow(host: StudioClient, study: string, signal: AbortSignal): Promise<void> {
    try {
      for await (const event of host.runs.watch({ study }, { signal })) {
        if (event.type === 'state') {
          gatherer.clear();
          run.value = event.state;
        } else gatherer.add(event);
      }
    } catch (thrown) {
      // The connection is made again, and then the run is followed again.
      const { code } = asNoisefloorError(thrown);
      if (code === 'run-unknown') run.value = null;
    }
    if (signal.aborted) return;
    gatherer.flush();
    const over = run.value;
    await read();
    settled.value = over;
    await Promise.all([runs.query.reload(), studies.query.reload()]);
  }

  let following = new AbortController();
  watch(
    () => [client.value, selection.current.study, listed.value?.startedAt ?? null] as const,
    ([host, study, startedAt], before) => {
      following.abort();
      following = new AbortController();
      if (before !== undefined && before[1] !== study) {
        gatherer.clear();
        run.value = null;
      }
      if (host === null || study === null) return;
      if (startedAt === null) run.value = runs.isKnown ? null : run.value;
      else void follow(host, study, following.signal);
    },
    { immediate: true },
  );

  let reading: ReturnType<typeof setTimeout> | null = null;
  let restUntil = 0;
  function readSoon(): void {
    reading ??= setTimeout(() => void read(), Math.max(settleMilliseconds, restUntil - Date.now()));
  }
  async function read(): Promise<void> {
    if (reading !== null) clearTimeout(reading);
    reading = null;
    const from = Date.now();
    await open.query.reload();
    restUntil = Date.now() + restFactor * (Date.now() - from);
  }
  watch(
    () => active.value !== null,
    (isFollowed) => {
      open.isFollowed = isFollowed;
      now.value = Date.now();
    },
    { immediate: true },
  );

  const clock = setInterval(() => {
    if (active.value !== null) now.value = Date.now();
  }, 1_000);
  onScopeDispose(() => {
    clearInterval(clock);
    if (reading !== null) clearTimeout(reading);
    following.abort();
  });

  /** The last test accuracy that the library holds of each replicate. */
  const accuracies = computed(() => {
    const last = new Map<string, number>();
    const metrics = open.query.value?.metrics;
    if (metrics === undefined) return last;
    const matrix = { epochs: metrics.epochs, values: metrics.testAccuracy };
    for (const [row, id] of metrics.replicates.entries()) {
      let value: number | null = null;
      for (let epoch = matrix.epochs - 1; epoch >= 0 && value === null; epoch--) {
        value = valueAt(matrix, row, epoch);
      }
      if (value !== null) last.set(id, value);
    }
    return last;
  });
  const epochs = computed(() => open.detail?.study.task.recipe.epochs ?? 0);
  const maker = new CellMaker();
  const cells = computed<readonly RunCell[]>(() =>
    maker.cells(open.replicates, epochs.value, accuracies.value, news.value),
  );
  const cellOf = computed(() => new Map(cells.value.map((cell) => [cell.id, cell])));

  // Who has its replicates is asked only where this host does not run it: another process may.
  const others = useQuery({
    key: () => (active.value === null ? selection.current.study : null),
    ask: (host, study, signal) => host.runs.elsewhere({ study }, { signal }),
  });
  watch(
    () => open.detail,
    () => {
      if (active.value === null) void others.reload();
    },
  );

  /** Does something with the run, once at a time. */
  async function act(what: (host: StudioClient, study: string) => Promise<unknown>): Promise<boolean> {
    const study = selection.current.study;
    const host = client.value;
    if (study === null || isBusy.value) return false;
    isBusy.value = true;
    const done = await toasts.attempt(async () => {
      if (host === null) throw new Error('There is no connection to the host at the moment.');
      await what(host, study);
      await runs.query.reload();
    });
    isBusy.value = false;
    return done;
  }

  function start(given: { retryFailed: boolean; only?: readonly string[] }): Promise<boolean> {
    return act((host, study) =>
      host.runs.start({
        ...{ study, parallel: null, preparation: null, retryFailed: given.retryFailed },
        only: given.only === undefined ? null : [...given.only],
      }),
    );
  }

  async function runAgain({ id }: RunCell): Promise<boolean> {
    return active.value?.phase === 'running'
      ? act((host, study) => host.runs.retryReplicate({ study, replicate: id }))
      : start({ retryFailed: true, only: [id] });
  }

  return {
    run: computed(() => (run.value?.study.id === selection.current.study ? run.value : null)),
    /** The study that all of this is about. */
    study: computed(() => selection.current.study),
    active,
    now,
    isBusy,
    epochs,
    cells,
    cellNamed: (id: string | null): RunCell | null => (id === null ? null : (cellOf.value.get(id) ?? null)),
    standing: computed(() => standingOf(cells.value)),
    remaining: computed(() => (active.value === null ? null : remainingSeconds(active.value, now.value))),
    elsewhere: computed(() => others.value.value ?? { alive: 0, left: 0 }),
    start,
    pause: (): Promise<boolean> => act((host, study) => host.runs.stop({ study })),
    cancel: (): Promise<boolean> => act((host, study) => host.runs.kill({ study })),
    /** Runs one replicate that failed, was cancelled or was not to run. */
    runAgain,
    /** Stops one replicate after its step, or keeps it from being started. */
    cancelOne: async (cell: RunCell): Promise<void> => {
      const isWaiting = cell.status === 'waiting';
      const done = await act((host, study) => host.runs.cancelReplicate({ study, replicate: cell.id }));
      const name = `${cell.variant} ${cell.index}`;
      if (!done) return;
      toasts.say(isWaiting ? `${name} is skipped.` : `${name} stops after the step at hand.`, async () => {
        await runAgain(cell);
      });
    },
  };
});
