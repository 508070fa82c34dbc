import type { LayersModel, Variable } from '@tensorflow/tfjs-node-gpu';

/** A weight or moving statistic of a model. */
export interface ModelWeight {
  /** `<layer>/<weight>`, for example `conv2d/kernel`. */
  readonly name: string;
  readonly layer: string;
  /** The last part of the name, for example `kernel`. */
  readonly weight: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  readonly variable: Variable;
}

/** The part of tfjs's `LayerVariable` that its types do not give. */
interface LayerVariable {
  readonly originalName: string;
  readonly val: Variable;
  readonly trainable: boolean;
}

/** Weights and moving statistics of a model, in the order of its layers. */
export function modelWeights(model: LayersModel): ModelWeight[] {
  return model.layers.flatMap((layer) =>
    (layer.weights as unknown as LayerVariable[]).map(({ originalName, val, trainable }) => {
      const weight = originalName.slice(originalName.lastIndexOf('/') + 1);
      return {
        name: `${layer.name}/${weight}`,
        layer: layer.name,
        weight,
        shape: val.shape,
        trainable,
        variable: val,
      };
    }),
  );
}
