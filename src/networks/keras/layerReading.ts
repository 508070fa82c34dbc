import type { activationFunctions, Initialisation, TopologyLayer } from '../../study/topology.ts';
import {
  entryOf,
  numberOf,
  numbersOf,
  pairOf,
  serialised,
  textOf,
  truthOf,
  type Configuration,
} from './configuration.ts';
import { constantOf, kernelInitialisation } from './initialisers.ts';
import type { KerasNode } from './modelGraph.ts';

type WithoutInputs<Layer> = Layer extends unknown ? Omit<Layer, 'inputs'> : never;

/** A layer that a layer of Keras becomes; a softmax is only ever the end of a network, and is then left out. */
export type LayerStep = WithoutInputs<TopologyLayer> | { readonly kind: 'softmax'; readonly name: string };

/** By the names of Keras' functions, as classes are written. */
const functions: Readonly<Record<string, (typeof activationFunctions)[number]>> = {
  Relu: 'relu',
  Relu6: 'relu6',
  Swish: 'swish',
  Silu: 'swish',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Elu: 'elu',
  Selu: 'selu',
  Softplus: 'softplus',
};
/** What the function `leaky_relu` has where nothing says otherwise. */
const usualSlope = 0.2;
/** What a regulariser's rate is rounded to: files hold a float32. */
const rateDigits = 6;

/** Reads what one layer of Keras was made with, and collects why it cannot be taken over. */
export class LayerReading {
  readonly #node: KerasNode;
  /** Dimensions of what goes in, the batch's included. */
  readonly rank: number;
  readonly faults: string[] = [];
  /** The L2 rate of each of its kernels. */
  readonly l2: number[] = [];

  constructor(node: KerasNode, rank: number) {
    this.#node = node;
    this.rank = rank;
    if (textOf(this.config, 'data_format', 'channels_last') !== 'channels_last') {
      this.fault('has channels first (data_format), and images here have them last');
    }
  }

  get node(): KerasNode {
    return this.#node;
  }

  get name(): string {
    return this.#node.name;
  }

  get config(): Configuration {
    return this.#node.config;
  }

  fault(reason: string): void {
    this.faults.push(reason);
  }

  /** A window that slides over the image. */
  window(
    sizeKey: string,
    stridesKey: string,
    strides: number | null,
  ): { size: [number, number]; strides: number; padding: 'same' | 'valid' } {
    const size = pairOf(this.config[sizeKey]) ?? [1, 1];
    const [down, across] = pairOf(this.config[stridesKey]) ?? [strides ?? size[0], strides ?? size[1]];
    if (down !== across) this.fault(`moves by ${down} x ${across}; the same in both directions is supported`);
    const dilation = pairOf(this.config['dilation_rate']) ?? [1, 1];
    if (dilation.some((rate) => rate !== 1)) this.fault(`has a dilation of ${dilation.join(' x ')}`);
    const padding = textOf(this.config, 'padding', 'valid').toLowerCase();
    if (padding !== 'same' && padding !== 'valid') this.fault(`has the padding "${padding}"`);
    return { size, strides: down, padding: padding === 'same' ? 'same' : 'valid' };
  }

