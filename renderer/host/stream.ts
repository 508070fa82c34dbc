import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import type { NoisefloorError } from '../../src/study/errors.ts';
import { useConnection, type StudioClient } from './connection.ts';
import { asNoisefloorError } from './query.ts';

/** A picture of what is computed part by part is drawn anew no more often than this, in milliseconds. */
const restMilliseconds = 80;

/** Says which of how many parts it is. */
interface Part {
  readonly position: number;
  readonly epochs: number;
}

/** What the host computes epoch by epoch, as far as it has come. */
export interface EpochStream<Event extends Part> {
  readonly events: Readonly<ShallowRef<readonly Event[]>>;
  readonly error: Readonly<ShallowRef<NoisefloorError | null>>;
  /** Asks for all of it again. */
  readonly reload: () => Promise<void>;
}

/** Follows a stream of the host whenever the key or the connection changes; null follows nothing. */
export function useEpochStream<Event extends Part>({
  key,
  open,
}: {
  readonly key: () => string | null;
  readonly open: (client: StudioClient, key: string, signal: AbortSignal) => AsyncIterable<Event>;
}): EpochStream<Event> {
  const { client } = useConnection();
  const events = shallowRef<readonly Event[]>([]);
  const error = shallowRef<NoisefloorError | null>(null);
  let controller = new AbortController();

  async function reload(): Promise<void> {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    const [host, question] = [client.value, key()];
    if (host === null || question === null) return;
    events.value = [];
    error.value = null;
    let told = performance.now();
    const found: Event[] = [];
    try {
      for await (const event of open(host, question, signal)) {
        found.push(event);
        // Two hundred epochs that are kept come in one breath: they are drawn a few times, not each.
        if (event.position < event.epochs && performance.now() - told < restMilliseconds) continue;
        told = performance.now();
        events.value = [...found];
      }
      if (!signal.aborted) events.value = found;
    } catch (thrown) {
      if (signal.aborted) return;
      const failure = asNoisefloorError(thrown);
      if (failure.code !== 'connection-lost') error.value = failure;
    }
  }

  watch([key, () => client.value], () => void reload(), { immediate: true });
  onScopeDispose(() => {
    controller.abort();
  });
  return { events, error, reload };
}
