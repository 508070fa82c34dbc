import { describe, expect, it } from 'vitest';
import { readTopology, type UnhashedTopology } from '../../../src/networks/keras/readTopology.ts';
import { networkFault } from '../../../src/networks/catalogue.ts';
import { networkSize, usesBatchStatistics } from '../../../src/networks/networkSize.ts';
import type { NetworkReference } from '../../../src/study/task.ts';
import { modelJson } from '../../fixtures/kerasFiles/kerasFiles.ts';

const sha256 = '0'.repeat(64);
const networkOf = (topology: UnhashedTopology): NetworkReference => ({
  name: 'keras-file',
  path: '/models/net.json',
  topology: { sha256, ...topology },
});

/** A Sequential model of Keras 2: batch shapes in the layers, no modules. */
const sequential = (...layers: readonly (readonly [string, Record<string, unknown>])[]): unknown => ({
  class_name: 'Sequential',
  config: {
    name: 'sequential',
    layers: layers.map(([className, config], index) => ({
      class_name: className,
      config: { name: `layer${index}`, ...config },
    })),
  },
});
const image = { batch_input_shape: [null, null, null, 3] };
const pool = ['GlobalAveragePooling2D', {}] as const;
const dense = ['Dense', { units: 10 }] as const;

describe('the model of a file', () => {
  it('is found in what TensorFlow.js writes, and in the attribute of an HDF5 file', () => {
    const model = sequential(['Conv2D', { ...image, filters: 4, kernel_size: [3, 3] }], pool, dense);
    const read = readTopology(model, 'net.json');
    const wrapped = { keras_version: '2.15.0', backend: 'tensorflow', model_config: model };
    expect(readTopology(wrapped, 'net.json')).toEqual(read);
    const layersModel = { format: 'layers-model', modelTopology: wrapped, weightsManifest: [] };
    expect(readTopology(layersModel, 'net.json')).toEqual(read);
    expect(read.input).toEqual([null, null, 3]);
  });

  it.each([
    [{ format: 'graph-model', modelTopology: { node: [] } }, /net\.json is a graph model of TensorFlow\.js/],
    [{ class_name: 'MyModel', config: {} }, /net\.json holds a MyModel\. A Sequential or functional model/],
    [[1, 2], /net\.json holds no model/],
    [
      sequential(['Dense', { batch_input_shape: [null, 8], units: 2 }]),
      /takes inputs of shape \[8\]; images of \[height, width, channels\]/,
    ],
    [sequential(['Conv2D', { ...image, filters: 0, kernel_size: [3, 3] }]), /layer layer0 .* filters/],
  ])('is refused where it is none', (json, message) => {
    expect(() => readTopology(json, 'net.json')).toThrow(message);
  });

  it('may be a functional one of Keras 2, whose calls are lists', () => {
    const layer = (
      className: string,
      name: string,
      config: object,
      ...inputs: readonly string[]
    ): object => ({
      class_name: className,
      name,
      config: { name, ...config },
      inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])],
    });
    const conv = { filters: 3, kernel_size: [3, 3], padding: 'same' };
    const config = {
      layers: [
        layer('InputLayer', 'input_1', { batch_input_shape: [null, 8, 8, 3] }),
        layer('Conv2D', 'conv', conv, 'input_1'),
        // Listed before what it takes its input from.
        layer('Add', 'add', {}, 'conv', 'bn'),
        layer('BatchNormalization', 'bn', { axis: [3], momentum: 0.9 }, 'input_1'),
        layer('Flatten', 'flatten', {}, 'add'),
        layer('Dense', 'logits', { units: 4, activation: 'softmax' }, 'flatten'),
      ],
      input_layers: [['input_1', 0, 0]],
      output_layers: [['logits', 0, 0]],
    };
    const { layers } = readTopology({ class_name: 'Functional', config }, 'net.h5');
    expect(layers.map(({ name, inputs = [] }) => [name, ...inputs])).toEqual([
      ['conv'],
      ['bn', '@image'],
      ['add', 'conv', 'bn'],
      ['flatten'],
      ['logits'],
    ]);
  });
});