  /** How a kernel is initialised, its regulariser noted. */
  kernel(name: 'kernel' | 'depthwise' | 'pointwise'): Initialisation | undefined {
    this.#requireTrained();
    this.l2.push(this.#regulariser(`${name}_regularizer`));
    this.#refuse(`${name}_constraint`, 'a constraint');
    const read = kernelInitialisation(this.config[`${name}_initializer`]);
    if ('value' in read) return read.value;
    this.fault(read.fault);
    return undefined;
  }

  /** Whether there is a bias. */
  bias(): boolean {
    const has = truthOf(this.config, 'use_bias', true);
    if (has) this.startsAt('bias_initializer', 0);
    if (has) this.#refuse('bias_regularizer', 'a regulariser of its bias');
    if (has) this.#refuse('bias_constraint', 'a constraint');
    this.#refuse('activity_regularizer', 'an activity regulariser');
    return has;
  }

  /** Refuses a weight that does not start at the usual value. */
  startsAt(key: string, usual: number): void {
    const value = this.config[key];
    const start = value === undefined || value === null ? usual : constantOf(value);
    if (start !== usual) this.fault(`has a ${key} other than ${usual === 0 ? 'zeros' : 'ones'}`);
  }

  /** What batch normalisation's scale starts at. */
  scaleStart(): number {
    const value = this.config['gamma_initializer'];
    const start = value === undefined || value === null ? 1 : constantOf(value);
    if (start === null) this.fault('has a gamma_initializer that is not one number');
    return start ?? 1;
  }

  /** Refuses what batch normalisation is not trained with here. */
  requirePlainNormalisation(): void {
    this.#requireTrained();
    for (const weight of ['gamma', 'beta']) {
      this.#refuse(`${weight}_regularizer`, `a regulariser of its ${weight}`);
      this.#refuse(`${weight}_constraint`, 'a constraint');
    }
    this.startsAt('beta_initializer', 0);
    this.startsAt('moving_mean_initializer', 0);
    this.startsAt('moving_variance_initializer', 1);
  }

  /** Refuses an axis other than the channels'. */
  requireChannels(what: string): void {
    const axis = this.config['axis'] ?? -1;
    const axes = Array.isArray(axis) ? (axis as unknown[]) : [axis];
    const isLast = axes.length === 1 && (axes[0] === -1 || axes[0] === this.rank - 1);
    if (!isLast) this.fault(`${what} axis ${JSON.stringify(axis)}; the last is supported`);
  }

  /** The function that a layer applies to its results, as a layer of its own. */
  activation(): LayerStep[] {
    const given = serialised(this.config['activation'] ?? 'linear');
    if (given === null) {
      this.fault('has an activation that cannot be read');
      return [];
    }
    const suffix = given.className.toLowerCase();
    return this.activated(given.className, `${this.name}_${suffix}`);
  }

  /** A function of each number, or a softmax, by its name. */
  activated(className: string, name: string): LayerStep[] {
    if (className === 'Linear') return [];
    if (className === 'Softmax') return [{ kind: 'softmax', name }];
    if (className === 'LeakyRelu') return [{ kind: 'leaky-relu', name, slope: usualSlope }];
    const activation = entryOf(functions, className);
    if (activation !== undefined) return [{ kind: 'activation', name, activation }];
    this.fault(`has the activation ${className}, which is not known`);
    return [];
  }

  /** Numbers for all channels or for each; null where the file has none. */
  perChannel(key: string): number | number[] | null {
    const value = this.config[key];
    return value === undefined || value === null ? null : numbersOf(value);
  }

  /** Rows and columns to add or take at each side; Keras writes one number, two, or two pairs. */
  sides(key: string): [[number, number], [number, number]] {
    const value = this.config[key];
    if (Array.isArray(value) && Array.isArray(value[0])) {
      const [rows, columns] = [pairOf(value[0]), pairOf(value[1])];
      if (rows !== null && columns !== null) return [rows, columns];
    }
    const [rows, columns] = pairOf(value) ?? [1, 1];
    return [
      [rows, rows],
      [columns, columns],
    ];
  }

  /** The rate of an L2 regulariser, 0 where there is none. */
  #regulariser(key: string): number {
    const value = this.config[key];
    if (value === undefined || value === null) return 0;
    const given = serialised(value);
    const config = given?.config ?? {};
    const isL2 =
      given?.className === 'L2' || (given?.className === 'L1L2' && numberOf(config, 'l1', 0) === 0);
    if (isL2) return Number(numberOf(config, 'l2', 0.01).toPrecision(rateDigits));
    this.fault(`has the regulariser ${given?.className ?? 'unknown'}; L2 is supported`);
    return 0;
  }

  #refuse(key: string, what: string): void {
    const value = this.config[key];
    if (value !== undefined && value !== null) this.fault(`has ${what} (${key})`);
  }

  #requireTrained(): void {
    if (truthOf(this.config, 'trainable', true)) return;
    this.fault(
      "is frozen (trainable is false), which means something only with the file's weights, and these are not read",
    );
  }
}
