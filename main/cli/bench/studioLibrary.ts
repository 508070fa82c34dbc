import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Library } from '../../../src/library/library.ts';
import { RandomStream } from '../../../src/noise/stream.ts';
import type { RecordedEpoch, ResultRecord } from '../../../src/results/record.ts';
import { encodeSafetensors } from '../../../src/results/safetensors.ts';
import { parseStudy } from '../../../src/study/parse.ts';
import { planReplicates } from '../../../src/study/plan.ts';
import { paperVariants } from '../../../src/study/variant.ts';
import { cacheFolder, ensureWritable } from '../../setup/cache.js';
import { withLock } from '../../setup/lock.js';

/** Part of the file's name: another number whenever what is generated changes. */
const version = 2;

/** Size of the synthetic study; smaller ones are for trying the command out. */
export interface StudioLibrarySize {
  /** Of each of the four variants. */
  readonly replicates: number;
  readonly epochs: number;
  readonly examples: number;
}

export const fullSize: StudioLibrarySize = { replicates: 250, epochs: 200, examples: 10_000 };

export const syntheticStudy = { id: 'synthetic-thousand', name: 'Synthetic study' } as const;

/** Predictions are recorded at every tenth epoch and the last. */
const epochsBetweenPredictions = 10;
const classes = 10;
const stepsPerEpoch = 4;
/** Small: what is measured is how pages deal with many replicates, not how long weights are. */
const tensors = [
  { name: 'conv/kernel', shape: [3, 3, 1, 4], role: 'weight' },
  { name: 'dense/kernel', shape: [8, 10], role: 'weight' },
  { name: 'dense/bias', shape: [10], role: 'weight' },
] as const;
/** Weights are kept so many times, the last at the end. */
const checkpoints = 4;

/** Flip rates of the examples are Beta draws; this much of them acts in each variant. */
const flipRates = { alpha: 0.3, beta: 2.7 };
const shareOfVariant: Readonly<Record<string, number>> = { 'ALGO+IMPL': 1, ALGO: 0.95, IMPL: 0.7 };

/**
 * A library with one large synthetic study, made once through the library's own code and kept in the per-user cache.
 * Every draw comes from named streams, so it is the same everywhere.
 * @returns where it is.
 */
export async function ensureStudioLibrary(
  size: StudioLibrarySize,
  onProgress: (line: string) => void,
): Promise<{ file: string; bytes: number }> {
  const folder = join(cacheFolder(), 'bench');
  const name = `studio-v${version}-${4 * size.replicates}x${size.epochs}x${size.examples}`;
  const file = join(folder, `${name}.sqlite`);
  mkdirSync(folder, { recursive: true });
  ensureWritable(folder);
  await withLock(`${file}.lock`, () => {
    if (!existsSync(file)) generate(file, size, onProgress);
    return Promise.resolve();
  });
  return { file, bytes: statSync(file).size };
}

