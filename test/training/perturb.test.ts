import { describe, expect, it } from 'vitest';
import type { NamedTensor } from '../../src/engine/trainingSession.ts';
import { flipWeightBit, swapExamples } from '../../src/training/perturb.ts';
import { failureOf } from '../study/failure.ts';

/** What a session keeps, read as copies and written back, as TensorFlow does. */
function keeping(kept: Record<string, number[]>, state: Record<string, number[]> = {}) {
  const tensorsOf = (values: Record<string, number[]>, role: NamedTensor['role']): NamedTensor[] =>
    Object.entries(values).map(([name, data]) => ({
      name,
      role,
      shape: [data.length],
      data: Float32Array.from(data),
    }));
  const tensors = [...tensorsOf(kept, 'weight'), ...tensorsOf(state, 'optimizer')];
  return {
    tensors,
    readTensors: () => tensors.map((tensor) => ({ ...tensor, data: tensor.data.slice() })),
    writeTensors: (written: readonly NamedTensor[]) => {
      for (const { name, data } of written) tensors.find((tensor) => tensor.name === name)?.data.set(data);
    },
  };
}

const bitsOf = (data: Float32Array): number[] => [...new Uint32Array(data.slice().buffer)];

describe('one bit of one weight', () => {
  it('is flipped, and nothing else', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const session = keeping({ kernel: [0.5, 0, -1.25, 3], bias: [0, 2] }, { 'kernel/m': [1, 1, 1, 1] });
      const before = session.tensors.map(({ data }) => bitsOf(data));
      const { tensor, element } = flipWeightBit(session, { kind: 'weight-bit', step: 0, bit: 3 }, seed);
      const changed = session.tensors.flatMap(({ name, data }, position) =>
        bitsOf(data).flatMap((bits, place) => {
          const difference = (bits ^ before[position]![place]!) >>> 0;
          return difference === 0 ? [] : [{ name, place, difference, was: before[position]![place] }];
        }),
      );
      expect(changed).toEqual([
        { name: tensor, place: element, difference: 8, was: expect.any(Number) as number },
      ]);
      expect(changed[0]?.was).not.toBe(0);
    }
  });

  it('is another for another seed, and the same for the same', () => {
    const where = (seed: number) =>
      flipWeightBit(
        keeping({ kernel: Array.from({ length: 1000 }, () => 1) }),
        { kind: 'weight-bit', step: 0, bit: 0 },
        seed,
      );
    expect(where(1)).toEqual(where(1));
    expect(new Set(Array.from({ length: 20 }, (_, seed) => where(seed).element)).size).toBeGreaterThan(15);
  });

  it('is the one that was asked for, or the question is refused with what there is', () => {
    const session = keeping({ kernel: [1, 2], bias: [3] });
    const asked = { kind: 'weight-bit', step: 0, bit: 0 } as const;
    expect(flipWeightBit(session, { ...asked, tensor: 'kernel', element: 1 }, 5)).toEqual({
      tensor: 'kernel',
      element: 1,
    });
    // 2 and one unit in the last place: 2 + 2^-22.
    expect(session.tensors[0]?.data[1]).toBe(2 + 2 ** -22);
    expect(failureOf(() => flipWeightBit(session, { ...asked, tensor: 'kernal' }, 5)).message).toMatch(
      /no weight tensor "kernal".*kernel, bias/,
    );
    expect(
      failureOf(() => flipWeightBit(session, { ...asked, tensor: 'bias', element: 1 }, 5)).message,
    ).toMatch(/bias has 1 numbers/);
  });
});

describe('two examples in each other’s place', () => {
  const indices = Int32Array.from({ length: 10 }, (_, position) => 100 + position);
  const flip = Float32Array.from({ length: 10 }, (_, position) => position);

  it('are two of the same micro-batch, and their draws travel with them', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const swapped = swapExamples({ indices, noise: { flip } }, 4, seed);
      const moved = [...indices.keys()].filter((place) => swapped.indices[place] !== indices[place]);
      expect(moved).toHaveLength(2);
      const [one, other] = moved as [number, number];
      expect([swapped.indices[one], swapped.indices[other]]).toEqual([indices[other], indices[one]]);
      expect(Math.floor(one / 4)).toBe(Math.floor(other / 4));
      expect([...swapped.noise.flip!].map((drawn) => drawn + 100)).toEqual([...swapped.indices]);
    }
  });

  it('stay where one is alone', () => {
    const alone = { indices: Int32Array.of(7), noise: {} };
    expect(swapExamples(alone, 4, 1)).toBe(alone);
  });
});
