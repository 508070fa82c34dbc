import { defineStore } from 'pinia';
import { shallowRef, triggerRef, watch } from 'vue';
import type { NoisefloorError } from '../../src/study/errors.ts';
import { useConnection, type StudioClient } from '../host/connection.ts';
import { asNoisefloorError } from '../host/query.ts';

type Asked = Parameters<StudioClient['datasets']['examples']>[0];
export type Example = Awaited<ReturnType<StudioClient['datasets']['examples']>>['items'][number];

/** Whose examples: those of a stored study's data set, or of a draft's. */
export type ExampleSet = Pick<Asked, 'source' | 'split'>;

/** Examples that are kept, over all sets, the last that were wanted. */
const mostKept = 2000;
/** Examples asked for in one go: what a screen shows. */
const batch = 96;
/** Examples that wait; what scrolled past long ago is not fetched any more. */
const mostWaiting = 400;
/** How long wants are gathered, in milliseconds. */
const gatheringMilliseconds = 20;

/** Images of examples, fetched in batches when they are wanted. */
export const useExampleImages = defineStore('exampleImages', () => {
  const { client } = useConnection();
  const kept = shallowRef(new Map<string, Example>());
  /** Why a set's images cannot be had. */
  const failures = shallowRef(new Map<string, NoisefloorError>());
  const waiting = new Map<string, { set: ExampleSet; index: number }>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFetching = false;

  /** Says which examples are, or will soon be, in view. */
  function want(set: ExampleSet, indices: Iterable<number>): void {
    const setKey = keyOfSet(set);
    for (const index of indices) {
      const key = `${setKey}/${index}`;
      const example = kept.value.get(key);
      if (example !== undefined) {
        // Moved to the end, away from what is let go first.
        kept.value.delete(key);
        kept.value.set(key, example);
        continue;
      }
      waiting.delete(key);
      waiting.set(key, { set, index });
    }
    dropFirst(waiting, mostWaiting);
    schedule();
  }

  function schedule(): void {
    if (isFetching || waiting.size === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => void fetchBatch(), gatheringMilliseconds);
  }

  async function fetchBatch(): Promise<void> {
    const host = client.value;
    const last = [...waiting.values()].at(-1);
    if (host === null || last === undefined || isFetching) return;
    const setKey = keyOfSet(last.set);
    // The last that were wanted are those in view now.
    const chosen = [...waiting].filter(([key]) => key.startsWith(`${setKey}/`)).slice(-batch);
    for (const [key] of chosen) waiting.delete(key);
    if (!failures.value.has(setKey)) {
      isFetching = true;
      try {
        const examples = chosen.map(([, { index }]) => index);
        const { items } = await host.datasets.examples({ ...last.set, examples });
        for (const example of items) kept.value.set(`${setKey}/${example.index}`, example);
        dropFirst(kept.value, mostKept);
        triggerRef(kept);
      } catch (thrown) {
        const error = asNoisefloorError(thrown);
        if (error.code === 'connection-lost') for (const [key, wanted] of chosen) waiting.set(key, wanted);
        else failures.value = new Map(failures.value).set(setKey, error);
      } finally {
        isFetching = false;
      }
    }
    schedule();
  }

  watch(client, schedule);

  return {
    want,
    /** An example that has been fetched; null where it has not, yet. */
    exampleOf: (set: ExampleSet, index: number): Example | null =>
      kept.value.get(`${keyOfSet(set)}/${index}`) ?? null,
    /** Why a set's images cannot be shown; null where nothing is known to be wrong. */
    failureOf: (set: ExampleSet): NoisefloorError | null => failures.value.get(keyOfSet(set)) ?? null,
    /** Tries a set again that failed. */
    retry: (set: ExampleSet): void => {
      const left = new Map(failures.value);
      left.delete(keyOfSet(set));
      failures.value = left;
    },
  };
});

const keyOfSet = ({ source, split }: ExampleSet): string => JSON.stringify([source, split]);

function dropFirst(entries: Map<string, unknown>, most: number): void {
  for (const key of entries.keys()) {
    if (entries.size <= most) return;
    entries.delete(key);
  }
}