function generate(file: string, size: StudioLibrarySize, onProgress: (line: string) => void): void {
  const unfinished = `${file}.unfinished`;
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${unfinished}${suffix}`, { force: true });
  const library = Library.open(unfinished);
  const study = parseStudy({
    noisefloor: 1,
    name: syntheticStudy.name,
    task: {
      dataset: { kind: 'fashion-mnist-sample' },
      network: { name: 'smallcnn' },
      recipe: {
        optimizer: { name: 'adam' },
        learningRate: { base: 4e-4 },
        batchSize: 128,
        epochs: size.epochs,
      },
    },
    variants: paperVariants('accumulation-order'),
    replicates: size.replicates,
    notes: 'Made by `noisefloor bench studio`: its numbers are random draws, nothing was trained.',
  });
  const orders = planReplicates(study, syntheticStudy.id, null);
  library.createStudy(study, orders, null);
  const examples = drawExamples(size.examples);
  for (const [position, { id, variant, index }] of orders.entries()) {
    const records = replicateRecords(examples, size, variant.name, index);
    const weights = drawWeights(size, variant.name, index);
    library.ingest(id, { records, checkpoints: weights, fromOffset: 0, nextOffset: 1 });
    if (position % 100 === 99) {
      onProgress(`Writing the synthetic study (once): ${position + 1} of ${orders.length} replicates`);
    }
  }
  library.close();
  renameSync(unfinished, file);
}

/** What is true of the examples, for every replicate. */
interface Examples {
  readonly labels: Int32Array;
  /** Probability that a replicate's prediction is another class than the label. */
  readonly rates: Float32Array;
  readonly meanRate: number;
  /** Standard deviation of the fraction of wrong predictions. */
  readonly deviation: number;
}

function drawExamples(count: number): Examples {
  const stream = RandomStream.named(1, 'bench-studio/examples');
  const labels = Int32Array.from({ length: count }, (_, example) => example % classes);
  const rates = Float32Array.from({ length: count }, () => nextBeta(stream, flipRates.alpha, flipRates.beta));
  const meanRate = rates.reduce((sum, rate) => sum + rate, 0) / count;
  const variance = rates.reduce((sum, rate) => sum + rate * (1 - rate), 0) / count ** 2;
  return { labels, rates, meanRate, deviation: Math.sqrt(variance) };
}

/** A Beta draw by the method of Jöhnk (1964). */
function nextBeta(stream: RandomStream, alpha: number, beta: number): number {
  while (true) {
    const x = stream.nextFloat() ** (1 / alpha);
    const y = stream.nextFloat() ** (1 / beta);
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}

/** What does not vary is the same in every replicate of a variant. */
function streamOf(what: string, variant: string, index: number): RandomStream {
  const own = shareOfVariant[variant] === undefined ? variant : `${variant}/${index}`;
  return RandomStream.named(1, `bench-studio/${what}/${own}`);
}

/** The epochs after which weights are kept. */
function checkpointEpochs({ epochs }: StudioLibrarySize): number[] {
  const quarters = Array.from({ length: checkpoints }, (_, at) =>
    Math.round(((at + 1) * epochs) / checkpoints),
  );
  return [...new Set(quarters)].map((end) => end - 1).filter((epoch) => epoch >= 0);
}

/** Weights that drift apart as training goes on, by epoch. */
function drawWeights(size: StudioLibrarySize, variant: string, index: number): Map<number, Uint8Array> {
  const stream = streamOf('weights', variant, index);
  return new Map(
    checkpointEpochs(size).map((epoch) => {
      const saved = tensors.map(({ name, shape, role }) => {
        const length = shape.reduce<number>((product, side) => product * side, 1);
        const data = Float32Array.from(
          { length },
          (_, at) => Math.sin(at) + stream.nextNormal() * Math.log1p(epoch) * 0.02,
        );
        return { name, shape: [...shape], role, data };
      });
      return [epoch, new Uint8Array(encodeSafetensors(saved))];
    }),
  );
}

function replicateRecords(
  examples: Examples,
  size: StudioLibrarySize,
  variant: string,
  index: number,
): ResultRecord[] {
  const share = shareOfVariant[variant];
  const curve = streamOf('curve', variant, index);
  const draws = streamOf('predictions', variant, index);
  const kept = new Set(checkpointEpochs(size));
  const uniform = new Float32Array(examples.labels.length);
  const epochs = Array.from({ length: size.epochs }, (_, epoch): RecordedEpoch => {
    const scale = (share ?? 0.7) * (1 + 3 * Math.exp(-epoch / 15));
    const isRecorded = epoch % epochsBetweenPredictions === 0 || epoch === size.epochs - 1;
    const predictions = isRecorded ? predict(examples, draws.fillUniform(uniform), scale) : null;
    const accuracy =
      predictions === null
        ? 1 - scale * examples.meanRate + curve.nextNormal() * examples.deviation
        : fractionRight(predictions, examples.labels);
    return {
      epoch,
      steps: stepsPerEpoch,
      examples: 128 * stepsPerEpoch,
      learningRate: 4e-4,
      loss: 0.9 * scale * examples.meanRate + 0.01 * Math.abs(curve.nextNormal()),
      accuracy: Math.min(1, accuracy + 0.03),
      testLoss: 2 * (1 - accuracy),
      testAccuracy: accuracy,
      trainSeconds: 1.5,
      evaluateSeconds: 0.1,
      recordSeconds: 0.01,
      firstStep: epoch * stepsPerEpoch,
      fingerprints: words(curve, stepsPerEpoch * tensors.length),
      batchHashes: words(curve, stepsPerEpoch),
      ...(predictions === null ? {} : { predictions }),
      state: { file: `state-${epoch}.safetensors`, bytes: 0, sha256: '0'.repeat(64) },
      checkpoint: kept.has(epoch)
        ? { file: `checkpoints/epoch-${epoch}.safetensors`, bytes: 0, sha256: '0'.repeat(64) }
        : null,
    };
  });
  const at = '2026-01-01T00:00:00.000Z';
  return [
    {
      type: 'started',
      attempt: 1,
      at,
      pid: 1,
      machine: { cpuModel: 'none: the numbers are random draws' },
      dataset: {
        hash: `synthetic-${size.examples}`,
        name: 'Synthetic examples',
        classNames: Array.from({ length: classes }, (_, label) => `class ${label}`),
      },
      testLabels: examples.labels,
      tensors,
      fromEpoch: 0,
    },
    ...epochs.map((epoch) => ({ type: 'epoch' as const, ...epoch })),
    {
      type: 'ended',
      status: 'finished',
      at,
      epoch: size.epochs - 1,
      step: size.epochs * stepsPerEpoch - 1,
      reason: null,
    },
  ];
}

function predict({ labels, rates }: Examples, uniform: Float32Array, scale: number): Uint8Array {
  return Uint8Array.from(labels, (label, example) =>
    (uniform[example] ?? 1) < (rates[example] ?? 0) * scale
      ? (label + 1 + (example % (classes - 1))) % classes
      : label,
  );
}

function fractionRight(predictions: Uint8Array, labels: Int32Array): number {
  let right = 0;
  for (let example = 0; example < labels.length; example += 1) {
    if (predictions[example] === labels[example]) right += 1;
  }
  return right / labels.length;
}

function words(stream: RandomStream, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, () => stream.nextUint32());
}
