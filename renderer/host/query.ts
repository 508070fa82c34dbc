import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { NoisefloorError } from '../../src/study/errors.ts';
import { LastUsed } from '../measures/lastUsed.ts';
import { useConnection, type StudioClient } from './connection.ts';

/** Something asked of the host, kept up to date. */
export interface Query<Value> {
  /** The last answer to the question as it stands now; kept while it is asked again. */
  readonly value: Readonly<ShallowRef<Value | null>>;
  /** Why the last attempt failed; null after an answer. */
  readonly error: Readonly<ShallowRef<NoisefloorError | null>>;
  readonly asking: Readonly<Ref<boolean>>;
  /** Asks again, and keeps what is known meanwhile. */
  reload(): Promise<void>;
}

export interface QueryOptions<Key, Value> {
  /** What the answer depends on; null asks nothing. */
  readonly key: () => Key | null;
  readonly ask: (client: StudioClient, key: Key, signal: AbortSignal) => Promise<Value>;
  /** Answers to earlier questions that are kept, so that who goes back to one has it at once; by default none. */
  readonly kept?: {
    readonly most: number;
    /** They hold as long as this is the same. */
    readonly as: () => unknown;
  };
}

/**
 * Asks the host whenever the key, the library that the window shows or the connection changes; an answer to an older question
 * is dropped.
 */
export function useQuery<Key extends string, Value>({
  key,
  ask,
  kept,
}: QueryOptions<Key, Value>): Query<Value> {
  const { client, library } = useConnection();
  const value = shallowRef<Value | null>(null);
  const error = shallowRef<NoisefloorError | null>(null);
  const asking = ref(false);
  const answers = new LastUsed<Value>(kept?.most ?? 0);
  let keptAs: unknown = null;
  let controller = new AbortController();

  async function reload(): Promise<void> {
    controller.abort();
    const mine = new AbortController();
    controller = mine;
    const question = key();
    const host = client.value;
    if (question === null || host === null) {
      asking.value = false;
      return;
    }
    asking.value = true;
    try {
      const answer = await ask(host, question, mine.signal);
      // A large answer has just been decoded: what is drawn of it comes in a task of its own.
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (mine.signal.aborted) return;
      answers.set(question, answer);
      value.value = answer;
      error.value = null;
    } catch (thrown) {
      if (mine.signal.aborted) return;
      const failure = asNoisefloorError(thrown);
      // The connection is made again, and then the question is asked again: nothing to tell here.
      if (failure.code !== 'connection-lost') error.value = failure;
    } finally {
      if (!mine.signal.aborted) asking.value = false;
    }
  }

  watch(
    // A shallow ref itself would make the watcher run whenever anything that the key reads changes, key or no key.
    [key, () => library.value?.id ?? null, () => client.value],
    ([newKey, newLibrary, newClient], [oldKey, oldLibrary, oldClient]) => {
      const isOther = typeof oldLibrary === 'string' && newLibrary !== oldLibrary;
      // The first that is told is the one that answered all along.
      if (newKey === oldKey && !isOther && newLibrary !== oldLibrary) return;
      const holdsAs = kept?.as() ?? null;
      if (isOther || newClient !== oldClient || holdsAs !== keptAs) answers.clear();
      keptAs = holdsAs;
      if (newKey !== oldKey || isOther) {
        value.value = (newKey === null ? null : answers.find(newKey)) ?? null;
        error.value = null;
        if (value.value !== null) {
          controller.abort();
          asking.value = false;
          return;
        }
      }
      void reload();
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    controller.abort();
  });
  return { value, error, asking, reload };
}

/** Any error as one with a code and a message for people. */
export function asNoisefloorError(thrown: unknown): NoisefloorError {
  if (thrown instanceof NoisefloorError) return thrown;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new NoisefloorError('unexpected', `Something went wrong that Noisefloor did not foresee: ${why}`);
}
