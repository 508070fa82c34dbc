import { defineStore } from 'pinia';
import { onScopeDispose, ref, shallowReactive, watch } from 'vue';
import type { FigureEdits } from '../../../src/figures/edits.ts';
import type { FigureName } from '../../../src/figures/names.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { useConnection } from '../../host/connection.ts';
import { desktop } from '../../host/desktop.ts';
import { asNoisefloorError } from '../../host/query.ts';
import { isAsItComes } from '../../measures/figureEdits.ts';
import { useSelection } from '../../stores/selection.ts';

/** What a person changed in this window, until the list of figures says so too. */
interface LocalEdits {
  readonly library: string | null;
  readonly study: string;
  readonly figure: FigureName;
  readonly edits: FigureEdits;
  readonly state: 'waiting' | 'saving' | 'saved' | 'failed';
  readonly error: NoisefloorError | null;
}

/** What a figure was before a change, and of which part that was. */
interface Step {
  readonly edits: FigureEdits;
  readonly part: string;
  readonly at: number;
}

const pauseMilliseconds = 450;
/** Changes of one part in quick succession are one step back. */
const stepMilliseconds = 1_000;
const mostSteps = 100;

/** Changes of figures: kept with the study as they are made, and taken back step by step. None is lost where saving fails. */
export const useFigureEdits = defineStore('figureEdits', () => {
  const { client, library } = useConnection();
  const selection = useSelection();
  const local = shallowReactive(new Map<string, LocalEdits>());
  const steps = new Map<string, Step[]>();
  const stepCount = ref(0);
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  const here = (): string | null => library.value?.id ?? null;
  const keyOf = (figure: FigureName): string => JSON.stringify([here(), selection.current.study, figure]);

  function put(figure: FigureName, edits: FigureEdits): void {
    const { study } = selection.current;
    if (study === null) return;
    const key = keyOf(figure);
    local.set(key, { library: here(), study, figure, edits, state: 'waiting', error: null });
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => void save(key), pauseMilliseconds),
    );
  }

  async function save(key: string): Promise<void> {
    clearTimeout(timers.get(key));
    timers.delete(key);
    const entry = local.get(key);
    // What belongs to another library waits until that is shown again.
    if (entry === undefined || entry.state === 'saved' || (entry.library ?? here()) !== here()) return;
    const saving: LocalEdits = { ...entry, state: 'saving', error: null };
    local.set(key, saving);
    const end = (state: LocalEdits['state'], error: NoisefloorError | null): void => {
      // What was changed meanwhile is saved by itself.
      if (local.get(key) === saving) local.set(key, { ...saving, state, error });
    };
    try {
      const host = client.value;
      if (host === null) {
        throw new NoisefloorError('connection-lost', 'There is no connection to the host at the moment.');
      }
      const { study, figure, edits } = entry;
      if (isAsItComes(edits)) await host.figures.reset({ study, figure });
      else await host.figures.save({ study, figure, edits });
      end('saved', null);
    } catch (thrown) {
      end('failed', asNoisefloorError(thrown));
    }
  }

  const unsaved = (): string[] => [...local].flatMap(([key, { state }]) => (state === 'saved' ? [] : [key]));

  async function saveAll(): Promise<void> {
    await Promise.all(unsaved().map(save));
  }

  // What could not be saved is saved when the host is there again.
  watch([client, library], ([host]) => {
    if (host !== null) void saveAll();
  });
  function leave(event: BeforeUnloadEvent): void {
    if (unsaved().length === 0) return;
    void saveAll();
    // A browser asks whether to leave all the same; a desktop window could not be closed.
    if (desktop() === null) event.preventDefault();
  }
  window.addEventListener('beforeunload', leave);
  onScopeDispose(() => {
    window.removeEventListener('beforeunload', leave);
    for (const timer of timers.values()) clearTimeout(timer);
  });

  return {
    /** @param saved what the host says of it. */
    of: (figure: FigureName, saved: FigureEdits | null): FigureEdits =>
      local.get(keyOf(figure))?.edits ?? saved ?? {},
    stateOf: (figure: FigureName): LocalEdits['state'] => local.get(keyOf(figure))?.state ?? 'saved',
    errorOf: (figure: FigureName): NoisefloorError | null => local.get(keyOf(figure))?.error ?? null,
    /** @param part which part of the figure is changed. */
    change: (figure: FigureName, before: FigureEdits, after: FigureEdits, part: string): void => {
      const key = keyOf(figure);
      const known = steps.get(key) ?? [];
      const last = known.at(-1);
      const now = performance.now();
      const goesOn = last?.part === part && now - last.at < stepMilliseconds;
      const taken = goesOn
        ? [...known.slice(0, -1), { ...last, at: now }]
        : [...known.slice(1 - mostSteps), { edits: before, part, at: now }];
      steps.set(key, taken);
      stepCount.value += 1;
      put(figure, after);
    },
    canUndo: (figure: FigureName): boolean =>
      stepCount.value >= 0 && (steps.get(keyOf(figure)) ?? []).length > 0,
    /** @returns whether there was something to undo. */
    undo: (figure: FigureName): boolean => {
      const last = steps.get(keyOf(figure))?.pop();
      if (last === undefined) return false;
      stepCount.value += 1;
      put(figure, last.edits);
      return true;
    },
    saveAll,
    /** Called when figures are about to be listed. @returns what is called with the answer: from then on it says what was saved before. */
    listing: (): (() => void) => {
      const saved = [...local].filter(([, { state }]) => state === 'saved');
      return () => {
        for (const [key, entry] of saved) if (local.get(key) === entry) local.delete(key);
      };
    },
  };
});
