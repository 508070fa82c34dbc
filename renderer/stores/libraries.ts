import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { useConnection, type ShownLibrary, type StudioClient } from '../host/connection.ts';
import { desktop } from '../host/desktop.ts';
import { asNoisefloorError, useQuery } from '../host/query.ts';
import { usePanels } from './panels.ts';
import { useSelection } from './selection.ts';
import { useToasts } from './toasts.ts';

export type LibraryEntry = Awaited<ReturnType<StudioClient['setup']['libraries']>>['items'][number];

/** Which library this window shows, and which it could. */
export const useLibraries = defineStore('libraries', () => {
  const { client, library: shown } = useConnection();
  const selection = useSelection();
  const toasts = useToasts();
  const panels = usePanels();
  const query = useQuery({
    key: () => 'all' as const,
    ask: async (host, _key, signal) => (await host.setup.libraries(null, { signal })).items,
  });
  /** What is being opened, as it was named. */
  const opening = ref<string | null>(null);

  // The host has the last word: planning in the sample leads to the own library, and one that is gone cannot be shown.
  watch(shown, (now) => {
    if (now === null) return;
    const wanted = selection.current.library;
    const told = addressedId(now);
    if (wanted === told || opening.value !== null) return;
    if (wanted !== null && now.isStart) selection.openLibrary(told);
    else selection.change({ library: told });
  });
  // The browser's Back leads to the library before.
  watch(
    () => selection.current.library,
    (wanted) => {
      const isShown = shown.value === null || wanted === addressedId(shown.value);
      if (!isShown && opening.value === null) void use(wanted, 'the library', false);
    },
  );

  /** Shows another library. @returns the failure where it could not be opened: the one before stays. */
  async function turnTo(
    name: string,
    ask: (host: StudioClient) => Promise<{ library: ShownLibrary }>,
    isAnew: boolean,
  ): Promise<ReturnType<typeof asNoisefloorError> | null> {
    const host = client.value;
    if (host === null)
      return asNoisefloorError(new Error('there is no connection to the host at the moment.'));
    opening.value = name;
    try {
      const { library } = await ask(host);
      if (isAnew) selection.openLibrary(addressedId(library));
      else selection.change({ library: addressedId(library) });
      return null;
    } catch (thrown) {
      if (shown.value !== null && !isAnew) selection.openLibrary(addressedId(shown.value));
      return asNoisefloorError(thrown);
    } finally {
      opening.value = null;
      await query.reload();
    }
  }

  async function use(id: string | null, name: string, isAnew: boolean): Promise<void> {
    const failure = await turnTo(name, (host) => host.setup.useLibrary({ id }), isAnew);
    if (failure === null) return;
    await toasts.attempt(() => Promise.reject(failure));
  }

  /** Opens, or makes, the library at a path. @returns why it could not be done, or null. */
  const open = (path: string, create: boolean): ReturnType<typeof turnTo> =>
    turnTo(path, (host) => host.setup.openLibrary({ path, create }), true);

  /** As {@link open}, and tells of a failure in passing. */
  async function openTelling(path: string, create: boolean): Promise<void> {
    const failure = await open(path, create);
    if (failure !== null) await toasts.attempt(() => Promise.reject(failure));
  }

  return {
    query,
    opening,
    shown,
    listed: computed<readonly LibraryEntry[]>(() => query.value.value ?? []),
    isSample: computed(() => shown.value?.kind === 'sample'),
    use: (entry: LibraryEntry): Promise<void> => use(entry.id, libraryName(entry), true),
    open,
    openTelling,
    /** Lets the person say which: by the system's own dialog in the desktop window, by a path in a browser. */
    ask: async (create: boolean): Promise<void> => {
      const program = desktop();
      if (program === null) {
        panels.libraryDialog = create ? 'create' : 'open';
        return;
      }
      const file = await program.chooseLibrary(create);
      if (typeof file === 'string') await openTelling(file, create);
    },
  };
});

/** What the address says of a library: nothing, where a new window shows the same. */
function addressedId({ id, kind, isStart }: ShownLibrary): string | null {
  return isStart && kind === 'own' ? null : id;
}

/** What a library is called in a menu: the sample and the own by what they are, others by their files. */
export function libraryName({ kind, path }: Pick<LibraryEntry, 'kind' | 'path'>): string {
  if (kind === 'sample') return 'Sample library';
  if (kind === 'own') return 'Your library';
  return path.split(/[/\\]/).at(-1) ?? path;
}
