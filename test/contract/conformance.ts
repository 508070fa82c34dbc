import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Channel } from '../../src/contract/channel.ts';
import { createClient } from '../../src/contract/client.ts';
import type { Client } from '../../src/contract/procedure.ts';
import { serveContract } from '../../src/contract/responder.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { conformanceContract, conformanceImplementation, largePart, Witness } from './conformanceContract.ts';

/** A transport under test. */
export interface Transport {
  /** Makes a connection, gives its far end to `serve`, and returns the near end. */
  connect(serve: (channel: Channel) => void): Promise<Channel>;
  /** Cuts the last connection as a crash would, saying goodbye to nobody. */
  cut(): void;
}

/** The error that a promise is rejected with. */
async function errorOf(promise: Promise<unknown>): Promise<NoisefloorError> {
  const error: unknown = await promise.then(
    () => new Error('Nothing was thrown.'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NoisefloorError);
  return error as NoisefloorError;
}

async function all<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const taken: Event[] = [];
  for await (const event of events) taken.push(event);
  return taken;
}

/** Everything that a transport of the contract has to carry. */
export function describeTransport(name: string, transport: Transport): void {
  describe(`the contract over ${name}`, () => {
    let witness: Witness;
    let channel: Channel;
    let client: Client<typeof conformanceContract>;

    beforeEach(async () => {
      witness = new Witness();
      channel = await transport.connect((far) => {
        serveContract(conformanceContract, conformanceImplementation(witness), far);
      });
      client = createClient(conformanceContract, channel);
    });
    afterEach(() => {
      channel.close();
    });

    it.each([
      ['nothing', null],
      ['text of several scripts', 'Rauschen, шум, 雑音, 🎲'],
      ['the largest exact numbers', [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]],
      ['numbers with every bit', [0.1 + 0.2, 5e-324, Number.MAX_VALUE, 2 ** 53 + 2]],
      [
        'numbers that are none',
        { nan: Number.NaN, up: Number.POSITIVE_INFINITY, down: Number.NEGATIVE_INFINITY },
      ],
      ['nested values', { a: [{ b: [[], {}] }, [null, true, false]] }],
      ['a key like those of objects', { constructor: 1, toString: 'x' }],
    ])('carries %s', async (_what, value) => {
      expect(await client.echo.value(value)).toEqual(value);
    });

    it('leaves out keys without a value', async () => {
      const answer = await client.echo.value({ given: 1, missing: undefined });
      expect(Object.keys(answer as object)).toEqual(['given']);
    });

    it.each([
      Uint8Array.of(0, 255),
      Uint16Array.of(0, 65_535),
      Uint32Array.of(0, 4_294_967_295),
      Int8Array.of(-128, 127),
      Int16Array.of(-32_768, 32_767),
      Int32Array.of(-2_147_483_648, 2_147_483_647),
      Float32Array.of(0.1, Number.NaN, -0, Number.POSITIVE_INFINITY),
      Float64Array.of(0.1, Number.NaN, -0, Number.NEGATIVE_INFINITY, 5e-324),
      new Float64Array(0),
    ])('carries $constructor.name as what it is', async (array) => {
      // An odd text before each array, so that no array happens to be aligned in its message.
      const answer = (await client.echo.value({ odd: 'x', array, again: [array] })) as {
        array: typeof array;
        again: unknown[];
      };
      expect(answer.array.constructor).toBe(array.constructor);
      expect(answer.array).toEqual(array);
      expect(answer.again).toEqual([array]);
      // It owns its memory: giving it to a worker hands over this array and nothing else.
      expect(answer.array.buffer.byteLength).toBe(array.byteLength);
    });

    it('carries a part of an array as that part alone', async () => {
      const whole = Float32Array.of(1, 2, 3, 4, 5);
      expect(await client.echo.value(whole.subarray(1, 3))).toEqual(Float32Array.of(2, 3));
      expect(whole).toEqual(Float32Array.of(1, 2, 3, 4, 5));
    });

    it('carries 24 MB to a window, 3 MB to a host, and answers small calls meanwhile', async () => {
      const large = largePart();
      const [down, up, small] = await Promise.all([
        client.echo.large({ parts: 24 }),
        client.echo.value([large, large, large]),
        client.echo.value('small'),
      ]);
      expect(small).toBe('small');
      expect([down.length, (up as Uint8Array[]).length]).toEqual([24, 3]);
      for (const part of [...down, ...(up as Uint8Array[])]) expect(Buffer.compare(part, large)).toBe(0);
    });

    it('answers calls as they are ready, each to whom it belongs', async () => {
      const order: number[] = [];
      const calls = [60, 0, 30].map(async (milliseconds, value) => {
        const answer = await client.echo.later({ milliseconds, value });
        order.push(answer);
        return answer;
      });
      expect(await Promise.all(calls)).toEqual([0, 1, 2]);
      expect(order).toEqual([1, 2, 0]);
      const many = await Promise.all(Array.from({ length: 200 }, (_, value) => client.echo.value(value)));
      expect(many).toEqual(Array.from({ length: 200 }, (_, value) => value));
    });

    it('refuses more calls at once than a window has', async () => {
      const calls = Array.from({ length: 300 }, (_, value) => client.echo.later({ milliseconds: 50, value }));
      const settled = await Promise.allSettled(calls);
      const refused = settled.filter((one) => one.status === 'rejected');
      expect(refused).toHaveLength(300 - 256);
      expect(refused[0]?.reason).toMatchObject({ code: 'too-many-requests' });
      expect(await client.echo.value('again')).toBe('again');
    });

    it('carries errors with code, message and details', async () => {
      const details = { nearest: ['a'], rate: Number.NaN, rows: Uint16Array.of(7), none: null };
      const error = await errorOf(client.failing.known({ details }));
      expect({ code: error.code, message: error.message, details: error.details }).toEqual({
        code: 'study-unknown',
        message: 'There is no study "ü".',
        details,
      });
    });

    it('tells of errors that nobody foresaw, and of answers that cannot be sent', async () => {
      expect(await errorOf(client.failing.unknown(null))).toMatchObject({
        code: 'unexpected',
        message: expect.stringContaining('undefined is not a function') as string,
      });
      expect(await errorOf(client.failing.unsendable(null))).toMatchObject({
        code: 'unexpected',
        message: expect.stringContaining('A Date cannot be sent') as string,
      });
      expect(await errorOf(client.failing.unsendableDetails(null))).toMatchObject({
        code: 'odd',
        details: {},
      });
      await expect(client.echo.value(new Map())).rejects.toThrow('A Map cannot be sent');
      expect(await client.echo.value('still there')).toBe('still there');
    });

    it('validates what is asked and what is answered', async () => {
      const wrong = client.echo.even as unknown as (input: unknown) => Promise<unknown>;
      const error = await errorOf(wrong({ number: 'two', other: 1 }));
      expect(error.code).toBe('invalid-request');
      expect(error.details).toMatchObject({
        procedure: 'echo.even',
        problems: [{ path: 'number' }, { path: '' }],
      });
      expect(await errorOf(client.echo.even({ number: 3 }))).toMatchObject({ code: 'invalid-reply' });
      expect(await client.echo.even({ number: 4 })).toEqual({ number: 4 });
    });

    it('refuses a procedure that there is not', async () => {
      const other = createClient({ ...conformanceContract, constructor: conformanceContract.echo }, channel);
      expect(await errorOf(other.constructor.value(1))).toMatchObject({ code: 'procedure-unknown' });
    });

    it('streams every event in order, however many there are', async () => {
      expect(await all(client.counting.to({ end: 500 }))).toEqual(Array.from({ length: 500 }, (_, at) => at));
      expect(await all(client.counting.to({ end: 0 }))).toEqual([]);
      expect(await all(client.counting.arrays({ count: 2 }))).toEqual([
        Float64Array.of(0, Number.NaN, Number.NEGATIVE_INFINITY),
        Float64Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY),
      ]);
    });

    it('streams several at once', async () => {
      const streams = [10, 100, 50].map((end) => all(client.counting.to({ end })));
      expect((await Promise.all(streams)).map((events) => events.length)).toEqual([10, 100, 50]);
    });

    it('ends a stream with the error of the host, after its events', async () => {
      const seen: number[] = [];
      const error = await errorOf(
        (async () => {
          for await (const event of client.failing.stream(null)) seen.push(event);
        })(),
      );
      expect(seen).toEqual([1]);
      expect(error).toMatchObject({ code: 'nothing-recorded', details: { after: 1 } });
    });

    it('stops a stream when its loop is left', async () => {
      for await (const event of client.counting.forever({ name: 'left' })) if (event === 3) break;
      await vi.waitFor(() => expect(witness.abandoned).toContain('left'));
      const produced = witness.produced.get('left');
      await client.echo.later({ milliseconds: 20, value: 0 });
      expect(witness.produced.get('left')).toBe(produced);
    });

    it('sends no more of a stream than is taken', async () => {
      const events = client.counting.forever({ name: 'slow' });
      await events.next();
      await client.echo.later({ milliseconds: 50, value: 0 });
      expect(witness.produced.get('slow')).toBeLessThanOrEqual(34);
      for (let taken = 0; taken < 100; taken += 1) await events.next();
      expect(witness.produced.get('slow')).toBeGreaterThan(100);
      await events.return?.();
    });

    it('cancels a call and a stream that is silent', async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const call = errorOf(client.echo.later({ milliseconds: 3000, value: 9 }, { signal }));
      const silent = client.counting.silence({ name: 'silent' }, { signal });
      await silent.next();
      const waiting = errorOf(silent.next() as Promise<unknown>);
      controller.abort();
      expect((await call).code).toBe('cancelled');
      expect((await waiting).code).toBe('cancelled');
      await vi.waitFor(() => expect([...witness.abandoned].sort()).toEqual(['later 9', 'silent']));
      expect((await errorOf(client.echo.later({ milliseconds: 0, value: 1 }, { signal }))).code).toBe(
        'cancelled',
      );
      expect(await client.echo.value('goes on')).toBe('goes on');
    });

    it('tells both sides when it dies in the middle', async () => {
      const call = errorOf(client.echo.later({ milliseconds: 10_000, value: 5 }));
      const events = client.counting.silence({ name: 'dying' });
      await events.next();
      const waiting = errorOf(events.next() as Promise<unknown>);
      transport.cut();
      expect((await call).code).toBe('connection-lost');
      expect((await waiting).code).toBe('connection-lost');
      await vi.waitFor(() => expect([...witness.abandoned].sort()).toEqual(['dying', 'later 5']));
      expect((await errorOf(client.echo.value(1))).code).toBe('connection-lost');
    });

    it('ends where somebody says what is no message', async () => {
      const call = errorOf(client.echo.later({ milliseconds: 10_000, value: 5 }));
      channel.send(Uint8Array.of(0xc1, 1, 2, 3));
      expect((await call).code).toBe('connection-lost');
    });
  });
}
