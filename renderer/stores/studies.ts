import { defineStore } from 'pinia';
import { computed, onScopeDispose } from 'vue';
import { useConnection, type StudioClient } from '../host/connection.ts';
import { useQuery } from '../host/query.ts';
import { useSelection } from './selection.ts';
import { useToasts } from './toasts.ts';

export type StudyRow = Awaited<ReturnType<StudioClient['studies']['list']>>['items'][number];

/** How often the list is read again while a study runs: another process may run it. */
const runningMilliseconds = 4_000;

/** The library's studies, and what can be done with them. */
export const useStudies = defineStore('studies', () => {
  const { client } = useConnection();
  const selection = useSelection();
  const toasts = useToasts();
  const query = useQuery({
    key: () => 'all' as const,
    ask: async (host, _key, signal) => {
      const [studies, discarded, library] = await Promise.all([
        host.studies.list(null, { signal }),
        host.studies.discarded(null, { signal }),
        host.setup.library(null, { signal }),
      ]);
      return { studies: studies.items, discarded: discarded.items, path: library.path };
    },
  });
  const rows = computed<readonly StudyRow[]>(() => query.value.value?.studies ?? []);

  const timer = setInterval(() => {
    const isRunning = rows.value.some(({ status }) => status === 'running');
    if (isRunning && document.visibilityState === 'visible') void query.reload();
  }, runningMilliseconds);
  const reloadOnReturn = (): void => {
    if (document.visibilityState === 'visible') void query.reload();
  };
  document.addEventListener('visibilitychange', reloadOnReturn);
  onScopeDispose(() => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', reloadOnReturn);
  });

  function host(): StudioClient {
    if (client.value === null) throw new Error('There is no connection to the host at the moment.');
    return client.value;
  }

  async function restore(study: { id: string; name: string }): Promise<void> {
    await host().studies.restore({ study: study.id });
    await query.reload();
    toasts.say(`${study.name} is back.`);
  }

  return {
    query,
    rows,
    /** Thrown away not long ago, the last first. */
    discarded: computed(() => query.value.value?.discarded ?? []),
    restore: (study: { id: string; name: string }): Promise<boolean> => toasts.attempt(() => restore(study)),
    path: computed(() => query.value.value?.path ?? null),
    named: (id: string): StudyRow | null => rows.value.find((row) => row.id === id) ?? null,
    rename: (study: StudyRow, name: string): Promise<boolean> =>
      toasts.attempt(async () => {
        const before = study.name;
        await host().studies.rename({ study: study.id, name });
        await query.reload();
        toasts.say(`Renamed to ${name}.`, async () => {
          await host().studies.rename({ study: study.id, name: before });
          await query.reload();
        });
      }),
    duplicate: (study: StudyRow): Promise<boolean> =>
      toasts.attempt(async () => {
        const name = copyName(
          study.name,
          rows.value.map((row) => row.name),
        );
        const copy = await host().studies.duplicate({ study: study.id, name });
        await query.reload();
        toasts.say(`Planned ${name}, with nothing recorded yet.`, async () => {
          await host().studies.discard({ study: copy.study });
          await query.reload();
        });
      }),
    discard: (study: StudyRow): Promise<boolean> =>
      toasts.attempt(async () => {
        await host().studies.discard({ study: study.id });
        if (selection.current.study === study.id) selection.closeStudy();
        await query.reload();
        toasts.say(`Deleted ${study.name}.`, () => restore(study));
      }),
  };
});

/** `Study copy`, `Study copy 2`: the first that is not taken. */
export function copyName(name: string, taken: readonly string[]): string {
  const base = `${name.replace(/ copy( \d+)?$/, '').slice(0, 180)} copy`;
  let candidate = base;
  for (let count = 2; taken.includes(candidate); count++) candidate = `${base} ${count}`;
  return candidate;
}
