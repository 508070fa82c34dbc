import { crc32 } from 'node:zlib';
import type { Dataset } from '../data/dataset.ts';
import { epochBatches } from '../data/epochOrder.ts';
import { networkBuilder } from '../engine/networkBuilder.ts';
import {
  openTrainingSession,
  type NamedTensor,
  type ObservableOutput,
  type StepResult,
  type TrainingSession,
} from '../engine/trainingSession.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { WorkOrder } from '../study/replicate.ts';
import { epochSteps, type EpochStep } from './epochSteps.ts';
import { batchHash } from './stepBatch.ts';

/** What an output of a step came to, each time the step was taken from the same state. */
export interface ReplayedOutput extends ObservableOutput {
  readonly shape: readonly number[];
  /** CRC-32 of its bytes, one a time. */
  readonly hashes: readonly number[];
}

export interface ReplayedStep {
  /** After the step, one a tensor. */
  readonly fingerprints: readonly number[];
  /** Whether the step came to the same each time it was taken, looked at or not. */
  readonly isRepeated: boolean;
  readonly outputs: readonly ReplayedOutput[];
}

/** How much is looked at in one call, in bytes, and at first how many outputs. */
const bytesAtOnce = 2 ** 28;
const firstOutputs = 16;
/** How often each output is looked at. */
const times = 2;

/** Trains a replicate once more, from its first step to any, and looks at what a step consists of. */
export class Replay {
  readonly #session: TrainingSession;
  readonly #steps: Iterator<EpochStep & { readonly ofRun: number }, undefined>;
  #at: (EpochStep & { readonly ofRun: number }) | undefined;

  private constructor(session: TrainingSession, order: WorkOrder, examples: number) {
    this.#session = session;
    this.#steps = stepsOfRun(session, order, examples);
    this.#at = this.#steps.next().value;
  }

  /** @throws NoisefloorError what loading the data and building the network throw. */
  static async open(order: WorkOrder, loadData: (order: WorkOrder) => Promise<Dataset>): Promise<Replay> {
    const dataset = await loadData(order);
    const session = await openTrainingSession({
      task: order.task,
      precision: order.execution.precision,
      train: dataset.train,
      test: dataset.test,
      classes: dataset.classNames.length,
      build: networkBuilder(order.task.network),
      initialisationSeed: order.seeds.initialisation,
    });
    return new Replay(session, order, dataset.train.labels.length);
  }

  /** Takes the step that is due. @throws NoisefloorError `replay-ended` where there is none. */
  takeStep(): StepResult {
    const { indices, learningRate, noise, ahead } = this.#now;
    const result = this.#session.trainStep(indices, learningRate, noise, ahead);
    this.#at = this.#steps.next().value;
    return result;
  }

  /** Whether there is another step. */
  get hasStep(): boolean {
    return this.#at !== undefined;
  }

  /** The step that is due, counted from 0 over the run. */
  get nextStep(): number {
    return this.#now.ofRun;
  }

  /** A hash of what the step that is due is fed: {@link batchHash}. */
  get batchHash(): number {
    return batchHash(this.#now);
  }

  /** All tensors as the step that is due finds them. */
  state(): NamedTensor[] {
    return this.#session.readTensors();
  }

  /** Takes the step that is due again and again from the state that it finds, which stays, and looks at all its outputs. */
  observe(): ReplayedStep {
    const { indices } = this.#now;
    const [plain] = this.#fromHere([]);
    const wanted = [...this.#session.observableOutputs(indices.length)];
    const outputs: ReplayedOutput[] = [];
    let isRepeated = true;
    let count = firstOutputs;
    while (wanted.length > 0) {
      const some = wanted.splice(0, count);
      const names = some.map(({ name }) => name);
      const looks = Array.from({ length: times }, () => this.#fromHere(names));
      isRepeated &&= looks.every(([step]) => sameNumbers(step.fingerprints, plain.fingerprints));
      const [, first = []] = looks[0] ?? [];
      const bytes = first.reduce((sum, { values }) => sum + values.byteLength, 0);
      outputs.push(
        ...some.map((output, place) => ({
          ...output,
          shape: first[place]?.shape ?? [],
          hashes: looks.map(([, observed]) => hashOf(observed[place]?.values ?? new Float32Array())),
        })),
      );
      count = Math.min(400, Math.max(1, Math.floor((count * bytesAtOnce) / Math.max(1, bytes))));
    }
    return { fingerprints: [...plain.fingerprints], isRepeated, outputs };
  }

  /** One output of the step that is due; the state stays as it is. */
  value(name: string): Float32Array | Int32Array {
    const [, [observed]] = this.#fromHere([name]);
    if (observed === undefined) {
      throw new NoisefloorError('replay-failed', `The step has no output ${name} that can be looked at.`);
    }
    return observed.values;
  }

  close(): void {
    this.#session.dispose();
  }

  get #now(): EpochStep & { readonly ofRun: number } {
    if (this.#at === undefined) {
      throw new NoisefloorError('replay-ended', 'The replicate has no further step to replay.');
    }
    return this.#at;
  }

  /** Takes the step that is due, and brings the state back. */
  #fromHere(
    names: readonly string[],
  ): [step: StepResult, observed: ReturnType<TrainingSession['observeStep']>['outputs']] {
    const before = this.#session.readTensors();
    const { learningRate } = this.#now;
    const { step, outputs } = this.#session.observeStep(this.#now, learningRate, names);
    this.#session.writeTensors(before);
    return [step, outputs];
  }
}

function* stepsOfRun(
  session: TrainingSession,
  order: WorkOrder,
  examples: number,
): Generator<EpochStep & { readonly ofRun: number }, undefined> {
  const { recipe } = order.task;
  let ofRun = 0;
  for (let epoch = 0; epoch < recipe.epochs; epoch += 1) {
    const batches = epochBatches(recipe, examples, order.seeds.order, epoch);
    for (const step of epochSteps(session, order, epoch, batches)) {
      yield { ...step, ofRun };
      ofRun += 1;
    }
  }
}

const hashOf = (values: Float32Array | Int32Array): number =>
  crc32(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));

const sameNumbers = (left: Uint32Array, right: Uint32Array): boolean =>
  left.length === right.length && left.every((value, place) => value === right[place]);
