import { describe, expect, it } from 'vitest';
import { initialValues } from '../../src/engine/initialisation.ts';

describe('initialValues', () => {
  it.each([
    // fan in + fan out: 3 x 3 x (16 + 32), and 100 + 50.
    { shape: [3, 3, 16, 32], limit: Math.sqrt(6 / 432) },
    { shape: [100, 50], limit: Math.sqrt(6 / 150) },
  ])('draws kernels uniformly within the Glorot limit, shape $shape', ({ shape, limit }) => {
    const values = initialValues('layer/kernel', shape, 3);
    expect(Math.max(...values)).toBeLessThan(limit);
    expect(Math.max(...values)).toBeGreaterThan(0.99 * limit);
    expect(Math.min(...values)).toBeLessThan(-0.99 * limit);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-limit * (1 + 1e-7));
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expect(variance / (limit ** 2 / 3)).toBeGreaterThan(0.95);
    expect(variance / (limit ** 2 / 3)).toBeLessThan(1.05);
  });

  it.each([
    // Variance 2 / fan out, by numbers within twice the deviation before truncation; fan out 3 x 3 x 64.
    { distribution: 'truncated-normal', scale: 2, limit: (2 * Math.sqrt(2 / 576)) / 0.879_625_661 },
    { distribution: 'uniform', scale: 1 / 3, limit: Math.sqrt(1 / 576) },
  ] as const)('scales the variance by the fan out where a layer says so: $distribution', (given) => {
    const { distribution, scale, limit } = given;
    const values = initialValues('layer/kernel', [3, 3, 32, 64], 3, {
      ...{ kind: 'scaled', fan: 'out' },
      ...{ distribution, scale },
    });
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(limit * (1 + 1e-6));
    expect(largest).toBeGreaterThan(0.99 * limit);
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expect((variance * 576) / scale).toBeGreaterThan(0.95);
    expect((variance * 576) / scale).toBeLessThan(1.05);
  });

  it('gives each layer and each seed draws of its own, and the same ones again', () => {
    const shape = [3, 3, 8, 8];
    const first = initialValues('conv2d/kernel', shape, 1);
    expect(initialValues('conv2d/kernel', shape, 1)).toEqual(first);
    expect(initialValues('conv2d_1/kernel', shape, 1)).not.toEqual(first);
    expect(initialValues('conv2d/kernel', shape, 2)).not.toEqual(first);
  });

  it.each([
    ['bias', 0],
    ['beta', 0],
    ['moving_mean', 0],
    ['gamma', 1],
    ['moving_variance', 1],
  ])('starts %s at %d', (weight, value) => {
    expect(initialValues(`layer/${weight}`, [3], 1)).toEqual(new Float32Array(3).fill(value));
  });

  it('refuses a weight that it has no rule for', () => {
    expect(() => initialValues('layer/mystery', [3], 1)).toThrow(/layer\/mystery/);
  });
});
