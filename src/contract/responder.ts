import type { z } from 'zod';
import { NoisefloorError } from '../study/errors.ts';
import type { Channel } from './channel.ts';
import { decodeMessage, encodeMessage } from './encoding.ts';
import { requestSchema, streamWindow, toWireError, type Reply, type Request } from './frames.ts';
import type { CallContext, Contract, Implementation, Procedure } from './procedure.ts';

/** More requests at once than any window has. */
const mostRequests = 256;

interface Served {
  readonly procedure: Procedure;
  readonly handle: (input: unknown, context: CallContext) => unknown;
}

/** A request that is being answered. */
interface Running {
  readonly controller: AbortController;
  /** Events of a stream that may still be sent, and who waits for there to be some. */
  credit: number;
  wake: () => void;
}

/**
 * Answers the calls of a contract that come over a channel, until the channel ends; then whatever is being answered is
 * aborted. Inputs are validated before an implementation sees them. A message that is no request ends the channel.
 */
export function serveContract<Of extends Contract>(
  contract: Of,
  implementation: Implementation<Of>,
  channel: Channel,
): void {
  new Responder(proceduresOf(contract, implementation), channel);
}

function proceduresOf(contract: Contract, implementation: object): Map<string, Served> {
  const handlers = implementation as Record<string, Record<string, Served['handle']>>;
  const served = new Map<string, Served>();
  for (const [subject, procedures] of Object.entries(contract)) {
    for (const [name, procedure] of Object.entries(procedures)) {
      const handle = handlers[subject]?.[name];
      if (handle !== undefined) served.set(`${subject}.${name}`, { procedure, handle });
    }
  }
  return served;
}

class Responder {
  readonly #served: ReadonlyMap<string, Served>;
  readonly #channel: Channel;
  readonly #running = new Map<number, Running>();

  constructor(served: ReadonlyMap<string, Served>, channel: Channel) {
    this.#served = served;
    this.#channel = channel;
    channel.onMessage((message) => {
      this.#receive(message);
    });
    channel.onClose(() => {
      for (const id of [...this.#running.keys()]) this.#cancel(id);
    });
  }

  #receive(message: Uint8Array): void {
    let request: Request;
    try {
      request = requestSchema.parse(decodeMessage(message));
    } catch {
      this.#channel.close();
      return;
    }
    switch (request.type) {
      case 'call':
        void this.#answer(request);
        return;
      case 'cancel':
        this.#cancel(request.id);
        return;
      case 'more': {
        const running = this.#running.get(request.id);
        if (running === undefined) return;
        running.credit = Math.min(streamWindow, running.credit + request.count);
        running.wake();
      }
    }
  }

  async #answer({ id, procedure: name, input }: Extract<Request, { type: 'call' }>): Promise<void> {
    if (this.#running.has(id)) {
      this.#channel.close();
      return;
    }
    const controller = new AbortController();
    const running: Running = { controller, credit: streamWindow, wake: () => undefined };
    const { signal } = controller;
    try {
      const { procedure, handle } = this.#find(name);
      const value = validInput(procedure.input, input, name);
      this.#running.set(id, running);
      const answer = handle(value, { signal });
      if (procedure.kind === 'stream') {
        await this.#pump(id, running, answer as AsyncIterable<unknown>);
        if (!signal.aborted) this.#send({ type: 'end', id });
      } else {
        const result = await answer;
        if (!signal.aborted) this.#send({ type: 'result', id, value: result });
      }
    } catch (error) {
      if (!signal.aborted) this.#sendError(id, error);
    } finally {
      if (this.#running.get(id) === running) this.#running.delete(id);
    }
  }

  #find(name: string): Served {
    const served = this.#served.get(name);
    if (served === undefined) {
      throw new NoisefloorError(
        'procedure-unknown',
        `The host has no procedure ${name}. Reload the window: it may be of another version.`,
        { details: { procedure: name } },
      );
    }
    if (this.#running.size >= mostRequests) {
      throw new NoisefloorError(
        'too-many-requests',
        `This window already waits for ${mostRequests} answers. Ask again when some have come.`,
      );
    }
    return served;
  }

  /** Sends the events of a stream as fast as the other side takes them. */
  async #pump(id: number, running: Running, events: AsyncIterable<unknown>): Promise<void> {
    const { signal } = running.controller;
    const iterator = events[Symbol.asyncIterator]();
    const aborted = new Promise<null>((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true });
    });
    try {
      while (!signal.aborted) {
        const next = await Promise.race([iterator.next(), aborted]);
        if (next === null || next.done === true) return;
        while (running.credit === 0) {
          const more = new Promise<void>((resolve) => (running.wake = resolve));
          if ((await Promise.race([more, aborted])) === null) return;
        }
        running.credit -= 1;
        this.#send({ type: 'event', id, value: next.value });
      }
    } finally {
      // A generator that waits for something else is told by the signal; nobody waits for it here.
      void Promise.resolve(iterator.return?.()).catch(() => undefined);
    }
  }

  #cancel(id: number): void {
    const running = this.#running.get(id);
    this.#running.delete(id);
    running?.controller.abort();
  }

  #send(reply: Reply): void {
    this.#channel.send(encodeMessage(reply));
  }

  #sendError(id: number, cause: unknown): void {
    const error = toWireError(cause);
    try {
      this.#send({ type: 'error', id, error });
    } catch {
      this.#send({ type: 'error', id, error: { ...error, details: {} } });
    }
  }
}

function validInput(schema: z.ZodType, input: unknown, name: string): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({
    path: path.map(String).join('.'),
    message,
  }));
  const listed = problems
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
  throw new NoisefloorError('invalid-request', `${name} was asked for in a wrong way: ${listed}.`, {
    details: { procedure: name, problems },
  });
}
