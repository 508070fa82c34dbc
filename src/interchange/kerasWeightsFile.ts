import { File, ready } from 'h5wasm/node';
import { layerOf } from '../analysis/weights.ts';
import type { SavedTensor, TensorRole } from '../results/record.ts';
import { NoisefloorError } from '../study/errors.ts';
import { Hdf5File } from './hdf5File.ts';

/** What Keras calls the moving statistics of batch normalisation. */
const movingStatistics = new Set(['moving_mean', 'moving_variance']);

/**
 * Reads the weights that Keras wrote into HDF5, as a whole model or as weights alone: layers in the order of the attribute
 * `layer_names`, a layer's weights in that of `weight_names`. The optimiser's state is passed over.
 * @returns tensors named `<layer>/<weight>`.
 * @throws NoisefloorError `hdf5-unreadable`; `keras-weights-unknown` for another layout.
 */
export function readKerasWeights(path: string): Promise<SavedTensor[]> {
  return Hdf5File.with(path, (file) => {
    const root = file.names('').includes('model_weights') ? 'model_weights' : '';
    const layers = file.texts(root, 'layer_names');
    if (layers === null) {
      throw new NoisefloorError(
        'keras-weights-unknown',
        `${path} has no attribute "layer_names"${root === '' ? '' : ` at ${root}`}, so it is not what Keras writes: the order of its layers is not known.`,
        { details: { file: path } },
      );
    }
    return layers.flatMap((layer) => {
      const group = root === '' ? layer : `${root}/${layer}`;
      return (file.texts(group, 'weight_names') ?? []).map((weight): SavedTensor => {
        const { shape, values } = file.numbers(`${group}/${weight}`);
        // The first part repeats the layer, the last ends in the number of the variable's output.
        const own = weight.replace(/:\d+$/, '').replace(/^.*\//, '');
        const role: TensorRole = movingStatistics.has(own) ? 'moving-statistic' : 'weight';
        return { name: `${layer}/${own}`, shape, role, data: Float32Array.from(values) };
      });
    });
  });
}

/**
 * Writes the weights of a network as Keras writes them into HDF5: `model_weights/<layer>/<layer>/<weight>:0`, with the order of
 * the layers in the attribute `layer_names` and that of a layer's weights in `weight_names`.
 * @param tensors named `<layer>/<weight>`, in the order of the network.
 */
export async function writeKerasWeights(file: string, tensors: readonly SavedTensor[]): Promise<void> {
  await ready;
  const layers = Map.groupBy(tensors, ({ name }) => layerOf(name));
  const written = new File(file, 'w');
  try {
    const model = written.create_group('model_weights');
    writeTexts(model, 'layer_names', [...layers.keys()]);
    for (const [layer, own] of layers) {
      const outer = model.create_group(layer);
      const names = own.map(({ name }) => `${name.slice(layer.length + 1)}:0`);
      writeTexts(
        outer,
        'weight_names',
        names.map((name) => `${layer}/${name}`),
      );
      const inner = outer.create_group(layer);
      for (const [position, { data, shape }] of own.entries()) {
        inner.create_dataset({ name: names[position] ?? '', data, shape: [...shape], dtype: '<f' });
      }
    }
  } finally {
    written.close();
  }
}

/** Texts as an attribute of the longest one's length, as Keras has them. */
function writeTexts(
  group: ReturnType<File['create_group']>,
  attribute: string,
  texts: readonly string[],
): void {
  const longest = Math.max(1, ...texts.map((text) => Buffer.byteLength(text)));
  group.create_attribute(attribute, [...texts], [texts.length], `S${longest}`);
}
