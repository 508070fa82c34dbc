import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import h5wasm, { type Group } from 'h5wasm/node';
import type { ReplicateAtEpoch } from '../../src/analysis/studyAtEpoch.ts';
import type { WeightTensor } from '../../src/analysis/weights.ts';

const folder = fileURLToPath(new URL('../../../shared/fixtures/reference-logs/', import.meta.url));

/** Whether the paper's reference logs lie beside the checkout. */
export const referenceLogsPresent = existsSync(folder);

interface ExpectedPairs {
  per_pair: number[];
  mean: number;
}

interface ExpectedDistances {
  raw: ExpectedPairs;
  unit_normalised: ExpectedPairs;
}

/** One variant of expected.json, which separate code computed with numpy and h5py. */
export interface ExpectedVariant {
  replicates: string[];
  final_accuracy_from_predictions: { values: number[]; mean: number; std_ddof0: number; std_ddof1: number };
  pairwise_churn: ExpectedPairs;
  per_example_churn: { n_pairs: number; disagreeing_pairs: number[]; mean: number };
  per_class_accuracy: {
    class_counts: number[];
    values_by_replicate: number[][];
    mean: number[];
    std_ddof0: number[];
    std_ddof1: number[];
    ratio_max_class_std_to_overall_std_ddof1: number | null;
  };
  l2: { trainable: ExpectedDistances; with_bn_moving_statistics: ExpectedDistances };
}

/** Expected numbers of each variant. */
export function expectedVariants(): Record<string, ExpectedVariant> {
  const text = readFileSync(`${folder}expected.json`, 'utf8');
  return (JSON.parse(text) as { variants: Record<string, ExpectedVariant> }).variants;
}

/** What the reference's own script returns on the folders of one variant. */
export interface ReferenceScript {
  folder_prefix: string;
  num_models: number;
  get_standard_deviation_of_accuracy: number;
  get_prediction_churn: number;
  get_l2_norm: number;
  /** The log of one of its folders. */
  logOf: (name: string) => string;
}

/** What the reference's script returns, of each variant. */
export function referenceScript(): Record<string, ReferenceScript> {
  const text = readFileSync(`${folder}expected.json`, 'utf8');
  const { values } = (
    JSON.parse(text) as { reference_script: { values: Record<string, Omit<ReferenceScript, 'logOf'>> } }
  ).reference_script;
  const logOf = (name: string): string => `${folder}${name}/log.csv`;
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      'folder_prefix' in value ? [[name, { ...value, logOf }]] : [],
    ),
  );
}

/** True classes of the test images, in the order of the prediction files. */
export function referenceLabels(): number[] {
  const lines = readFileSync(`${folder}labels.csv`, 'utf8').trim().split(/\r?\n/).slice(1);
  return lines.map((line) => Number(line.split(',')[1]));
}

function readWeights(path: string): WeightTensor[] {
  const file = new h5wasm.File(path, 'r');
  const layers = file.get('model_weights') as Group;
  const tensors = (layers.attrs['layer_names']?.value as string[]).flatMap((layer) => {
    const group = layers.get(layer) as Group;
    // A layer without weights has an empty array of numbers here.
    const names = Array.from((group.attrs['weight_names']?.value ?? []) as ArrayLike<string>);
    return names.map((name): WeightTensor => {
      const dataset = group.get(name);
      if (!(dataset instanceof h5wasm.Dataset)) throw new Error(`${path}: ${name} is no data set`);
      return {
        name: name.replace(/:0$/, ''),
        shape: dataset.shape ?? [],
        role: name.includes('/moving_') ? 'moving-statistic' : 'weight',
        data: dataset.value as Float32Array,
      };
    });
  });
  file.close();
  return tensors;
}

/** What the reference's training script left in one folder: predictions and weights of the last epoch. */
export async function readReplicate(name: string, index: number): Promise<ReplicateAtEpoch> {
  await h5wasm.ready;
  const files = readdirSync(`${folder}${name}`);
  if (!files.includes('pred9.txt')) throw new Error(`${name} holds no pred9.txt`);
  const lines = readFileSync(`${folder}${name}/pred9.txt`, 'utf8').split('\n');
  return {
    index,
    accuracy: null,
    predictions: Uint8Array.from(lines, Number),
    weights: readWeights(`${folder}${name}/ckpt9.h5`),
    fingerprints: null,
  };
}
