import { entryOf, numberOf, numbersOf, truthOf } from './configuration.ts';
import type { LayerReading, LayerStep } from './layerReading.ts';

type Reader = (layer: LayerReading) => LayerStep[];

/** What Keras divides by at least. */
const smallestDeviation = 1e-7;
const augmentation = "changes images at random; augmentation is the recipe's (task.recipe.augmentation)";
const noise = 'draws random numbers that the study could not name a seed for';

/** Why layers cannot be taken over that people are likely to have. */
const refused: Readonly<Record<string, string>> = {
  Lambda: 'runs code of the file, which is never executed',
  TFOpLambda: 'is an operation and not a layer',
  LayerNormalization: 'is a normalisation that is not supported',
  GroupNormalization: 'is a normalisation that is not supported',
  GaussianNoise: noise,
  GaussianDropout: noise,
  AlphaDropout: noise,
  SpatialDropout2D: 'drops whole channels, which is not supported',
  RandomFlip: augmentation,
  RandomRotation: augmentation,
  RandomZoom: augmentation,
  RandomCrop: augmentation,
  RandomTranslation: augmentation,
  RandomContrast: augmentation,
  RandomBrightness: augmentation,
  PReLU: 'learns its slopes, which is not supported',
};

/** How each class of Keras is read. */
const readers: Readonly<Record<string, Reader>> = {
  Conv2D: (layer) => {
    const groups = numberOf(layer.config, 'groups', 1);
    if (groups !== 1) layer.fault(`has ${groups} groups; one is supported`);
    return [
      {
        ...{ kind: 'convolution', name: layer.name, filters: numberOf(layer.config, 'filters', 0) },
        ...layer.window('kernel_size', 'strides', 1),
        ...{ bias: layer.bias(), initialisation: layer.kernel('kernel') },
      },
      ...layer.activation(),
    ];
  },
  DepthwiseConv2D: (layer) => [
    {
      ...{ kind: 'depthwise', name: layer.name, ...layer.window('kernel_size', 'strides', 1) },
      ...{ multiplier: numberOf(layer.config, 'depth_multiplier', 1), bias: layer.bias() },
      initialisation: layer.kernel('depthwise'),
    },
    ...layer.activation(),
  ],
  SeparableConv2D: (layer) => [
    {
      ...{ kind: 'separable', name: layer.name, filters: numberOf(layer.config, 'filters', 0) },
      ...layer.window('kernel_size', 'strides', 1),
      ...{ multiplier: numberOf(layer.config, 'depth_multiplier', 1), bias: layer.bias() },
      initialisation: layer.kernel('depthwise'),
      pointwiseInitialisation: layer.kernel('pointwise'),
    },
    ...layer.activation(),
  ],
  Dense: (layer) => {
    if (layer.rank !== 2) layer.fault('takes features, and images go into it; flatten or pool them before');
    return [
      {
        ...{ kind: 'dense', name: layer.name, units: numberOf(layer.config, 'units', 0) },
        ...{ bias: layer.bias(), initialisation: layer.kernel('kernel') },
      },
      ...layer.activation(),
    ];
  },
  BatchNormalization: (layer) => {
    layer.requireChannels('normalises');
    layer.requirePlainNormalisation();
    if (truthOf(layer.config, 'renorm', false)) layer.fault('renormalises its batches (renorm)');
    const scaleStart = layer.scaleStart();
    return [
      {
        ...{ kind: 'batch-normalization', name: layer.name },
        ...{
          momentum: numberOf(layer.config, 'momentum', 0.99),
          epsilon: numberOf(layer.config, 'epsilon', 1e-3),
        },
        ...{ scale: truthOf(layer.config, 'scale', true), offset: truthOf(layer.config, 'center', true) },
        ...(scaleStart !== 1 && { scaleStart }),
      },
    ];
  },
  Activation: (layer) => named(layer),
  ReLU: (layer) => {
    const { config, name } = layer;
    const most = config['max_value'] ?? null;
    const slope = numberOf(config, 'negative_slope', 0);
    if (numberOf(config, 'threshold', 0) !== 0) layer.fault('has a threshold');
    if (most !== null && (most !== 6 || slope !== 0))
      layer.fault(`is cut at ${JSON.stringify(most)}; 6 is supported`);
    if (slope !== 0) return [{ kind: 'leaky-relu', name, slope }];
    return layer.activated(most === null ? 'Relu' : 'Relu6', name);
  },
  LeakyReLU: ({ config, name }) => [
    { kind: 'leaky-relu', name, slope: numberOf(config, 'negative_slope', numberOf(config, 'alpha', 0.3)) },
  ],
  ELU: (layer) => {
    if (numberOf(layer.config, 'alpha', 1) !== 1) layer.fault('has an alpha other than 1');
    return layer.activated('Elu', layer.name);
  },
  Softmax: (layer) => {
    layer.requireChannels('is taken over');
    return layer.activated('Softmax', layer.name);
  },
  MaxPooling2D: (layer) => [
    { kind: 'maximum-pool', name: layer.name, ...layer.window('pool_size', 'strides', null) },
  ],
  AveragePooling2D: (layer) => [
    { kind: 'average-pool', name: layer.name, ...layer.window('pool_size', 'strides', null) },
  ],
  GlobalAveragePooling2D: ({ config, name }) => [
    { kind: 'global-average-pool', name, keepsDimensions: truthOf(config, 'keepdims', false) },
  ],
  GlobalMaxPooling2D: ({ config, name }) => [
    { kind: 'global-maximum-pool', name, keepsDimensions: truthOf(config, 'keepdims', false) },
  ],
  ZeroPadding2D: (layer) => [{ kind: 'zero-padding', name: layer.name, padding: layer.sides('padding') }],
  Cropping2D: (layer) => [{ kind: 'cropping', name: layer.name, cropping: layer.sides('cropping') }],
  Flatten: ({ name, rank }) => (rank === 2 ? [] : [{ kind: 'flatten', name }]),
  Reshape: (layer) => {
    const shape = numbersOf(layer.config['target_shape']);
    if (!Array.isArray(shape) || shape.length > 3 || shape.some((size) => size < 1)) {
      layer.fault(
        `gives the shape ${JSON.stringify(layer.config['target_shape'])}; 1 to 3 sizes are supported`,
      );
      return [];
    }
    return [{ kind: 'reshape', name: layer.name, shape }];
  },
  Dropout: (layer) => {
    const { config, name } = layer;
    const rate = numberOf(config, 'rate', 0.5);
    const noiseShape = config['noise_shape'] ?? null;
    const wholeExamples =
      Array.isArray(noiseShape) &&
      noiseShape.length === layer.rank &&
      noiseShape.slice(1).every((size) => size === 1);
    if (noiseShape !== null && !wholeExamples) {
      layer.fault(
        `drops by the shape ${JSON.stringify(noiseShape)}; elements or whole examples are supported`,
      );
    }
    return rate === 0 ? [] : [{ kind: 'dropout', name, rate, wholeExamples }];
  },
  Rescaling: (layer) => {
    const [scale, offset] = [layer.perChannel('scale'), layer.perChannel('offset') ?? 0];
    if (scale === null) layer.fault('has a scale that cannot be read');
    return [{ kind: 'rescaling', name: layer.name, scale: scale ?? 1, offset }];
  },
  Normalization: (layer) => {
    layer.requireChannels('normalises');
    const [mean, variance] = [layer.perChannel('mean'), layer.perChannel('variance')];
    if (mean === null || variance === null || truthOf(layer.config, 'invert', false)) {
      layer.fault("has its mean and variance in the file's weights, which are not read");
      return [];
    }
    return [{ kind: 'rescaling', name: layer.name, ...standardising(mean, variance) }];
  },
  // Keras writes `x + 1` and `x + y` as it writes its layers of these names.
  Add: (layer) => ofTensors(layer, 'add') ?? withNumber(layer, (number) => ({ scale: 1, offset: number })),
  Multiply: (layer) =>
    ofTensors(layer, 'multiply') ?? withNumber(layer, (number) => ({ scale: number, offset: 0 })),
  Subtract: (layer) =>
    withNumber(layer, (number, isFirst) =>
      isFirst ? { scale: -1, offset: number } : { scale: 1, offset: -number },
    ),
  TrueDivide: (layer) =>
    withNumber(layer, (number, isFirst) => (isFirst ? null : { scale: 1 / number, offset: 0 })),
  Concatenate: (layer) => {
    layer.requireChannels('joins along');
    return [{ kind: 'concatenate', name: layer.name }];
  },
};

