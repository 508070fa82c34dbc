import { NoisefloorError } from '../study/errors.ts';
import { imageName, type Topology, type TopologyLayer } from '../study/topology.ts';
import { Blueprint } from './blueprint.ts';
import type { FeatureMap } from './layerOperation.ts';

type Shape = readonly [number, number, number];

/**
 * Draws the network that was read of a file, for images of [height, width, channels].
 * @param title what it is called in messages.
 * @throws NoisefloorError `network-unread` where nothing was read yet, `network-misfit` where these images or classes are
 *   not what it was made for, naming the layer.
 */
export function drawTopology(
  topology: Topology | undefined,
  title: string,
  shape: Shape,
  classes: number,
): Blueprint {
  if (topology === undefined) {
    throw new NoisefloorError('network-unread', `The file of ${title} has not been read yet.`);
  }
  requireInput(topology, title, shape);
  const blueprint = new Blueprint(shape);
  const given = new Map<string, FeatureMap>([[imageName, blueprint.image]]);
  let last = blueprint.image;
  for (const layer of topology.layers) {
    const [first = last, ...others] = layer.inputs?.map((name) => named(given, name, layer)) ?? [last];
    requireShapes(layer, [first, ...others], title);
    last = draw(blueprint, layer, [first, ...others]);
    if (last.shape.some((size) => size < 1)) {
      throw misfit(
        title,
        `leaves nothing of images of ${written(shape)} at its layer ${layer.name}; larger ones are needed.`,
      );
    }
    given.set(layer.name, last);
  }
  if (last.shape.length !== 1) {
    throw misfit(title, `ends in ${written(last.shape)} numbers, not in one for each class.`);
  }
  if (last.shape[0] !== classes) {
    throw misfit(
      title,
      `ends in ${last.shape[0] ?? 0} outputs, but the data have ${classes} classes. Save the model with a last layer of ${classes}.`,
    );
  }
  return blueprint;
}

function requireInput({ input }: Topology, title: string, shape: Shape): void {
  if (input.every((size, axis) => size === null || size === shape[axis])) return;
  const asked = input.map((size) => size ?? 'any').join(' x ');
  throw misfit(
    title,
    `was made for images of ${asked} (height x width x channels), but these are ${written(shape)}. Save the model with the shape of the data, or with None where it takes any.`,
  );
}

function named(
  given: ReadonlyMap<string, FeatureMap>,
  name: string,
  { name: layer }: TopologyLayer,
): FeatureMap {
  const found = given.get(name);
  if (found !== undefined) return found;
  throw new NoisefloorError(
    'network-misfit',
    `The layer ${layer} takes its input from ${name}, which does not come before it.`,
  );
}

/** What a layer asks of its inputs that its file alone does not tell. */
function requireShapes(layer: TopologyLayer, inputs: readonly FeatureMap[], title: string): void {
  const shapes = inputs.map(({ shape }) => shape);
  const [first = []] = shapes;
  const complaint = (problem: string): NoisefloorError =>
    misfit(title, `has a layer ${layer.name} that ${problem}: ${shapes.map(written).join(' and ')}.`);
  const differ = (axes: readonly number[]): boolean =>
    shapes.some((shape) => shape.length !== first.length || axes.some((axis) => shape[axis] !== first[axis]));
  const all = first.map((_, axis) => axis);
  switch (layer.kind) {
    case 'add':
      if (differ(all)) throw complaint('adds what has different shapes here');
      return;
    case 'concatenate':
      if (differ(all.slice(0, -1))) throw complaint('joins what has different heights or widths here');
      return;
    case 'multiply': {
      const fits = all.every((axis) => {
        const sizes = new Set(shapes.map((shape) => shape[axis]).filter((size) => size !== 1));
        return sizes.size < 2;
      });
      if (!fits || differ([])) throw complaint('multiplies what has different shapes here');
      return;
    }
    case 'reshape':
      if (product(layer.shape) !== product(first))
        throw complaint(`makes ${written(layer.shape)} of another number of numbers here`);
      return;
    case 'rescaling': {
      const counts = [layer.scale, layer.offset].flatMap((values) =>
        typeof values === 'number' ? [] : [values.length],
      );
      if (counts.some((count) => count !== first.at(-1)))
        throw complaint('has one number a channel, but of another number of channels here');
      return;
    }
    case 'dense':
    case 'batch-normalization':
    case 'activation':
    case 'leaky-relu':
    case 'dropout':
    case 'flatten':
      if (layer.kind === 'dense' && first.length !== 1) throw complaint('takes features, not images, here');
      return;
    default:
      if (first.length !== 3) throw complaint('takes images, not features, here');
  }
}

function draw(
  blueprint: Blueprint,
  layer: TopologyLayer,
  inputs: readonly [FeatureMap, ...FeatureMap[]],
): FeatureMap {
  const [x] = inputs;
  const { name } = layer;
  switch (layer.kind) {
    case 'convolution':
      return blueprint.convolution(x, given(layer));
    case 'depthwise':
      return blueprint.depthwise(x, given(layer));
    case 'separable':
      return blueprint.separable(x, given(layer));
    case 'dense':
      return blueprint.dense(x, given(layer));
    case 'batch-normalization':
      return blueprint.batchNormalization(x, given(layer));
    case 'activation':
      return blueprint.activation(x, layer.activation, name);
    case 'leaky-relu':
      return blueprint.leakyRelu(x, layer.slope, name);
    case 'maximum-pool':
      return blueprint.maximumPool(x, layer);
    case 'average-pool':
      return blueprint.averagePool(x, layer);
    case 'global-average-pool':
      return blueprint.globalAveragePool(x, layer);
    case 'global-maximum-pool': {
      const [height = 1, width = 1] = x.shape;
      const pooled = blueprint.maximumPool(x, {
        name,
        size: [height, width],
        strides: Math.max(height, width),
      });
      return layer.keepsDimensions ? pooled : blueprint.flatten(pooled, `${name}.flat`);
    }
    case 'zero-padding':
      return blueprint.zeroPadding(x, layer.padding, name);
    case 'cropping':
      return blueprint.cropping(x, layer.cropping, name);
    case 'rescaling':
      return blueprint.rescaling(x, layer, name);
    case 'reshape':
      return blueprint.reshape(x, layer.shape, name);
    case 'add':
      return blueprint.add(inputs, name);
    case 'multiply':
      return blueprint.multiply(inputs, name);
    case 'concatenate':
      return blueprint.concatenate(inputs, name);
    case 'flatten':
      return blueprint.flatten(x, name);
    case 'dropout':
      return blueprint.dropout(x, layer);
  }
}

/** A layer's options; what it leaves out is left out, not undefined. */
function given<Layer extends TopologyLayer>(layer: Layer): Given<Layer> {
  return Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined)) as Given<Layer>;
}
type Given<Layer> = {
  [Key in keyof Layer as undefined extends Layer[Key] ? never : Key]: Layer[Key];
} & { [Key in keyof Layer as undefined extends Layer[Key] ? Key : never]?: Exclude<Layer[Key], undefined> };

function misfit(title: string, problem: string): NoisefloorError {
  return new NoisefloorError('network-misfit', `${title} ${problem}`);
}

const written = (shape: readonly number[]): string => shape.join(' x ');
const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);
