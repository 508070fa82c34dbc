import type { Tensor, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/engine/compile.ts';
import { elementwise, leakyRectified, relu6, sigmoid, swish } from '../../src/engine/fusedOperations.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import { depthwiseConvolution, meanOverImage } from '../../src/engine/spatialOperations.ts';
import type { TensorFlow } from '../../src/engine/tensorFlow.ts';
import { hashed } from '../fixtures/engine/syntheticNumbers.ts';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

/** Between -8 and 8. */
const numbers = (count: number, salt: number): Float32Array =>
  Float32Array.from(hashed(count, salt), (hash) => 16 * (hash / 2 ** 32 - 0.5));

const size = (shape: readonly number[]): number => shape.reduce((product, each) => product * each, 1);

/** Value and gradients of a function as compiled and as tfjs runs another one, for the same numbers. */
function both(
  shapes: readonly (readonly number[])[],
  ours: (...inputs: Tensor4D[]) => Tensor,
  plain: (...inputs: Tensor4D[]) => Tensor,
): { ours: number[][]; plain: number[][] } {
  const values = shapes.map((shape, index) => numbers(size(shape), 100 * (index + 1)));
  const all =
    (apply: (...inputs: Tensor4D[]) => Tensor) =>
    (...inputs: Tensor[]) => {
      const y = apply(...(inputs as Tensor4D[]));
      // The gradient that arrives differs from place to place.
      const weights = tf.reshape(tf.tensor1d(numbers(y.size, 7)), y.shape);
      const gradients = tf.grads((...given: Tensor[]) => tf.mul(apply(...(given as Tensor4D[])), weights))(
        inputs,
      );
      return [y, ...gradients];
    };
  const compiled = compile(tf, {
    variables: [],
    inputs: shapes.map((shape) => ({ shape, dtype: 'float32' })),
    body: all(ours),
  });
  try {
    const eager = all(plain)(...values.map((value, index) => tf.tensor(value, [...(shapes[index] ?? [])])));
    return {
      ours: compiled.run(...values).map((value) => Array.from(value as Float32Array)),
      plain: eager.map((tensor) => Array.from(tensor.dataSync())),
    };
  } finally {
    compiled.dispose();
  }
}

function expectClose(results: { ours: number[][]; plain: number[][] }): void {
  expect(results.ours.map(({ length }) => length)).toEqual(results.plain.map(({ length }) => length));
  results.ours.forEach((values, index) => {
    const expected = results.plain[index] ?? [];
    const scale = Math.hypot(...expected) / Math.sqrt(expected.length);
    const largest = Math.max(
      ...values.map((value, place) => Math.abs(value - (expected[place] ?? Number.NaN))),
    );
    expect(largest / scale).toBeLessThan(2e-6);
  });
}

describe('operations that a compiled step runs, against their definitions', () => {
  const shape = [2, 5, 6, 3];

  it('rectify between 0 and 6', () => {
    expectClose(both([shape], (x) => relu6(tf, x), (x) => tf.clipByValue(x, 0, 6))); // prettier-ignore
  });

  it('give the logistic function', () => {
    const definition = (x: Tensor): Tensor => tf.div(1, tf.add(1, tf.exp(tf.neg(x))));
    expectClose(both([shape], (x) => sigmoid(tf, x), definition));
  });

  it('gate a number by its logistic function', () => {
    const definition = (x: Tensor): Tensor => tf.mul(x, tf.div(1, tf.add(1, tf.exp(tf.neg(x)))));
    expectClose(both([shape], (x) => swish(tf, x), definition));
  });

  it.each([
    ['Tanh', (x: Tensor) => tf.tanh(x)],
    ['Elu', (x: Tensor) => tf.elu(x)],
    ['Selu', (x: Tensor) => tf.selu(x)],
    ['Softplus', (x: Tensor) => tf.softplus(x)],
  ] as const)('give %s', (op, definition) => {
    expectClose(both([shape], (x) => elementwise(op)(tf, x), definition));
  });

  it('give a slope to what is negative', () => {
    expectClose(both([shape], (x) => leakyRectified(tf, x, 0.2), (x) => tf.leakyRelu(x, 0.2))); // prettier-ignore
  });

  it('take the mean over an image', () => {
    expectClose(both([shape], (x) => meanOverImage(tf, x), (x) => tf.mean(x, [1, 2], true))); // prettier-ignore
  });

  it.each([
    { strides: 1, padding: 'same' },
    { strides: 2, padding: 'valid' },
  ] as const)('convolve each channel by itself: %o', (options) => {
    // One channel after the other, by the convolution of all.
    const definition = (x: Tensor4D, kernel: Tensor4D): Tensor =>
      tf.concat(
        [0, 1, 2].map((channel) =>
          tf.conv2d(
            tf.slice(x, [0, 0, 0, channel], [-1, -1, -1, 1]),
            tf.slice(kernel, [0, 0, channel, 0], [-1, -1, 1, 1]),
            options.strides,
            options.padding,
          ),
        ),
        3,
      );
    expectClose(
      both([shape, [3, 3, 3, 1]], (x, kernel) => depthwiseConvolution(tf, x, kernel, options), definition),
    );
  });
});
