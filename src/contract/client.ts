import { z } from 'zod';
import { NoisefloorError } from '../study/errors.ts';
import type { Channel } from './channel.ts';
import { decodeMessage, encodeMessage } from './encoding.ts';
import { fromWireError, replySchema, streamWindow, type Reply, type Request } from './frames.ts';
import type { CallOptions, Client, Contract, Procedure } from './procedure.ts';

/** A call or stream under way. */
interface Pending {
  reply(reply: Reply): void;
  fail(error: NoisefloorError): void;
}

/**
 * Calls the procedures of a contract over a channel. What comes back is validated. A stream is asked for when its first
 * event is, and given up when its loop is left.
 * @throws NoisefloorError (from its methods) what the host threw with code, message and details; `connection-lost`,
 *   `cancelled`, `invalid-reply`.
 */
export function createClient<Of extends Contract>(contract: Of, channel: Channel): Client<Of> {
  const connection = new Connection(channel);
  const subjects = Object.entries(contract).map(([subject, procedures]) => {
    const methods = Object.entries(procedures).map(([name, procedure]) => [
      name,
      methodFor(connection, `${subject}.${name}`, procedure),
    ]);
    return [subject, Object.fromEntries(methods)] as const;
  });
  // Each method has the type that the mapped type says: its values pass the schemas of its procedure.
  return Object.fromEntries(subjects) as Client<Of>;
}

function methodFor(connection: Connection, name: string, procedure: Procedure): unknown {
  return procedure.kind === 'call'
    ? async (input: unknown, options: CallOptions = {}) =>
        checked(procedure.output, await connection.call(name, input, options.signal), name)
    : (input: unknown, options: CallOptions = {}) =>
        connection.stream(name, input, options.signal, (event) => checked(procedure.event, event, name));
}

function checked(schema: z.ZodType, value: unknown, name: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new NoisefloorError(
    'invalid-reply',
    `The host answered ${name} in a way that this window does not understand. Reload the window: it may be of another version.`,
    { details: { procedure: name, problems: z.prettifyError(parsed.error) } },
  );
}

class Connection {
  readonly #channel: Channel;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #lost: NoisefloorError | null = null;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.onMessage((message) => {
      this.#receive(message);
    });
    channel.onClose(() => {
      this.#lost = new NoisefloorError(
        'connection-lost',
        'The connection to the host has ended. What runs there goes on; connect again to see it.',
      );
      for (const pending of [...this.#pending.values()]) pending.fail(this.#lost);
    });
  }

  call(procedure: string, input: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = this.#begin(
        signal,
        {
          reply: (reply) => {
            if (reply.type === 'result') resolve(reply.value);
            else reject(replyError(reply));
            release();
          },
          fail: (error) => {
            reject(error);
            release();
          },
        },
        (frame) => this.#send({ type: 'call', id: frame, procedure, input }),
      );
      const release = this.#abortion(id, signal);
    });
  }

  async *stream(
    procedure: string,
    input: unknown,
    signal: AbortSignal | undefined,
    check: (event: unknown) => unknown,
  ): AsyncGenerator<unknown, void, undefined> {
    const events: unknown[] = [];
    const end: { reached: boolean; error: NoisefloorError | null } = { reached: false, error: null };
    let wake = (): void => undefined;
    const id = this.#begin(
      signal,
      {
        reply: (reply) => {
          if (reply.type === 'event') events.push(reply.value);
          else if (reply.type === 'end') end.reached = true;
          else end.error = replyError(reply);
          wake();
        },
        fail: (error) => {
          events.length = 0;
          end.error = error;
          wake();
        },
      },
      (frame) => this.#send({ type: 'call', id: frame, procedure, input }),
    );
    const release = this.#abortion(id, signal);
    let taken = 0;
    try {
      while (true) {
        while (events.length === 0) {
          if (end.error !== null) throw end.error;
          if (end.reached) return;
          await new Promise<void>((resolve) => (wake = resolve));
        }
        const event = check(events.shift());
        taken += 1;
        if (taken === streamWindow / 2) {
          this.#send({ type: 'more', id, count: taken });
          taken = 0;
        }
        yield event;
      }
    } finally {
      release();
      if (!end.reached && end.error === null) this.#giveUp(id);
    }
  }

  /** Sends a request and keeps who waits for it. @throws NoisefloorError `cancelled`, `connection-lost`. */
  #begin(signal: AbortSignal | undefined, pending: Pending, send: (id: number) => void): number {
    if (this.#lost !== null) throw this.#lost;
    if (signal?.aborted === true) throw cancelled();
    const id = this.#nextId;
    this.#nextId += 1;
    this.#pending.set(id, pending);
    try {
      send(id);
    } catch (error) {
      this.#pending.delete(id);
      throw error;
    }
    return id;
  }

  /** Lets a signal give a request up. @returns what ends that, when the request has ended. */
  #abortion(id: number, signal: AbortSignal | undefined): () => void {
    const abort = (): void => {
      const pending = this.#pending.get(id);
      this.#giveUp(id);
      pending?.fail(cancelled());
    };
    signal?.addEventListener('abort', abort);
    return () => signal?.removeEventListener('abort', abort);
  }

  #giveUp(id: number): void {
    if (this.#pending.delete(id)) this.#send({ type: 'cancel', id });
  }

  #send(request: Request): void {
    this.#channel.send(encodeMessage(request));
  }

  #receive(message: Uint8Array): void {
    let reply: Reply;
    try {
      reply = replySchema.parse(decodeMessage(message));
    } catch {
      // Nothing after a message that cannot be read can be trusted.
      this.#channel.close();
      return;
    }
    const pending = this.#pending.get(reply.id);
    if (reply.type !== 'event') this.#pending.delete(reply.id);
    pending?.reply(reply);
  }
}

function replyError(reply: Reply): NoisefloorError {
  return reply.type === 'error'
    ? fromWireError(reply.error)
    : new NoisefloorError(
        'invalid-reply',
        `The host answered a request with "${reply.type}". Reload the window.`,
      );
}

function cancelled(): NoisefloorError {
  return new NoisefloorError('cancelled', 'Cancelled.');
}
