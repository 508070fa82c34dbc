import type { Implementation } from '../../src/contract/procedure.ts';
import type { libraryProcedures, LibraryEntry } from '../../src/contract/setup.ts';
import { NoisefloorError } from '../../src/study/errors.ts';

const own = '/home/person/noisefloor/library.sqlite';

/** The libraries of a staged host, all with the same studies. */
export class StagedShelf {
  current = 'own';
  entries: readonly Omit<LibraryEntry, 'current'>[] = [
    { id: 'own', kind: 'own', path: own, exists: true, error: null },
  ];
  /** Thrown when a library is to be opened. */
  refusal: NoisefloorError | null = null;
}

type Answer = <Value>(name: string, answer: () => Value) => Promise<Value>;

export function stagedLibraries(
  shelf: StagedShelf,
  answer: Answer,
): Implementation<{ setup: typeof libraryProcedures }>['setup'] {
  const shown = () => {
    const entry = shelf.entries.find(({ id }) => id === shelf.current);
    if (entry === undefined) throw new NoisefloorError('library-unknown', 'There is no such library.');
    return { id: entry.id, kind: entry.kind, path: entry.path, isStart: entry.id === 'own' };
  };
  return {
    libraries: () =>
      answer('setup.libraries', () => ({
        items: shelf.entries.map((entry) => ({ ...entry, current: entry.id === shelf.current })),
      })),
    useLibrary: ({ id }) =>
      answer('setup.useLibrary', () => {
        if (shelf.refusal !== null) throw shelf.refusal;
        shelf.current = id ?? 'own';
        return { library: shown() };
      }),
    openLibrary: ({ path }) =>
      answer('setup.openLibrary', () => {
        if (shelf.refusal !== null) throw shelf.refusal;
        shelf.entries = [...shelf.entries, { id: 'opened', kind: 'opened', path, exists: true, error: null }];
        shelf.current = 'opened';
        return { library: shown() };
      }),
    async *watchLibrary(_, { signal }) {
      for (let told: string | null = null; !signal.aborted;) {
        const state = shown();
        if (state.id !== told) yield { type: 'state', state } as const;
        told = state.id;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}