/** What a layer of Keras becomes; nothing where it does nothing, or cannot be taken over. */
export function readLayer(layer: LayerReading): LayerStep[] {
  const { className, module } = layer.node;
  const reader = entryOf(readers, className);
  // A class of one's own may bear the name of one of Keras'.
  const isForeign = module !== '' && !/^(keras|tensorflow|tf_keras)\b/.test(module);
  if (reader !== undefined && !isForeign) return reader(layer);
  layer.fault(
    isForeign
      ? `is a class of ${module}, which cannot be read without running its code`
      : (entryOf(refused, className) ?? 'is not supported'),
  );
  return [];
}

function named(layer: LayerReading): LayerStep[] {
  return layer.activation().map((step) => ({ ...step, name: layer.name }));
}

function standardising(
  mean: number | number[],
  variance: number | number[],
): { scale: number | number[]; offset: number | number[] } {
  const scaleOf = (value: number): number => 1 / Math.max(Math.sqrt(value), smallestDeviation);
  if (typeof mean === 'number' && typeof variance === 'number') {
    return { scale: scaleOf(variance), offset: -mean * scaleOf(variance) };
  }
  const count = Math.max(numbers(mean).length, numbers(variance).length);
  const at = (values: number | number[], index: number): number =>
    numbers(values)[index] ?? numbers(values)[0] ?? 0;
  const indices = Array.from({ length: count }, (_, index) => index);
  return {
    scale: indices.map((index) => scaleOf(at(variance, index))),
    offset: indices.map((index) => -at(mean, index) * scaleOf(at(variance, index))),
  };
}