describe('the layers of a file', () => {
  it('that cannot be trained are all named at once, with the reason', () => {
    const message = messageOf(() => readTopology(modelJson('refused.json'), 'refused.json'));
    expect(message.split('\n')).toEqual([
      'refused.json has 8 layers that cannot be trained here:',
      '  shared (Conv2D) is used in 2 places with the same weights, and a layer is trained in one',
      "  random_flip (RandomFlip) changes images at random; augmentation is the recipe's (task.recipe.augmentation)",
      '  doubling (Lambda) runs code of the file, which is never executed',
      '  dilated (Conv2D) has a dilation of 2 x 2; has a bias_initializer other than zeros',
      '  grouped (Conv2D) has 2 groups; one is supported; has a constraint (kernel_constraint)',
      '  norm (LayerNormalization) is a normalisation that is not supported',
      '  slopes (PReLU) learns its slopes, which is not supported',
      expect.stringMatching(/^ {2}frozen \(Dense\) is frozen .*; ends the network with a sigmoid/),
    ]);
  });

  it.each([
    [{ module: 'my_package', class_name: 'Conv2D' }, /is a class of my_package/],
    [{ module: '', class_name: 'constructor' }, /\(constructor\) is not supported/],
  ])('of other classes are refused, whatever they are called', (layer, message) => {
    const model = sequential(pool, dense) as { config: { layers: object[] } };
    model.config.layers.unshift({ ...layer, config: { name: 'own' } });
    expect(() => readTopology(model, 'net.keras')).toThrow(message);
  });

  it('have one L2 rate, or are refused', () => {
    const l2 = (rate: number): object => ({ class_name: 'L2', config: { l2: rate } });
    const conv = { ...image, filters: 4, kernel_size: [3, 3] };
    const net = (first: object | null, second: object | null): unknown =>
      sequential(['Conv2D', { ...conv, kernel_regularizer: first }], pool, [
        'Dense',
        { units: 10, kernel_regularizer: second },
      ]);
    // As Keras 2 writes 1e-4.
    expect(readTopology(net(l2(9.999999747378752e-5), l2(1e-4)), 'net.h5').l2).toBe(1e-4);
    expect(() => readTopology(net(l2(1e-4), null), 'net.h5')).toThrow(
      /layer2 \(Dense\) has no L2 regulariser where layer0 has one of 0\.0001/,
    );
    const l1 = { class_name: 'L1L2', config: { l1: 0.1, l2: 0.1 } };
    expect(() => readTopology(net(l1, l1), 'net.h5')).toThrow(/has the regulariser L1L2; L2 is supported/);
  });
});

describe('a network that was read', () => {
  const network = networkOf(readTopology(modelJson('mobilenet.json'), 'mobilenet.json'));

  it('says what images and classes it does not take', () => {
    expect(networkFault(network, [32, 32, 3], 10)).toBeNull();
    expect(networkFault(network, [28, 28, 1], 10)).toBe(
      'net was made for images of 32 x 32 x 3 (height x width x channels), but these are 28 x 28 x 1. Save the model with the shape of the data, or with None where it takes any.',
    );
    expect(networkFault(network, [32, 32, 3], 12)).toMatch(
      /ends in 10 outputs, but the data have 12 classes/,
    );
    expect(networkSize(network, [32, 32, 3], 12)).toBeNull();
    expect(networkFault({ name: 'keras-file', path: 'net.h5' }, [32, 32, 3], 2)).toMatch(/has not been read/);
  });

  it('names the layer at which images are too small', () => {
    const open = sequential(
      ['Conv2D', { ...image, filters: 4, kernel_size: [7, 7] }],
      ['MaxPooling2D', { pool_size: [2, 2] }],
      pool,
      dense,
    );
    const small = networkOf(readTopology(open, 'net.json'));
    expect(networkFault(small, [7, 7, 3], 10)).toMatch(
      /leaves nothing of images of 7 x 7 x 3 at its layer layer1/,
    );
    expect(networkFault(small, [8, 8, 3], 10)).toBeNull();
  });

  it('uses statistics of the batch where it has batch normalisation', () => {
    expect(usesBatchStatistics(network)).toBe(true);
  });
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
