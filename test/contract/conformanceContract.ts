import { z } from 'zod';
import { call, stream, type Implementation } from '../../src/contract/procedure.ts';
import { NoisefloorError } from '../../src/study/errors.ts';

/** Procedures that show whether a transport carries whatever the studio says. */
export const conformanceContract = {
  echo: {
    value: call(z.unknown(), z.unknown()),
    large: call(z.strictObject({ parts: z.int() }), z.custom<Uint8Array[]>()),
    even: call(z.strictObject({ number: z.int() }), z.strictObject({ number: z.int().multipleOf(2) })),
    later: call(z.strictObject({ milliseconds: z.int(), value: z.int() }), z.int()),
  },
  failing: {
    known: call(z.strictObject({ details: z.record(z.string(), z.unknown()) }), z.null()),
    unknown: call(z.null(), z.null()),
    unsendable: call(z.null(), z.unknown()),
    unsendableDetails: call(z.null(), z.null()),
    stream: stream(z.null(), z.int()),
  },
  counting: {
    to: stream(z.strictObject({ end: z.int() }), z.int()),
    arrays: stream(z.strictObject({ count: z.int() }), z.custom<Float64Array>()),
    forever: stream(z.strictObject({ name: z.string() }), z.int()),
    silence: stream(z.strictObject({ name: z.string() }), z.int()),
  },
};

/** A mebibyte whose every byte tells where it is. */
export function largePart(): Uint8Array {
  return Uint8Array.from({ length: 1 << 20 }, (_, position) => (position * 31) % 251);
}

/** What the implementation saw: how many events each stream made, and which requests were given up. */
export class Witness {
  readonly produced = new Map<string, number>();
  readonly abandoned = new Set<string>();
}

export function conformanceImplementation(witness: Witness): Implementation<typeof conformanceContract> {
  return {
    echo: {
      value: (input) => Promise.resolve(input),
      large: ({ parts }) => Promise.resolve(Array.from({ length: parts }, largePart)),
      even: ({ number }) => Promise.resolve({ number }),
      later: async ({ milliseconds, value }, { signal }) => {
        signal.addEventListener('abort', () => witness.abandoned.add(`later ${value}`));
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        return value;
      },
    },
    failing: {
      known: ({ details }) =>
        Promise.reject(new NoisefloorError('study-unknown', 'There is no study "ü".', { details })),
      unknown: () => Promise.reject(new TypeError('undefined is not a function')),
      unsendable: () => Promise.resolve({ when: new Date(0) }),
      unsendableDetails: () =>
        Promise.reject(new NoisefloorError('odd', 'Odd.', { details: { call: () => undefined } })),
      async *stream() {
        yield 1;
        await Promise.resolve();
        throw new NoisefloorError('nothing-recorded', 'Nothing is there.', { details: { after: 1 } });
      },
    },
    counting: {
      async *to({ end }) {
        for (let number = 0; number < end; number += 1) {
          yield number;
          await Promise.resolve();
        }
      },
      async *arrays({ count }) {
        for (let number = 0; number < count; number += 1) {
          yield Float64Array.of(number, Number.NaN, Number.NEGATIVE_INFINITY);
          await Promise.resolve();
        }
      },
      async *forever({ name }, { signal }) {
        signal.addEventListener('abort', () => witness.abandoned.add(name));
        for (let number = 0; ; number += 1) {
          witness.produced.set(name, number + 1);
          yield number;
          await Promise.resolve();
        }
      },
      async *silence({ name }, { signal }) {
        signal.addEventListener('abort', () => witness.abandoned.add(name));
        yield 0;
        await new Promise(() => undefined);
      },
    },
  };
}
