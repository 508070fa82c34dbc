import { describe, expect, it } from 'vitest';
import { drawStepNoise } from '../../src/data/stepNoise.ts';
import type { NoiseShapes } from '../../src/engine/trainingInterface.ts';

const everything: NoiseShapes = { flip: true, crop: 2, dropout: [[4, 3], [5]] };
const seeds = { augmentation: 1, dropout: 2 };

describe('drawStepNoise', () => {
  it('draws what is asked for, in its shape and range', () => {
    const { flip, crop, dropout } = drawStepNoise(everything, seeds, 0, 0, 1000);
    expect(flip).toHaveLength(1000);
    expect(flip?.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(crop).toHaveLength(2000);
    expect(new Set(crop)).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(dropout?.map((layer) => layer.length)).toEqual([12_000, 5000]);
    expect(drawStepNoise({ flip: false, crop: null, dropout: [] }, seeds, 0, 0, 10)).toEqual({});
  });

  it('mirrors about half and crops every place equally often', () => {
    const { flip, crop } = drawStepNoise(everything, seeds, 0, 0, 20_000);
    const mirrored = flip?.filter((number) => number < 0.5).length ?? 0;
    expect(Math.abs(mirrored - 10_000)).toBeLessThan(5 * Math.sqrt(20_000 / 4));
    for (let place = 0; place < 5; place++) {
      const count = crop?.filter((offset) => offset === place).length ?? 0;
      expect(Math.abs(count - 8000)).toBeLessThan(5 * Math.sqrt(40_000 * 0.2 * 0.8));
    }
  });

  it('depends on the seed, epoch and step, and on nothing before them', () => {
    const at = (epoch: number, step: number, of = seeds) => drawStepNoise(everything, of, epoch, step, 8);
    const draws = [at(0, 0), at(0, 1), at(1, 0), at(0, 0, { augmentation: 3, dropout: 4 })];
    for (const kind of ['flip', 'crop'] as const) {
      expect(new Set(draws.map((noise) => noise[kind]?.join())).size).toBe(4);
    }
    expect(new Set(draws.flatMap((noise) => noise.dropout?.map((layer) => layer.join()))).size).toBe(8);
    expect(at(0, 1)).toEqual(draws[1]);
    // Epoch 1, step 11 and epoch 11, step 1 are different places.
    expect(at(1, 11)).not.toEqual(at(11, 1));
  });

  it('keeps the sources apart: augmentation does not move with the seed of dropout', () => {
    const other = drawStepNoise(everything, { augmentation: 1, dropout: 9 }, 0, 0, 8);
    const one = drawStepNoise(everything, seeds, 0, 0, 8);
    expect(other.flip).toEqual(one.flip);
    expect(other.crop).toEqual(one.crop);
    expect(other.dropout).not.toEqual(one.dropout);
  });

  it('draws the same flips whether or not the task also crops', () => {
    const { flip } = drawStepNoise({ flip: true, crop: null, dropout: [] }, seeds, 3, 4, 8);
    expect(flip).toEqual(drawStepNoise(everything, seeds, 3, 4, 8).flip);
  });
});
