import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { NoisefloorError } from '../../src/study/errors.ts';
import { asNoisefloorError } from '../host/query.ts';

/** A stream of the host that is followed until it ends or somebody cancels it. */
export interface LongTask<Event> {
  readonly isRunning: Ref<boolean>;
  /** The last thing it told. */
  readonly last: ShallowRef<Event | null>;
  readonly error: ShallowRef<NoisefloorError | null>;
  /** Follows a stream; nothing where one is followed already. @returns whether it came to its end. */
  follow: (
    open: (signal: AbortSignal) => AsyncIterable<Event>,
    onEvent?: (event: Event) => void,
  ) => Promise<boolean>;
  cancel: () => void;
}

export function useLongTask<Event>(): LongTask<Event> {
  const isRunning = ref(false);
  const last = shallowRef<Event | null>(null);
  const error = shallowRef<NoisefloorError | null>(null);
  let controller = new AbortController();
  return {
    isRunning,
    last,
    error,
    follow: async (open, onEvent) => {
      if (isRunning.value) return false;
      controller = new AbortController();
      const { signal } = controller;
      isRunning.value = true;
      last.value = null;
      error.value = null;
      try {
        for await (const event of open(signal)) {
          last.value = event;
          onEvent?.(event);
        }
        return true;
      } catch (thrown) {
        if (!signal.aborted) error.value = asNoisefloorError(thrown);
        return false;
      } finally {
        isRunning.value = false;
      }
    },
    cancel: () => {
      controller.abort();
    },
  };
}