const numbers = (value: number | number[]): number[] => (typeof value === 'number' ? [value] : value);

type Rescale = (number: number, isFirst: boolean) => { scale: number; offset: number } | null;

/** The sum or product of two tensors or more; null where there is only one. */
function ofTensors({ node, name }: LayerReading, kind: 'add' | 'multiply'): LayerStep[] | null {
  return node.inputs.length < 2 ? null : [{ kind, name }];
}

/** An operation of a tensor and a number. */
function withNumber(layer: LayerReading, rescale: Rescale): LayerStep[] {
  const { operands, inputs } = layer.node;
  const place = operands.findIndex((operand) => typeof operand === 'number');
  const number = operands[place];
  const rescaled = typeof number === 'number' && inputs.length === 1 ? rescale(number, place === 0) : null;
  if (rescaled === null) {
    layer.fault('is an operation that is not supported with what it is given here');
    return [];
  }
  return [{ kind: 'rescaling', name: layer.name, ...rescaled }];
}

/** Dimensions of what a layer gives, the batch's included. */
export function rankAfter(step: LayerStep, before: number): number {
  switch (step.kind) {
    case 'dense':
    case 'flatten':
      return 2;
    case 'global-average-pool':
    case 'global-maximum-pool':
      return step.keepsDimensions ? before : 2;
    case 'reshape':
      return step.shape.length + 1;
    default:
      return before;
  }
}
