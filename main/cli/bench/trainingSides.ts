import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { environmentFor } from '../../../src/engine/configuration.ts';
import type { NetworkName } from '../../../src/networks/networkKind.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { executionConfigurationSchema } from '../../../src/study/execution.ts';
import { networkSchema } from '../../../src/study/task.ts';
import { PeerProcess } from './peerProcess.ts';
import type { PythonPeer } from './pythonPeer.ts';

/** What is trained: synthetic images in 10 classes. */
export interface Workload {
  /** Holds images.u8, labels.i32 and, once our own side is prepared, the initial weights. */
  readonly folder: string;
  readonly network: NetworkName;
  /** Height and width of the images, which have three channels. */
  readonly side: number;
  readonly batch: number;
  /** Examples of an epoch. */
  readonly examples: number;
  readonly learningRate: number;
  /** Steps at the start whose losses the sides must agree on. */
  readonly losses: number;
}

/** What an epoch took, in seconds. */
export interface EpochTime {
  readonly wall: number;
  /** Of all processes. */
  readonly cpu: number;
}

const preparedSchema = z.object({ losses: z.array(z.number()), parameters: z.int() });
const measuredSchema = z.object({ seconds: z.number().positive(), cpuSeconds: z.number().positive() });
const recordedSchema = z.object({
  epochs: z.array(z.object({ trainSeconds: z.number(), recordSeconds: z.number() })).min(2),
  peakBytes: z.number(),
});

/** What Noisefloor's side alone can do. */
interface OwnOptions {
  readonly fingerprints?: boolean;
  readonly writeWeights?: boolean;
}

/** One side of a comparison: one process, or several that train a replicate each at the same time. */
export class TrainingSide {
  readonly name: string;
  readonly #processes: readonly PeerProcess[];
  /** Whether its processes build the network before they are to take steps. */
  readonly #opens: boolean;
  #isOpen = false;
  #losses: readonly number[] = [];
  #parameters = 0;

  private constructor(name: string, processes: readonly PeerProcess[], opens = false) {
    this.name = name;
    this.#processes = processes;
    this.#opens = opens;
  }

  /** Keras with its default threads. */
  static keras(peer: PythonPeer): TrainingSide {
    const script = fileURLToPath(new URL('../../../test/benchmarks/trainingPeer.py', import.meta.url));
    return new TrainingSide('Keras model.fit', [new PeerProcess(peer, script)]);
  }

  /** Stock tfjs-node with its default threads. */
  static stock(): TrainingSide {
    const script = fileURLToPath(new URL('../../../test/benchmarks/stockPeer.ts', import.meta.url));
    return new TrainingSide('stock tfjs-node model.fit', [
      new PeerProcess({ command: process.execPath, environment: process.env, versions: {} }, script),
    ]);
  }

  /** Noisefloor: so many processes of so many threads. */
  static ours(processes: number, threads: number, network: Workload['network'] = 'smallcnn'): TrainingSide {
    const script = fileURLToPath(new URL('trainingWorker.ts', import.meta.url));
    const execution = executionConfigurationSchema.parse({
      device: 'cpu',
      precision: 'float32',
      threads,
      oneDnn: true,
      deterministicOps: true,
    });
    const environment = {
      ...process.env,
      ...environmentFor(execution, networkSchema.parse({ name: network })),
    };
    const peer = { command: process.execPath, environment, versions: {} };
    return new TrainingSide(
      `${String(processes)} x ${String(threads)} threads`,
      Array.from({ length: processes }, () => new PeerProcess(peer, script)),
      true,
    );
  }

  /** How many replicates it trains at once. */
  get replicates(): number {
    return this.#processes.length;
  }

  /** Builds the network; Noisefloor's side then writes the weights that the others start from, if it is to. */
  async open(workload: Workload, ours: OwnOptions = {}): Promise<void> {
    if (this.#isOpen || !this.#opens) return;
    this.#isOpen = true;
    await Promise.all(this.#processes.map((each) => each.ask({ open: { ...workload, ...ours } })));
  }

  /** Builds the network, unless that is done, and takes the first steps. */
  async prepare(workload: Workload, ours: OwnOptions = {}): Promise<void> {
    await this.open(workload, ours);
    const answers = await Promise.all(
      this.#processes.map(async (each) =>
        preparedSchema.parse(await each.ask({ prepare: { ...workload, ...ours } })),
      ),
    );
    this.#losses = answers[0]?.losses ?? [];
    this.#parameters = answers[0]?.parameters ?? 0;
  }

  /** Trains an epoch of each replicate, all at once. */
  async measure(): Promise<EpochTime> {
    const start = performance.now();
    const answers = await Promise.all(
      this.#processes.map(async (each) => measuredSchema.parse(await each.ask({ measure: {} }))),
    );
    const wall = (performance.now() - start) / 1_000;
    return { wall, cpu: answers.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) };
  }

  /** Trains and records a replicate of some epochs in the first process. */
  async record(epochs: number): Promise<z.infer<typeof recordedSchema>> {
    const [first] = this.#processes;
    if (first === undefined) throw new Error('A side has a process.');
    return recordedSchema.parse(await first.ask({ record: { epochs } }));
  }

  /**
   * Refuses to compare times of unequal work.
   * @throws NoisefloorError `bench-unequal` when the networks or their first losses differ.
   */
  requireSameWork(other: TrainingSide): void {
    const largest = Math.max(
      ...this.#losses.map((loss, step) => Math.abs(loss - (other.#losses[step] ?? Number.NaN)) / loss),
    );
    if (this.#parameters === other.#parameters && largest < 1e-2) return;
    throw new NoisefloorError(
      'bench-unequal',
      `${this.name} and ${other.name} do not train the same network, so the times mean nothing: ${String(this.#parameters)} and ${String(other.#parameters)} parameters, first losses ${this.#losses.join(', ')} and ${other.#losses.join(', ')}. Please report it.`,
    );
  }

  close(): void {
    for (const each of this.#processes) each.close();
  }
}
