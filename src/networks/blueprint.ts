import type {
  ActivationFunction,
  FeatureMap,
  KernelInitialisation,
  LayerOperation,
  LayerSpecification,
  Padding,
  PerChannel,
  Sides,
  Window,
} from './layerOperation.ts';

/**
 * A network drawn as a list of layers, without any tensor: the engine builds it with `tf.layers`, and its parameters and
 * its work can be counted where there is no TensorFlow.
 */

interface Named {
  /** By default what Keras calls such a layer, with a number from the second on: `conv2d`, `conv2d_1`. */
  readonly name?: string;
}
interface WindowOptions {
  /** One number for both directions. */
  readonly size: number | readonly [number, number];
  readonly strides?: number;
  readonly padding?: Padding;
}

/** Draws a network layer by layer. Each method adds a layer and returns what it gives. */
export class Blueprint {
  readonly image: FeatureMap;
  readonly layers: LayerSpecification[] = [];
  readonly #numbers = new Map<string, number>();

  /** @param shape [height, width, channels] of the images. */
  constructor(shape: readonly [number, number, number]) {
    this.image = { place: 0, shape };
  }

  /** [h, w, c] -> [h', w', filters], with a bias unless `bias` is false. */
  convolution(
    x: FeatureMap,
    options: Named &
      WindowOptions & {
        filters: number;
        bias?: boolean;
        rectifiedPool?: boolean;
        initialisation?: KernelInitialisation;
      },
  ): FeatureMap {
    const window = windowOf(options, 1, 'same');
    const { filters, bias = true, rectifiedPool = false, initialisation = 'glorot-uniform' } = options;
    const [height, width] = slide(x, window);
    const half = (side: number): number => (rectifiedPool ? Math.floor(side / 2) : side);
    return this.#add(
      options.name ?? this.#numbered('conv2d'),
      { kind: 'convolution', ...window, filters, bias, rectifiedPool, initialisation },
      [x],
      [half(height), half(width), filters],
    );
  }

  /** A convolution of each channel by itself, without bias unless asked for. */
  depthwise(
    x: FeatureMap,
    options: WindowOptions & {
      name: string;
      multiplier?: number;
      bias?: boolean;
      initialisation?: KernelInitialisation;
    },
  ): FeatureMap {
    const window = windowOf(options, 1, 'same');
    const { multiplier = 1, bias = false, initialisation = 'glorot-uniform' } = options;
    const operation = { kind: 'depthwise', ...window, multiplier, bias, initialisation } as const;
    return this.#add(options.name, operation, [x], [...slide(x, window), multiplier * channelsOf(x)]);
  }

  /** A convolution of each channel by itself, then one of 1 x 1 across them, without bias unless asked for. */
  separable(
    x: FeatureMap,
    options: WindowOptions & {
      name: string;
      filters: number;
      multiplier?: number;
      bias?: boolean;
      initialisation?: KernelInitialisation;
      pointwiseInitialisation?: KernelInitialisation;
    },
  ): FeatureMap {
    const window = windowOf(options, 1, 'same');
    const { filters, multiplier = 1, bias = false } = options;
    const { initialisation = 'glorot-uniform', pointwiseInitialisation = 'glorot-uniform' } = options;
    const kernels = { initialisation, pointwiseInitialisation };
    return this.#add(
      options.name,
      { kind: 'separable', ...window, filters, multiplier, bias, ...kernels },
      [x],
      [...slide(x, window), filters],
    );
  }

  /** [h, w, c] or [features]. */
  batchNormalization(
    x: FeatureMap,
    options: Named & {
      momentum?: number;
      epsilon?: number;
      scale?: boolean;
      offset?: boolean;
      scaleStart?: number;
    } = {},
  ): FeatureMap {
    const { momentum = 0.99, epsilon = 1e-3, scale = true, offset = true, scaleStart = 1 } = options;
    const { name = this.#numbered('batch_normalization') } = options;
    const parts = { momentum, epsilon, scale, offset, scaleStart };
    return this.#add(name, { kind: 'batch-normalization', ...parts }, [x], x.shape);
  }

  activation(x: FeatureMap, activation: ActivationFunction, name = this.#numbered(activation)): FeatureMap {
    return this.#add(name, { kind: 'activation', activation }, [x], x.shape);
  }

  /** x, or slope times x where x is negative. */
  leakyRelu(x: FeatureMap, slope: number, name: string): FeatureMap {
    return this.#add(name, { kind: 'leaky-relu', slope }, [x], x.shape);
  }

  maximumPool(x: FeatureMap, options: Named & WindowOptions): FeatureMap {
    return this.#pool('maximum-pool', x, { name: options.name ?? this.#numbered('max_pooling2d') }, options);
  }

  /** Where a window reaches over the edge, the mean is that of the places within. */
  averagePool(x: FeatureMap, options: Named & WindowOptions): FeatureMap {
    return this.#pool(
      'average-pool',
      x,
      { name: options.name ?? this.#numbered('average_pooling2d') },
      options,
    );
  }

  #pool(
    kind: 'maximum-pool' | 'average-pool',
    x: FeatureMap,
    { name }: { name: string },
    options: WindowOptions,
  ): FeatureMap {
    const side = typeof options.size === 'number' ? options.size : options.size[0];
    const window = windowOf(options, side, 'valid');
    return this.#add(name, { kind, ...window }, [x], [...slide(x, window), channelsOf(x)]);
  }

  /** [h, w, c] -> [c], or [1, 1, c] where it keeps the dimensions. */
  globalAveragePool(x: FeatureMap, options: Named & { keepsDimensions?: boolean } = {}): FeatureMap {
    const { keepsDimensions = false, name = this.#numbered('global_average_pooling2d') } = options;
    const channels = channelsOf(x);
    return this.#add(
      name,
      { kind: 'global-average-pool', keepsDimensions },
      [x],
      keepsDimensions ? [1, 1, channels] : [channels],
    );
  }

  /** Zeros above and below, and left and right. */
  zeroPadding(x: FeatureMap, padding: readonly [Sides, Sides], name: string): FeatureMap {
    const [height = 0, width = 0] = x.shape;
    const [[top, bottom], [left, right]] = padding;
    const shape = [height + top + bottom, width + left + right, channelsOf(x)];
    return this.#add(name, { kind: 'zero-padding', padding }, [x], shape);
  }

  /** Takes rows above and below, and columns left and right, away. */
  cropping(x: FeatureMap, cropping: readonly [Sides, Sides], name: string): FeatureMap {
    const [height = 0, width = 0] = x.shape;
    const [[top, bottom], [left, right]] = cropping;
    const shape = [height - top - bottom, width - left - right, channelsOf(x)];
    return this.#add(name, { kind: 'cropping', cropping }, [x], shape);
  }

  /** scale x + offset */
  rescaling(
    x: FeatureMap,
    { scale, offset }: { scale: PerChannel; offset: PerChannel },
    name: string,
  ): FeatureMap {
    return this.#add(name, { kind: 'rescaling', scale, offset }, [x], x.shape);
  }

  /** The same numbers in another shape. */
  reshape(x: FeatureMap, shape: readonly number[], name: string): FeatureMap {
    return this.#add(name, { kind: 'reshape' }, [x], shape);
  }

  add(inputs: readonly [FeatureMap, ...FeatureMap[]], name = this.#numbered('add')): FeatureMap {
    return this.#add(name, { kind: 'add' }, inputs, inputs[0].shape);
  }

  /** The product; one with a single place or channel is repeated over those of the others. */
  multiply(inputs: readonly [FeatureMap, ...FeatureMap[]], name: string): FeatureMap {
    const shape = inputs[0].shape.map((first, axis) =>
      inputs.reduce((most, input) => Math.max(most, input.shape[axis] ?? 0), first),
    );
    return this.#add(name, { kind: 'multiply' }, inputs, shape);
  }

  /** Channels end to end. */
  concatenate(
    inputs: readonly [FeatureMap, ...FeatureMap[]],
    name = this.#numbered('concatenate'),
  ): FeatureMap {
    const channels = inputs.reduce((sum, input) => sum + channelsOf(input), 0);
    return this.#add(name, { kind: 'concatenate' }, inputs, [...inputs[0].shape.slice(0, -1), channels]);
  }

  flatten(x: FeatureMap, name = 'flatten'): FeatureMap {
    return this.#add(name, { kind: 'flatten' }, [x], [x.shape.reduce((product, size) => product * size, 1)]);
  }

  /** [inputs] -> [units], with a bias unless `bias` is false. */
  dense(
    x: FeatureMap,
    options: Named & { units: number; bias?: boolean; initialisation?: KernelInitialisation },
  ): FeatureMap {
    const { units, bias = true, initialisation = 'glorot-uniform' } = options;
    const { name = this.#numbered('dense') } = options;
    return this.#add(name, { kind: 'dense', units, bias, initialisation }, [x], [units]);
  }

  /**
   * Drops elements, or whole examples, while training; at a rate of 0 there is no layer.
   * @param options.wholeExamples drops all of an example's elements or none (stochastic depth, Huang et al. 2016).
   */
  dropout(x: FeatureMap, options: { name: string; rate: number; wholeExamples?: boolean }): FeatureMap {
    const { name, rate, wholeExamples = false } = options;
    return rate === 0 ? x : this.#add(name, { kind: 'dropout', rate, wholeExamples }, [x], x.shape);
  }

  /** (x - mean) / standard deviation for each channel, from numbers that training leaves alone. */
  inputNormalization(x: FeatureMap, name: string): FeatureMap {
    return this.#add(name, { kind: 'input-normalization' }, [x], x.shape);
  }

  #add(
    name: string,
    operation: LayerOperation,
    inputs: readonly FeatureMap[],
    shape: readonly number[],
  ): FeatureMap {
    const output = { place: this.layers.length + 1, shape };
    this.layers.push({ name, operation, inputs, output });
    return output;
  }

  #numbered(base: string): string {
    const number = this.#numbers.get(base) ?? 0;
    this.#numbers.set(base, number + 1);
    return number === 0 ? base : `${base}_${number}`;
  }
}

/** Channels of an image, or features. */
export function channelsOf({ shape }: FeatureMap): number {
  return shape.at(-1) ?? 0;
}

function windowOf(options: WindowOptions, strides: number, padding: Padding): Window {
  const { size } = options;
  return {
    size: typeof size === 'number' ? [size, size] : size,
    strides: options.strides ?? strides,
    padding: options.padding ?? padding,
  };
}

/** Height and width of what a window gives that slides over an image. */
function slide({ shape }: FeatureMap, { size, strides, padding }: Window): [number, number] {
  const [height = 0, width = 0] = shape;
  const places = (side: number, window: number): number =>
    padding === 'same' ? Math.ceil(side / strides) : Math.floor((side - window) / strides) + 1;
  return [places(height, size[0]), places(width, size[1])];
}
