import { inject, readonly, ref, shallowRef, type InjectionKey, type Ref, type ShallowRef } from 'vue';
import type { Channel } from '../../src/contract/channel.ts';
import { createClient } from '../../src/contract/client.ts';
import type { Client } from '../../src/contract/procedure.ts';
import type { Recording } from '../../src/contract/recording.ts';
import { studioContract, type StudioContract } from '../../src/contract/studio.ts';

export type StudioClient = Client<StudioContract>;
export type ShownLibrary = Awaited<ReturnType<StudioClient['setup']['useLibrary']>>['library'];

/** `waiting` for the next attempt, after the connection was lost or could not be made. */
export type ConnectionState = 'connecting' | 'open' | 'waiting';

/** The one connection of a window to its host. */
export interface HostConnection {
  /** What a window shows that has no host but what one answered once: nothing can be changed; null where there is a host. */
  readonly report: Pick<Recording, 'version' | 'recorded'> | null;
  readonly state: Readonly<Ref<ConnectionState>>;
  /** Attempts that failed since the connection was last open. */
  readonly failures: Readonly<Ref<number>>;
  /** Null while there is no connection; another client after every reconnection. */
  readonly client: Readonly<ShallowRef<StudioClient | null>>;
  /** What the window shows; null until the host has told, and kept while there is no connection. */
  readonly library: Readonly<ShallowRef<ShownLibrary | null>>;
  /** Tries at once. */
  retry(): void;
  close(): void;
}

/** A channel, and when it has become usable; the promise is rejected where it never does. */
export interface Opening {
  readonly channel: Channel;
  readonly opened: Promise<unknown>;
}

const firstDelay = 500;
const longestDelay = 10_000;

/**
 * Keeps a window connected: a connection that ends is made again, ever more slowly, and at once when the network or the
 * page comes back.
 * @param greet what is to be said before anything is asked; its failure keeps nothing from being asked.
 */
export function keepConnected(
  open: () => Opening,
  greet: (client: StudioClient) => Promise<unknown> = () => Promise.resolve(),
): HostConnection {
  const state = ref<ConnectionState>('connecting');
  const failures = ref(0);
  const client = shallowRef<StudioClient | null>(null);
  const library = shallowRef<ShownLibrary | null>(null);
  let channel: Channel | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  function connect(): void {
    clearTimeout(timer);
    state.value = 'connecting';
    const opening = open();
    channel = opening.channel;
    opening.channel.onClose(() => {
      if (channel === opening.channel) lose();
    });
    opening.opened.then(
      async () => {
        if (channel !== opening.channel) return;
        const host = createClient(studioContract, opening.channel);
        const greeting = greet(host);
        state.value = 'open';
        failures.value = 0;
        await greeting.catch(() => undefined);
        if (!isCurrent(opening.channel)) return;
        client.value = host;
        void followLibrary(host);
      },
      () => {
        if (channel === opening.channel) lose();
      },
    );
  }

  // The channel is another one when the connection was lost meanwhile.
  const isCurrent = (one: Channel): boolean => channel === one;

  async function followLibrary(host: StudioClient): Promise<void> {
    try {
      for await (const { state: shown } of host.setup.watchLibrary(null)) library.value = shown;
    } catch {
      // The connection has ended, and is made again; or there is no library, which whatever is asked for tells.
    }
  }

  function lose(): void {
    channel = null;
    client.value = null;
    if (closed) return;
    failures.value += 1;
    state.value = 'waiting';
    timer = setTimeout(connect, Math.min(longestDelay, firstDelay * 2 ** (failures.value - 1)));
  }

  connect();
  return {
    report: null,
    state: readonly(state),
    failures: readonly(failures),
    client,
    library,
    retry: () => {
      if (state.value === 'waiting') connect();
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      channel?.close();
    },
  };
}

export const connectionKey: InjectionKey<HostConnection> = Symbol('connection to the host');

export function useConnection(): HostConnection {
  const connection = inject(connectionKey);
  if (connection === undefined) throw new Error('The connection to the host was not provided to the app.');
  return connection;
}
