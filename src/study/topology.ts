import { z } from 'zod';

/**
 * The layers of a network that a person brings as a file: what is kept of the file in a study, so that the study means the
 * same network wherever the file is.
 */

/** How the values of a weight are drawn, beside Glorot uniform, which needs no saying. */
export const initialisationSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('scaled'),
      scale: z.number().positive().max(1e6),
      fan: z.enum(['in', 'out', 'average']),
      distribution: z.enum(['uniform', 'normal', 'truncated-normal']),
    })
    .describe('With variance scale / fan, as `VarianceScaling` of Keras (He et al. 2015).'),
  z
    .strictObject({
      kind: z.literal('normal'),
      mean: z.number(),
      deviation: z.number().positive(),
      truncated: z.boolean().describe('Whether what is more than two deviations off is drawn again.'),
    })
    .describe('Normal, whatever the size of the layer.'),
  z
    .strictObject({ kind: z.literal('uniform'), low: z.number(), high: z.number() })
    .describe('Uniform between two numbers.'),
  z.strictObject({ kind: z.literal('constant'), value: z.number() }).describe('All the same.'),
]);
export type Initialisation = z.infer<typeof initialisationSchema>;

/** Functions of each number that a layer can apply. */
export const activationFunctions = [
  'relu',
  'relu6',
  'swish',
  'sigmoid',
  'tanh',
  'elu',
  'selu',
  'softplus',
] as const;

/** As TensorFlow takes names into its graph. */
const layerName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.\-/]{0,199}$/, 'expected the name of a layer');
/** What `inputs` calls the image. */
export const imageName = '@image';

const size = z.int().min(1).max(100_000);
const count = z.int().min(1).max(1_000_000);
const sides = z.tuple([z.int().min(0).max(10_000), z.int().min(0).max(10_000)]);
const padding = z.enum(['same', 'valid']);
const window = { size: z.tuple([size, size]), strides: size, padding };
const initialisation = initialisationSchema.optional();
const perChannel = z.union([z.number(), z.array(z.number()).min(1).max(10_000)]);

const common = {
  name: layerName,
  inputs: z
    .array(z.union([layerName, z.literal(imageName)]))
    .min(1)
    .max(1000)
    .optional()
    .describe('The layers whose outputs it takes; the one before unless given.'),
};

/** A layer of such a network, as its file says it; bias, scale and offset as Keras means them. */
export const topologyLayerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('convolution'),
    filters: count,
    ...window,
    bias: z.boolean(),
    initialisation,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('depthwise'),
    ...window,
    multiplier: count,
    bias: z.boolean(),
    initialisation,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('separable'),
    filters: count,
    ...window,
    multiplier: count,
    bias: z.boolean(),
    initialisation,
    pointwiseInitialisation: initialisation,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('dense'),
    units: count,
    bias: z.boolean(),
    initialisation,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('batch-normalization'),
    momentum: z.number().min(0).max(1),
    epsilon: z.number().positive().max(1),
    scale: z.boolean(),
    offset: z.boolean(),
    scaleStart: z.number().optional().describe('What `gamma` starts at; 1 unless given.'),
  }),
  z.strictObject({ ...common, kind: z.literal('activation'), activation: z.enum(activationFunctions) }),
  z.strictObject({ ...common, kind: z.literal('leaky-relu'), slope: z.number().min(0).max(10) }),
  z.strictObject({ ...common, kind: z.literal('maximum-pool'), ...window }),
  z.strictObject({ ...common, kind: z.literal('average-pool'), ...window }),
  z.strictObject({ ...common, kind: z.literal('global-average-pool'), keepsDimensions: z.boolean() }),
  z.strictObject({ ...common, kind: z.literal('global-maximum-pool'), keepsDimensions: z.boolean() }),
  z.strictObject({ ...common, kind: z.literal('zero-padding'), padding: z.tuple([sides, sides]) }),
  z.strictObject({ ...common, kind: z.literal('cropping'), cropping: z.tuple([sides, sides]) }),
  z.strictObject({ ...common, kind: z.literal('rescaling'), scale: perChannel, offset: perChannel }),
  z.strictObject({ ...common, kind: z.literal('reshape'), shape: z.array(size).min(1).max(3) }),
  z.strictObject({
    ...common,
    kind: z.literal('dropout'),
    rate: z.number().min(0).lt(1),
    wholeExamples: z.boolean(),
  }),
  z.strictObject({ ...common, kind: z.literal('add') }),
  z.strictObject({ ...common, kind: z.literal('multiply') }),
  z.strictObject({ ...common, kind: z.literal('concatenate') }),
  z.strictObject({ ...common, kind: z.literal('flatten') }),
]);
export type TopologyLayer = z.infer<typeof topologyLayerSchema>;

const side = size.nullable();

export const topologySchema = z.strictObject({
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hexadecimal')
    .describe('Of the rest of the topology, as JSON with sorted keys.'),
  input: z
    .tuple([side, side, side])
    .describe('Height, width and channels that the file asks for; null takes those of the data.'),
  l2: z
    .number()
    .positive()
    .max(1e6)
    .optional()
    .describe('What the L2 regulariser of every kernel has; the recipe must say the same.'),
  layers: z.array(topologyLayerSchema).min(1).max(5000),
});
export type Topology = z.infer<typeof topologySchema>;
