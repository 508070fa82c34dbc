import { File, ready } from 'h5wasm/node';
import { layerOf } from '../analysis/weights.ts';
import type { SavedTensor } from '../results/record.ts';

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
