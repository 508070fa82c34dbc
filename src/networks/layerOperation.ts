import type { activationFunctions, Initialisation } from '../study/topology.ts';

/** What a layer gives for one image: [height, width, channels], or [features]. */
export interface FeatureMap {
  /** Of the layer that gives it; 0 is the image. */
  readonly place: number;
  readonly shape: readonly number[];
}

export type Padding = 'same' | 'valid';
export type ActivationFunction = (typeof activationFunctions)[number];

/** How a kernel is initialised; Glorot uniform unless a layer says otherwise. */
export type KernelInitialisation = 'glorot-uniform' | Initialisation;

/** What slides over an image. */
export interface Window {
  readonly size: readonly [number, number];
  readonly strides: number;
  readonly padding: Padding;
}

/** What a layer does. */
export type LayerOperation =
  | (Window & {
      readonly kind: 'convolution';
      readonly filters: number;
      readonly bias: boolean;
      /** Also takes max(x, 0), and then the maximum over windows of 2 x 2. */
      readonly rectifiedPool: boolean;
      readonly initialisation: KernelInitialisation;
    })
  | (Window & {
      readonly kind: 'depthwise';
      /** Channels that each channel gives. */
      readonly multiplier: number;
      readonly bias: boolean;
      readonly initialisation: KernelInitialisation;
    })
  | (Window & {
      readonly kind: 'separable';
      readonly filters: number;
      readonly multiplier: number;
      readonly bias: boolean;
      readonly initialisation: KernelInitialisation;
      readonly pointwiseInitialisation: KernelInitialisation;
    })
  | {
      readonly kind: 'batch-normalization';
      /** What stays of the moving statistics at each step. */
      readonly momentum: number;
      readonly epsilon: number;
      /** Whether it has a trained scale, `gamma`, and offset, `beta`. */
      readonly scale: boolean;
      readonly offset: boolean;
      readonly scaleStart: number;
    }
  | { readonly kind: 'activation'; readonly activation: ActivationFunction }
  | { readonly kind: 'leaky-relu'; readonly slope: number }
  | (Window & { readonly kind: 'maximum-pool' | 'average-pool' })
  | { readonly kind: 'global-average-pool'; readonly keepsDimensions: boolean }
  | { readonly kind: 'zero-padding'; readonly padding: readonly [Sides, Sides] }
  | { readonly kind: 'cropping'; readonly cropping: readonly [Sides, Sides] }
  | { readonly kind: 'rescaling'; readonly scale: PerChannel; readonly offset: PerChannel }
  | { readonly kind: 'reshape' }
  | { readonly kind: 'add' | 'multiply' | 'concatenate' | 'flatten' | 'input-normalization' }
  | {
      readonly kind: 'dense';
      readonly units: number;
      readonly bias: boolean;
      readonly initialisation: KernelInitialisation;
    }
  | { readonly kind: 'dropout'; readonly rate: number; readonly wholeExamples: boolean };

export type Sides = readonly [before: number, after: number];
/** One number for all channels, or one for each. */
export type PerChannel = number | readonly number[];

export interface LayerSpecification {
  readonly name: string;
  readonly operation: LayerOperation;
  readonly inputs: readonly FeatureMap[];
  readonly output: FeatureMap;
}
