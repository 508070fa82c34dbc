import type { Initialisation } from '../../study/topology.ts';
import { entryOf, numberOf, serialised, textOf } from './configuration.ts';

/** How Keras initialises a weight: undefined is Glorot uniform; a text says why it cannot be taken over. */
export type Read<T> = { readonly value: T } | { readonly fault: string };

type Scaled = Extract<Initialisation, { kind: 'scaled' }>;
const scaled: Readonly<Record<string, readonly [number, Scaled['fan'], Scaled['distribution']]>> = {
  GlorotNormal: [1, 'average', 'truncated-normal'],
  HeUniform: [2, 'in', 'uniform'],
  HeNormal: [2, 'in', 'truncated-normal'],
  LecunUniform: [1, 'in', 'uniform'],
  LecunNormal: [1, 'in', 'truncated-normal'],
};
const fans: Readonly<Record<string, Scaled['fan']>> = {
  fan_in: 'in',
  fan_out: 'out',
  fan_avg: 'average',
};
const distributions: Readonly<Record<string, Scaled['distribution']>> = {
  uniform: 'uniform',
  untruncated_normal: 'normal',
  truncated_normal: 'truncated-normal',
  normal: 'truncated-normal',
};

/** The initialiser of a kernel. Its seed is not taken over: the study says what is drawn. */
export function kernelInitialisation(value: unknown): Read<Initialisation | undefined> {
  const given = serialised(value ?? 'glorot_uniform');
  if (given === null) return { fault: 'has an initialiser that cannot be read' };
  const { className, config } = given;
  if (className === 'GlorotUniform') return { value: undefined };
  const known = entryOf(scaled, className);
  if (known !== undefined) {
    const [scale, fan, distribution] = known;
    return { value: { kind: 'scaled', scale, fan, distribution } };
  }
  switch (className) {
    case 'VarianceScaling': {
      const fan = entryOf(fans, textOf(config, 'mode', 'fan_in'));
      const distribution = entryOf(distributions, textOf(config, 'distribution', 'truncated_normal'));
      if (fan === undefined || distribution === undefined) return { fault: initialiserFault(className) };
      return { value: { kind: 'scaled', scale: numberOf(config, 'scale', 1), fan, distribution } };
    }
    case 'RandomNormal':
    case 'TruncatedNormal': {
      const [mean, deviation] = [numberOf(config, 'mean', 0), numberOf(config, 'stddev', 0.05)];
      return { value: { kind: 'normal', mean, deviation, truncated: className === 'TruncatedNormal' } };
    }
    case 'RandomUniform': {
      const [low, high] = [numberOf(config, 'minval', -0.05), numberOf(config, 'maxval', 0.05)];
      return { value: { kind: 'uniform', low, high } };
    }
    default: {
      const constant = constantOf(value);
      return constant === null
        ? { fault: initialiserFault(className) }
        : { value: { kind: 'constant', value: constant } };
    }
  }
}

/** What an initialiser fills a weight with; null where it is not one number. */
export function constantOf(value: unknown): number | null {
  const given = serialised(value);
  switch (given?.className) {
    case 'Zeros':
      return 0;
    case 'Ones':
      return 1;
    case 'Constant':
      return typeof given.config['value'] === 'number' ? given.config['value'] : null;
    default:
      return null;
  }
}

const initialiserFault = (className: string): string =>
  `has the initialiser ${className}, which is not known`;
