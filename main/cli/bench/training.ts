import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '../../../src/noise/stream.ts';
import { preparePythonPeer, trainingPackages, type PeerOptions, type PythonPeer } from './pythonPeer.ts';
import { describeBenchMachine, timingsOf, type BenchReport, type ComparisonRow } from './report.ts';
import { TrainingSide, type EpochTime, type Workload } from './trainingSides.ts';

/** Smaller numbers are for trying the command out. */
export interface TrainingBenchOptions extends PeerOptions {
  /** Timed epochs of each side, alternating; 7 by default. One more of each warms up. */
  readonly repeats?: number;
  /** Steps of an epoch of SmallCNN; 50 by default. A tenth of that for ResNet18. */
  readonly steps?: number;
  /** Which rows to measure; all by default. */
  readonly only?: readonly ('smallcnn' | 'resnet18' | 'recording')[];
}

/** How sides alternate. */
export interface AlternationOptions {
  /** The most rounds. */
  readonly repeats?: number;
  /** After so many seconds there is no round more than the fewest that a median is made of. */
  readonly seconds?: number;
  readonly onProgress?: (line: string) => void;
}

const fewestRepeats = 3;
const targets = { wholeMachine: 2.5, stock: 4, alone: 1.7, resNet18: 1.5 } as const;
const recordingLimit = 0.02;
const memoryLimit = 2 ** 30;
/** Training examples of the shipped data, which set how often an epoch's end is recorded. */
const shippedExamples = 8_000;

/**
 * Training, side by side with Keras and with stock tfjs-node on the same TensorFlow version: same initial weights, same
 * images; the first losses are compared before anything is timed. Each side runs in processes of its own; epochs
 * alternate and medians are compared.
 * @throws NoisefloorError `bench-unequal` when the sides do not train the same network; `peer-missing`, `peer-failed`.
 */
