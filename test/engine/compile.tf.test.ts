import type { Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/engine/compile.ts';
import { nativeTensor } from '../../src/engine/nativeOperation.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import type { TensorFlow } from '../../src/engine/tensorFlow.ts';
import { hashed } from '../fixtures/engine/syntheticNumbers.ts';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

/** Uniform numbers in [-0.5, 0.5). */
function numbers(count: number, salt: number): Float32Array {
  return Float32Array.from(hashed(count, salt), (h) => h / 2 ** 32 - 0.5);
}

const batch = 16;
const image = [12, 12, 3];

/** A small network of ordinary tfjs layers, with a step of ordinary tfjs: composed softmax, batch norm and Adam. */
function ordinaryStep(batchNorm: boolean) {
  const { layers } = tf;
  const kernelInitializer = (seed: number) => tf.initializers.glorotUniform({ seed });
  const model = tf.sequential({
    layers: [
      layers.conv2d({
        filters: 8,
        kernelSize: 3,
        padding: 'same',
        activation: batchNorm ? 'linear' : 'relu',
        kernelInitializer: kernelInitializer(1),
        inputShape: image,
      }),
      ...(batchNorm ? [layers.batchNormalization(), layers.reLU()] : []),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({
        filters: 8,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        kernelInitializer: kernelInitializer(2),
      }),
      layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
      layers.dense({ units: 16, activation: 'relu', kernelInitializer: kernelInitializer(3) }),
      layers.dense({ units: 10, kernelInitializer: kernelInitializer(4) }),
    ],
  });
  const variablesOf = (weights: unknown) => (weights as { val: Variable }[]).map(({ val }) => val);
  const weights = variablesOf(model.trainableWeights);
  const momentum = weights.map((weight) => tf.variable(tf.zerosLike(weight)));
  const velocity = weights.map((weight) => tf.variable(tf.zerosLike(weight)));
  const beta1 = tf.variable(tf.scalar(0.9));
  const beta2 = tf.variable(tf.scalar(0.999));
  const step = (...[x, y, rate]: Tensor[]): Tensor[] => {
    const { value, grads } = tf.variableGrads(
      () =>
        tf.losses.softmaxCrossEntropy(
          tf.oneHot(y as Tensor, 10),
          model.apply(x as Tensor4D, { training: true }) as Tensor,
        ),
      weights,
    );
    const corrected = tf.mul(rate as Tensor, tf.div(tf.sqrt(tf.sub(1, beta2)), tf.sub(1, beta1)));
    weights.forEach((weight, index) => {
      const gradient = grads[weight.name] as Tensor;
      const m = momentum[index] as Variable;
      const v = velocity[index] as Variable;
      m.assign(tf.add(tf.mul(m, 0.9), tf.mul(gradient, 0.1)));
      v.assign(tf.add(tf.mul(v, 0.999), tf.mul(tf.square(gradient), 0.001)));
      weight.assign(tf.sub(weight, tf.div(tf.mul(corrected, m), tf.add(tf.sqrt(v), 1e-7))));
    });
    beta1.assign(tf.mul(beta1, 0.9));
    beta2.assign(tf.mul(beta2, 0.999));
    return [value];
  };
  const statistics = variablesOf(model.nonTrainableWeights);
  return { model, step, variables: [...weights, ...statistics, ...momentum, ...velocity, beta1, beta2] };
}

describe('a compiled training step', () => {
  it.each([false, true])(
    'equals the same step run eagerly to the last bit over 20 steps (batch normalisation: %s)',
    (batchNorm) => {
      const { model, step, variables } = ordinaryStep(batchNorm);
      const before = tf.memory().numTensors;
      const start = variables.map((variable) => variable.dataSync().slice());
      const compiled = compile(tf, {
        variables,
        inputs: [
          { shape: [batch, ...image], dtype: 'float32' },
          { shape: [batch], dtype: 'int32' },
          { shape: [], dtype: 'float32' },
        ],
        body: step,
      });
      expect(tf.memory().numTensors).toBe(before);
      expect(variables.map((variable) => variable.dataSync())).toEqual(start);
      for (let k = 0; k < 20; k += 1) {
        const x = numbers(batch * 12 * 12 * 3, 1000 * k);
        const y = Int32Array.from(hashed(batch, k), (h) => h % 10);
        const rate = Float32Array.of(1e-3 / (1 + k));
        const [compiledLoss] = compiled.run(x, y, rate);
        const eagerLoss = tf.tidy(() =>
          (
            step(tf.tensor(x, [batch, ...image]), tf.tensor(y, [batch], 'int32'), tf.tensor(rate, [])) as [
              Tensor,
            ]
          )[0].dataSync(),
        );
        expect(bits(compiledLoss as Float32Array), `loss of step ${String(k)}`).toEqual(
          bits(eagerLoss as Float32Array),
        );
      }
      const compiledValues = compiled.readVariables();
      variables.forEach((variable, index) => {
        expect(bits(compiledValues[index] as Float32Array)).toEqual(
          bits(variable.dataSync() as Float32Array),
        );
      });
      compiled.dispose();
      model.dispose();
      tf.dispose(variables.filter((variable) => !variable.isDisposed));
    },
  );

  it('evaluates as eager tfjs does, within 1e-6', () => {
    const { model, variables } = ordinaryStep(true);
    const compiled = compile(tf, {
      variables: variables.slice(0, model.weights.length),
      inputs: [{ shape: [batch, ...image], dtype: 'float32' }],
      body: (x) => [model.apply(x, { training: false }) as Tensor],
    });
    const x = numbers(batch * 12 * 12 * 3, 5);
    const [logits] = compiled.run(x);
    const eager = tf.tidy(() => (model.predict(tf.tensor(x, [batch, ...image])) as Tensor).dataSync());
    expect(logits).toHaveLength(eager.length);
    eager.forEach((value, index) => {
      expect(Math.abs(value - Number(logits?.[index]))).toBeLessThan(1e-6);
    });
    compiled.dispose();
    model.dispose();
    tf.dispose(variables.filter((variable) => !variable.isDisposed));
  });
});

describe('arithmetic that the graph optimiser would rewrite', () => {
  const count = 257;
  it.each<[string, (a: Tensor, b: Tensor, c: Tensor, d: Tensor) => Tensor]>([
    ['division by a constant', (a) => tf.div(a, 9)],
    ['a chain of constants', (a) => tf.mul(tf.mul(tf.add(tf.add(a, 0.1), 0.7), 0.3), 1.7)],
    ['a tree of additions', (a, b, c, d) => tf.add(tf.add(a, b), tf.add(c, tf.add(d, a)))],
    ['a common factor', (a, b, c) => tf.add(tf.mul(a, b), tf.mul(a, c))],
    ['a common constant factor', (a, b) => tf.add(tf.mul(a, 0.3), tf.mul(b, 0.3))],
    ['products with a scalar', (a, b) => tf.mul(tf.mul(tf.slice(a, 0, 1), b), tf.slice(b, 0, 1))],
    ['division by a root', (a, b) => tf.div(a, tf.sqrt(tf.abs(b)))],
    ['exponential minus one', (a) => tf.sub(tf.exp(a), 1)],
    ['logarithm of one plus', (a) => tf.log(tf.add(1, tf.abs(a)))],
    ['a composition of functions', (a) => tf.tanh(tf.exp(tf.sigmoid(tf.neg(a))))],
    ['a square of a difference', (a, b) => tf.square(tf.sub(a, b))],
  ])('%s stays as it was written', (_, body) => {
    const inputs = [1, 2, 3, 4].map((salt) => numbers(count, salt * 1000));
    const compiled = compile(tf, {
      variables: [],
      inputs: inputs.map(() => ({ shape: [count], dtype: 'float32' })),
      body: (a, b, c, d) => [body(a, b, c, d)],
    });
    const eager = tf.tidy(() => {
      const [a, b, c, d] = inputs.map((values) => tf.tensor(values));
      return body(a as Tensor, b as Tensor, c as Tensor, d as Tensor).dataSync() as Float32Array;
    });
    expect(bits(compiled.run(...inputs)[0] as Float32Array)).toEqual(bits(eager));
    compiled.dispose();
  });
});

/** The bits of some float32 values. */
function bits(values: Float32Array): Uint32Array {
  return new Uint32Array(values.slice().buffer);
}

describe('compile', () => {
  const vector = [{ shape: [4], dtype: 'float32' }] as const;

  it('reads its inputs anew at each call and assigns variables in the session only', () => {
    const total = tf.variable(tf.tensor1d([1, 2, 3, 4]));
    const compiled = compile(tf, {
      variables: [total],
      inputs: vector,
      body: (x) => {
        total.assign(tf.add(total, x));
        return [tf.sum(total), tf.mul(x, 2)];
      },
    });
    expect(compiled.run(Float32Array.of(1, 1, 1, 1))).toEqual([
      Float32Array.of(14),
      Float32Array.of(2, 2, 2, 2),
    ]);
    expect(compiled.run(Float32Array.of(0, 0, 0, 10))[0]).toEqual(Float32Array.of(24));
    expect(compiled.readVariables()).toEqual([Float32Array.of(2, 3, 4, 15)]);
    expect(total.dataSync()).toEqual(Float32Array.of(1, 2, 3, 4));
    compiled.dispose();
    expect(() => compiled.run(Float32Array.of(1, 1, 1, 1))).toThrow(/disposed/);
    total.dispose();
  });

  it('does not share memory with the arrays that variables are written from', () => {
    const weight = tf.variable(tf.zeros([64]));
    const compiled = compile(tf, {
      variables: [weight],
      inputs: [],
      body: () => {
        weight.assign(tf.add(weight, 1));
        return [tf.sum(weight)];
      },
    });
    const given = new Float32Array(64).fill(2);
    compiled.writeVariables([given]);
    given.fill(100);
    expect(compiled.run()).toEqual([Float32Array.of(192)]);
    expect(given).toEqual(new Float32Array(64).fill(100));
    compiled.dispose();
    weight.dispose();
  });

  it.each<[string, string, (x: Tensor) => Tensor[]]>([
    ['randomUniform', 'recording-random', () => [tf.randomUniform([4])]],
    ['dropout', 'recording-random', (x) => [tf.dropout(x, 0.5)]],
    ['multinomial', 'recording-random', (x) => [tf.multinomial(x as Tensor<never>, 3)]],
    ['truncatedNormal', 'recording-random', () => [tf.truncatedNormal([4])]],
    ['where', 'recording-read', (x) => [tf.tensor1d([...x.dataSync()])]],
    ['matMul', 'operation-failed', (x) => [tf.matMul(tf.reshape(x, [2, 2]), tf.ones([3, 3]))]],
    ['ArgMax', 'operation-failed', (x) => [nativeFault(x)]],
  ])('refuses a fault in %s (%s), naming the op', (operation, code, body) => {
    const attempt = () => compile(tf, { variables: [], inputs: vector, body: (x) => body(x) });
    if (operation !== 'where') expect(attempt).toThrow(new RegExp(operation));
    expect(attempt).toThrow(expect.objectContaining({ name: 'NoisefloorError', code }));
  });

  /** An op whose dimension is out of range, which only TensorFlow notices. */
  function nativeFault(x: Tensor): Tensor {
    return tf.engine().runKernel('ArgMax', { x }, { axis: 5 });
  }

  it.each([true, false])(
    'refuses a tensor made before recording (its values already with TensorFlow: %s)',
    (used) => {
      const rate = tf.scalar(0.1);
      if (used) tf.mul(rate, 1).dispose();
      const attempt = () => compile(tf, { variables: [], inputs: vector, body: (x) => [tf.mul(x, rate)] });
      expect(attempt).toThrow(expect.objectContaining({ code: 'recording-foreign-tensor' }));
      expect(attempt).toThrow(/Mul/);
      rate.dispose();
    },
  );

  it('completes attributes that eager TensorFlow infers', () => {
    const compiled = compile(tf, {
      variables: [],
      inputs: vector,
      body: (x) => [tf.expandDims(x, 1)],
    });
    expect(compiled.run(Float32Array.of(1, 2, 3, 4))).toEqual([Float32Array.of(1, 2, 3, 4)]);
    compiled.dispose();
  });

  it('refuses an op with an attribute that is missing and cannot be completed, naming both', () => {
    const attempt = () =>
      compile(tf, {
        variables: [],
        inputs: vector,
        body: (x) => [nativeTensor(tf, 'Softsign', [x], {})],
      });
    expect(attempt).toThrow(expect.objectContaining({ code: 'graph-invalid' }));
    expect(attempt).toThrow(/No attr named 'T'.*Softsign/s);
  });

  it('names the op that fails while running', () => {
    const compiled = compile(tf, {
      variables: [],
      inputs: [{ shape: [2], dtype: 'int32' }],
      body: (indices) => [tf.gather(tf.tensor1d([1, 2, 3]), indices)],
    });
    expect(compiled.run(Int32Array.of(2, 0))).toEqual([Float32Array.of(3, 1)]);
    expect(() => compiled.run(Int32Array.of(2, 7))).toThrow(expect.objectContaining({ code: 'step-failed' }));
    expect(() => compiled.run(Int32Array.of(2, 7))).toThrow(/GatherV2/);
    compiled.dispose();
  });

  it('works again after a fault, and leaves tfjs as it was', () => {
    expect(() =>
      compile(tf, { variables: [], inputs: vector, body: () => [tf.randomNormal([4])] }),
    ).toThrow();
    const drawn = tf.randomNormal([4]);
    expect(drawn.dataSync()).toHaveLength(4);
    drawn.dispose();
    const compiled = compile(tf, { variables: [], inputs: vector, body: (x) => [tf.neg(x)] });
    expect(compiled.run(Float32Array.of(1, 2, 3, 4))).toEqual([Float32Array.of(-1, -2, -3, -4)]);
    compiled.dispose();
  });

  it('refuses values that do not fit an input, naming it', () => {
    const compiled = compile(tf, { variables: [], inputs: vector, body: (x) => [tf.neg(x)] });
    expect(() => compiled.run(Float32Array.of(1, 2, 3))).toThrow(
      /input0: expected 4 numbers for shape \[4\], got 3/,
    );
    compiled.dispose();
  });
});
