import type { Blueprint } from './blueprint.ts';
import type { FeatureMap, Padding } from './layerOperation.ts';
import type { NetworkKind } from './networkKind.ts';

type Kernel = readonly [filters: number, height: number, width: number];

/** The paths of a mixed layer, drawn in the order in which Keras numbers their convolutions. */
class Paths {
  readonly #blueprint: Blueprint;
  readonly #x: FeatureMap;

  constructor(blueprint: Blueprint, x: FeatureMap) {
    this.#blueprint = blueprint;
    this.#x = x;
  }

  /** Convolutions one after the other. */
  path(...kernels: readonly Kernel[]): FeatureMap {
    return kernels.reduce((y, kernel) => convolution(this.#blueprint, y, kernel), this.#x);
  }

  /** The same, the last one halving the image. */
  halvingPath(...kernels: readonly [...Kernel[], Kernel]): FeatureMap {
    const last = kernels.at(-1) ?? kernels[0];
    const before = this.path(...kernels.slice(0, -1));
    return convolution(this.#blueprint, before, last, { strides: 2, padding: 'valid' });
  }

  /** The mean over 3 x 3 places, then a convolution. */
  averagedPath(filters: number): FeatureMap {
    const pooled = this.#blueprint.averagePool(this.#x, { size: 3, strides: 1, padding: 'same' });
    return convolution(this.#blueprint, pooled, [filters, 1, 1]);
  }

  halvingPool(): FeatureMap {
    return this.#blueprint.maximumPool(this.#x, { size: 3, strides: 2 });
  }
}

/** Convolution without bias, batch normalisation without scale, ReLU. */
function convolution(
  blueprint: Blueprint,
  x: FeatureMap,
  [filters, height, width]: Kernel,
  options: { strides?: number; padding?: Padding } = {},
): FeatureMap {
  const convolved = blueprint.convolution(x, { filters, size: [height, width], bias: false, ...options });
  return blueprint.activation(blueprint.batchNormalization(convolved, { scale: false }), 'relu');
}

function stem(blueprint: Blueprint): FeatureMap {
  const valid = { padding: 'valid' } as const;
  let x = convolution(blueprint, blueprint.image, [32, 3, 3], { strides: 2, padding: 'valid' });
  x = convolution(blueprint, x, [32, 3, 3], valid);
  x = convolution(blueprint, x, [64, 3, 3]);
  x = blueprint.maximumPool(x, { size: 3, strides: 2 });
  x = convolution(blueprint, x, [80, 1, 1], valid);
  x = convolution(blueprint, x, [192, 3, 3], valid);
  return blueprint.maximumPool(x, { size: 3, strides: 2 });
}

/** Mixed layers 0 to 2: paths of 1 x 1, 5 x 5 and twice 3 x 3. */
function mixedSmall(blueprint: Blueprint, x: FeatureMap, name: string, pooled: number): FeatureMap {
  const paths = new Paths(blueprint, x);
  return blueprint.concatenate(
    [
      paths.path([64, 1, 1]),
      paths.path([48, 1, 1], [64, 5, 5]),
      paths.path([64, 1, 1], [96, 3, 3], [96, 3, 3]),
      paths.averagedPath(pooled),
    ],
    name,
  );
}

/** Mixed layers 4 to 7: paths of 1 x 1, and 7 x 7 once and twice, each as 1 x 7 and 7 x 1. */
function mixedLong(blueprint: Blueprint, x: FeatureMap, name: string, inner: number): FeatureMap {
  const paths = new Paths(blueprint, x);
  return blueprint.concatenate(
    [
      paths.path([192, 1, 1]),
      paths.path([inner, 1, 1], [inner, 1, 7], [192, 7, 1]),
      paths.path([inner, 1, 1], [inner, 7, 1], [inner, 1, 7], [inner, 7, 1], [192, 1, 7]),
      paths.averagedPath(192),
    ],
    name,
  );
}

/** Mixed layers 9 and 10, whose 3 x 3 paths fork into 1 x 3 and 3 x 1. */
function mixedWide(blueprint: Blueprint, x: FeatureMap, index: number): FeatureMap {
  const paths = new Paths(blueprint, x);
  const fork = (from: FeatureMap, name?: string): FeatureMap =>
    blueprint.concatenate(
      [convolution(blueprint, from, [384, 1, 3]), convolution(blueprint, from, [384, 3, 1])],
      name,
    );
  return blueprint.concatenate(
    [
      paths.path([320, 1, 1]),
      fork(paths.path([384, 1, 1]), `mixed9_${index}`),
      fork(paths.path([448, 1, 1], [384, 3, 3])),
      paths.averagedPath(192),
    ],
    `mixed${9 + index}`,
  );
}

/**
 * InceptionV3 (Szegedy et al. 2016) as `keras.applications` builds it: 23,851,784 parameters for 1,000 classes,
 * 23,817,352 of them trained.
 */
export const inceptionV3: NetworkKind<'inceptionv3'> = {
  title: 'InceptionV3',
  smallestSide: 75,
  because: 'halves the image five times by convolutions and poolings without padding',
  draw(blueprint, _reference, classes) {
    let x = stem(blueprint);
    [32, 64, 64].forEach((pooled, index) => {
      x = mixedSmall(blueprint, x, `mixed${index}`, pooled);
    });
    const third = new Paths(blueprint, x);
    x = blueprint.concatenate(
      [
        third.halvingPath([384, 3, 3]),
        third.halvingPath([64, 1, 1], [96, 3, 3], [96, 3, 3]),
        third.halvingPool(),
      ],
      'mixed3',
    );
    [128, 160, 160, 192].forEach((inner, index) => {
      x = mixedLong(blueprint, x, `mixed${4 + index}`, inner);
    });
    const eighth = new Paths(blueprint, x);
    x = blueprint.concatenate(
      [
        eighth.halvingPath([192, 1, 1], [320, 3, 3]),
        eighth.halvingPath([192, 1, 1], [192, 1, 7], [192, 7, 1], [192, 3, 3]),
        eighth.halvingPool(),
      ],
      'mixed8',
    );
    x = mixedWide(blueprint, mixedWide(blueprint, x, 0), 1);
    x = blueprint.globalAveragePool(x, { name: 'avg_pool' });
    return blueprint.dense(x, { name: 'predictions', units: classes });
  },
};
