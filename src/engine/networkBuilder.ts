import type { SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import type { LayerSpecification } from '../networks/layerOperation.ts';
import { blueprintOf } from '../networks/catalogue.ts';
import { weightsOf } from '../networks/weights.ts';
import type { NetworkReference } from '../study/task.ts';
import { activation, leakyRelu } from './layers/activation.ts';
import { batchNormalization } from './layers/batchNormalization.ts';
import { convolution } from './layers/convolution.ts';
import { depthwise, separable } from './layers/depthwise.ts';
import { fedDropout, type DropoutLayer } from './layers/fedDropout.ts';
import { globalAveragePool } from './layers/globalAveragePool.ts';
import { inputNormalization } from './layers/inputNormalization.ts';
import type { Layer } from './layers/layerInputs.ts';
import { rescaling } from './layers/rescaling.ts';
import { zeroPadding } from './layers/zeroPadding.ts';
import type { NetworkBuilder } from './network.ts';
import type { TensorFlow } from './tensorFlow.ts';

/**
 * The builder of a task's network: each layer of its blueprint becomes one of `tf.layers`.
 * @returns a function that throws NoisefloorError `image-too-small`, `network-misfit`.
 */
export function networkBuilder(reference: NetworkReference): NetworkBuilder {
  return ({ tf, imageShape, classes }) => {
    const blueprint = blueprintOf(reference, imageShape, classes);
    const dropout: DropoutLayer[] = [];
    const image = tf.input({ shape: [...imageShape] });
    const tensors: SymbolicTensor[] = [image];
    for (const specification of blueprint.layers) {
      const layer = layerOf(tf, specification, dropout);
      const inputs = specification.inputs.map(({ place }) => tensors[place] ?? image);
      const [only = image] = inputs;
      tensors.push(layer.apply(inputs.length === 1 ? only : inputs) as SymbolicTensor);
    }
    return {
      model: tf.model({ name: reference.name, inputs: image, outputs: tensors[tensors.length - 1] ?? image }),
      dropout,
      initialisation: new Map(
        blueprint.layers.flatMap((specification) =>
          weightsOf(specification).flatMap(({ name, initialisation = 'glorot-uniform' }) =>
            initialisation === 'glorot-uniform' ? [] : [[`${specification.name}/${name}`, initialisation]],
          ),
        ),
      ),
    };
  };
}

/** The layer that a specification describes; a dropout layer is also added to `dropout`. */
function layerOf(
  tf: TensorFlow,
  { name, operation, output }: LayerSpecification,
  dropout: DropoutLayer[],
): Layer {
  switch (operation.kind) {
    case 'convolution':
      return convolution(tf, { name, ...operation, output: output.shape });
    case 'depthwise':
      return depthwise(tf, { name, ...operation, output: output.shape });
    case 'separable':
      return separable(tf, { name, ...operation, output: output.shape });
    case 'batch-normalization':
      return batchNormalization(tf, { name, ...operation });
    case 'activation':
      return activation(tf, { name, ...operation });
    case 'leaky-relu':
      return leakyRelu(tf, { name, ...operation });
    case 'maximum-pool':
    case 'average-pool': {
      const { size, strides, padding } = operation;
      const options = { name, poolSize: [...size] as [number, number], strides, padding };
      return operation.kind === 'maximum-pool'
        ? tf.layers.maxPooling2d(options)
        : tf.layers.averagePooling2d(options);
    }
    case 'global-average-pool':
      return globalAveragePool(tf, { name, ...operation });
    case 'zero-padding':
      return zeroPadding(tf, { name, ...operation });
    case 'cropping': {
      const [[top, bottom], [left, right]] = operation.cropping;
      return tf.layers.cropping2D({
        name,
        cropping: [
          [top, bottom],
          [left, right],
        ],
      });
    }
    case 'rescaling':
      return rescaling(tf, { name, ...operation });
    case 'reshape':
      return tf.layers.reshape({ name, targetShape: [...output.shape] });
    case 'add':
      return tf.layers.add({ name });
    case 'multiply':
      return tf.layers.multiply({ name });
    case 'concatenate':
      return tf.layers.concatenate({ name });
    case 'flatten':
      return tf.layers.flatten({ name });
    case 'dense':
      return tf.layers.dense({
        name,
        units: operation.units,
        useBias: operation.bias,
        kernelInitializer: 'zeros',
      });
    case 'dropout': {
      const layer = fedDropout(tf, { name, ...operation });
      dropout.push(layer);
      return layer;
    }
    case 'input-normalization':
      return inputNormalization(tf, { name });
  }
}