export async function benchTraining(options: TrainingBenchOptions = {}): Promise<BenchReport<ComparisonRow>> {
  const { only = ['smallcnn', 'resnet18', 'recording'], steps = 50 } = options;
  const needsPeer = only.some((what) => what !== 'recording');
  const peer = needsPeer ? await preparePythonPeer(trainingPackages, options) : undefined;
  const machine = describeBenchMachine(peer?.versions ?? {});
  const folder = await mkdtemp(join(tmpdir(), 'noisefloor-bench-'));
  try {
    const smallCnn = {
      folder,
      network: 'smallcnn',
      side: 32,
      batch: 128,
      examples: 128 * steps,
      learningRate: 4e-4,
      losses: 10,
    } as const;
    const resNetSteps = Math.max(2, Math.round(steps / 10));
    const resNet18 = {
      ...smallCnn,
      network: 'resnet18',
      batch: 32,
      examples: 32 * resNetSteps,
      losses: 2,
    } as const;
    await writeExamples(folder, Math.max(smallCnn.examples, shippedExamples));
    const rows: ComparisonRow[] = [];
    if (peer !== undefined && only.includes('smallcnn'))
      rows.push(...(await compareSmallCnn(peer, smallCnn, options)));
    if (peer !== undefined && only.includes('resnet18'))
      rows.push(...(await compareResNet18(peer, resNet18, options)));
    if (only.includes('recording')) rows.push(...(await measureRecording(smallCnn, options)));
    return { bench: 'training', machine, rows };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compareSmallCnn(
  peer: PythonPeer,
  workload: Workload,
  options: TrainingBenchOptions,
): Promise<ComparisonRow[]> {
  const cores = availableParallelism();
  const sides = {
    whole: TrainingSide.ours(cores, 1),
    alone: TrainingSide.ours(1, cores),
    keras: TrainingSide.keras(peer),
    stock: TrainingSide.stock(),
  };
  const times = await alternate(sides, workload, options);
  const what = 'SmallCNN, batch 128, 32 x 32 x 3';
  const rate = (side: keyof typeof sides): number[] =>
    times[side].map(({ wall }) => (workload.examples * sides[side].replicates) / wall);
  return [
    faster(
      `${what}, whole machine (${sides.whole.name})`,
      'Keras model.fit',
      targets.wholeMachine,
      rate('whole'),
      rate('keras'),
    ),
    faster(
      `${what}, whole machine (${sides.whole.name})`,
      'stock tfjs-node model.fit',
      targets.stock,
      rate('whole'),
      rate('stock'),
    ),
    faster(
      `${what}, one replicate alone (${sides.alone.name})`,
      'Keras model.fit',
      targets.alone,
      rate('alone'),
      rate('keras'),
    ),
  ];
}

async function compareResNet18(
  peer: PythonPeer,
  workload: Workload,
  options: TrainingBenchOptions,
): Promise<ComparisonRow[]> {
  const sides = {
    ours: TrainingSide.ours(1, availableParallelism(), 'resnet18'),
    keras: TrainingSide.keras(peer),
  };
  const times = await alternate(sides, workload, options);
  const rate = (side: keyof typeof sides): number[] =>
    times[side].map(({ wall }) => workload.examples / wall);
  return [
    faster(
      `ResNet18, batch 32, one replicate alone (${sides.ours.name})`,
      'Keras model.fit',
      targets.resNet18,
      rate('ours'),
      rate('keras'),
    ),
  ];
}

/** What recording costs: fingerprints in processor time with and without them, the rest as the result folder tells. */
async function measureRecording(smallCnn: Workload, options: TrainingBenchOptions): Promise<ComparisonRow[]> {
  const workload = { ...smallCnn, examples: shippedExamples };
  const sides = { with: TrainingSide.ours(1, 1), without: TrainingSide.ours(1, 1) };
  try {
    await sides.with.prepare(workload, { writeWeights: true });
    await sides.without.prepare(workload, { fingerprints: false });
    const times = await alternateEpochs(sides, options);
    const { epochs, peakBytes } = await sides.with.record(4);
    const cpu = (side: EpochTime[]): number =>
      timingsOf(
        side.map((time) => time.cpu),
        's',
      ).median;
    // Noise can make the side with fingerprints the faster one.
    const fingerprints = Math.max(0, cpu(times.with) / cpu(times.without) - 1);
    const costs = epochs.map(
      ({ trainSeconds, recordSeconds }) => fingerprints + recordSeconds / trainSeconds,
    );
    options.onProgress?.(`fingerprints cost ${(100 * fingerprints).toFixed(2)} % of training`);
    return [
      within('recording, fingerprints included', 'training time', recordingLimit, costs, 'of training time'),
      within('memory of a SmallCNN replicate', 'limit', memoryLimit, [peakBytes], 'bytes'),
    ];
  } finally {
    for (const side of Object.values(sides)) side.close();
  }
}

/** Prepares the sides, compares what they train, times them by turns and closes them. */
async function alternate<Name extends string>(
  sides: Readonly<Record<Name, TrainingSide>>,
  workload: Workload,
  options: AlternationOptions,
): Promise<Record<Name, EpochTime[]>> {
  const all = Object.values<TrainingSide>(sides);
  try {
    await prepareSides(all, workload);
    return await alternateEpochs(sides, options);
  } finally {
    for (const side of all) side.close();
  }
}

/**
 * Prepares the sides and compares what they train. The first makes the weights that all start from; then all take their
 * first steps at once, because none of those is timed.
 */
export async function prepareSides(sides: readonly TrainingSide[], workload: Workload): Promise<void> {
  const [first, ...others] = sides;
  await first?.open(workload, { writeWeights: true });
  await Promise.all(sides.map((side) => side.prepare(workload)));
  for (const side of others) first?.requireSameWork(side);
}

/** Times the sides by turns. */
export async function alternateEpochs<Name extends string>(
  sides: Readonly<Record<Name, TrainingSide>>,
  { repeats = 7, seconds = Infinity, onProgress }: AlternationOptions,
): Promise<Record<Name, EpochTime[]>> {
  const entries = Object.entries<TrainingSide>(sides) as [Name, TrainingSide][];
  const times = Object.fromEntries(entries.map(([name]) => [name, []])) as unknown as Record<
    Name,
    EpochTime[]
  >;
  const start = performance.now();
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    if (repeat >= fewestRepeats && performance.now() - start > 1_000 * seconds) break;
    const latest: string[] = [];
    for (const [name, side] of entries) {
      const time = await side.measure();
      times[name].push(time);
      latest.push(`${side.name} ${time.wall.toFixed(2)} s (${time.cpu.toFixed(2)} s of processor)`);
    }
    onProgress?.(`epoch ${String(repeat + 1)} of ${String(repeats)}: ${latest.join(', ')}`);
  }
  return times;
}

/** The row of a comparison in which the higher rate wins; rates in examples a second. */
export function faster(
  name: string,
  peer: string,
  target: number,
  ours: readonly number[],
  theirs: readonly number[],
): ComparisonRow {
  const own = timingsOf(ours, 'examples/s');
  const other = timingsOf(theirs, 'examples/s');
  const ratio = own.median / other.median;
  return { name, peer, ratio, target, met: ratio >= target, ours: own, theirs: other };
}

/** The row of a limit: the ratio says how many times over the measured value fits into it. */
function within(
  name: string,
  peer: string,
  limit: number,
  values: readonly number[],
  unit: string,
): ComparisonRow {
  const ours = timingsOf(values, unit);
  const ratio = limit / ours.median;
  return { name, peer, ratio, target: 1, met: ratio >= 1, ours, theirs: timingsOf([limit], unit) };
}

/** Images in which class k is brighter in its own band of rows. */
export async function writeExamples(folder: string, count: number, side = 32): Promise<void> {
  const stream = RandomStream.named(1, 'bench/images');
  const labels = Int32Array.from({ length: count }, () => stream.nextInteger(10));
  const rowBytes = side * 3;
  const images = new Uint8Array(count * side * rowBytes);
  images.forEach((_, place) => {
    const example = Math.floor(place / (side * rowBytes));
    const row = Math.floor(place / rowBytes) % side;
    images[place] = (stream.nextUint32() >>> 25) + (Math.floor(row / 3) === labels[example] ? 100 : 0);
  });
  await writeFile(join(folder, 'images.u8'), images);
  await writeFile(join(folder, 'labels.i32'), new Uint8Array(labels.buffer));
}
