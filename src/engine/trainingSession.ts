import { NoisefloorError } from '../study/errors.ts';
import type { Task } from '../study/task.ts';
import { Adam } from './adam.ts';
import { augmentationNeeds } from './augmentation.ts';
import { bindingOf, type BindingValues } from './binding.ts';
import { lanesOf } from './configuration.ts';
import { elementCount } from './dataTypes.ts';
import { addEvaluation, type EvaluationGraph } from './evaluationGraph.ts';
import { HeldExamples, type Examples } from './examples.ts';
import { GraphDefinition, type SessionVariable } from './graphDefinition.ts';
import { initialValues } from './initialisation.ts';
import { modelWeights } from './modelWeights.ts';
import type { NetworkBuilder } from './network.ts';
import { loadTensorFlow } from './runtime.ts';
import { GraphSession, type SessionCall } from './session.ts';
import type { SessionParts } from './passGraph.ts';
import { addStep } from './stepGraph.ts';
import { VariableAccess } from './variableAccess.ts';

export type { Examples } from './examples.ts';

/** A tensor of a session: a weight, a moving statistic or a part of the optimiser's state; always float32. */
export interface TensorInfo {
  /** `<layer>/<weight>`, or `optimizer/...`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: 'weight' | 'moving-statistic' | 'optimizer';
}

export interface NamedTensor extends TensorInfo {
  readonly data: Float32Array;
}

/** The random numbers of one step, one row an example. */
export interface StepNoise {
  /** [n] uniforms in [0, 1): below one half mirrors. */
  readonly flip?: Float32Array;
  /** [n, 2] row and column, from 0 to twice the padding. */
  readonly crop?: Int32Array;
  /** One [n, ...] array of uniforms for each dropout layer. */
  readonly dropout?: readonly Float32Array[];
}

/** What each step must be fed beside indices and learning rate. */
export interface NoiseShapes {
  readonly flip: boolean;
  /** The padding; null where nothing is cropped. */
  readonly crop: number | null;
  /** Shape of each dropout layer's numbers for one example. */
  readonly dropout: readonly (readonly number[])[];
}

export interface StepResult {
  /** Mean softmax cross-entropy of the batch before the update; NaN or infinite where training diverged. */
  readonly loss: number;
  /** How many examples of the batch were classified correctly before the update. */
  readonly correct: number;
  /** One for each of `tensors`, after the update. */
  readonly fingerprints: Uint32Array;
}

export interface Evaluation {
  readonly lossSum: number;
  /** Predicted class of each example. */
  readonly predictions: Int32Array;
  /** [n, classes], row by row. */
  readonly logits: Float32Array;
}

/** A network in training: weights, optimiser state and examples live in one TensorFlow session. */
export interface TrainingSession {
  /** Weights and moving statistics in the order of the layers, then the optimiser's state. */
  readonly tensors: readonly TensorInfo[];
  readonly noiseShapes: NoiseShapes;
  /**
   * Takes one training step.
   * @param indices of training examples: a full batch, or the rest of an epoch.
   * @throws NoisefloorError `batch-size`, `example-index`, `feed-shape`, `step-failed`.
   */
  trainStep(indices: Int32Array, learningRate: number, noise: StepNoise): StepResult;
  /** Evaluates test examples `from` to `to` (exclusive). @throws NoisefloorError `example-index`. */
  evaluate(from: number, to: number): Evaluation;
  /** Copies of all tensors, in the order of `tensors`. */
  readTensors(): NamedTensor[];
  /** Writes tensors, all or some. @throws NoisefloorError `unknown-tensor`, `feed-shape`. */
  writeTensors(tensors: readonly NamedTensor[]): void;
  /** Frees the session. */
  dispose(): void;
}

export interface TrainingSessionOptions {
  readonly task: Task;
  readonly train: Examples;
  readonly test: Examples;
  readonly classes: number;
  readonly build: NetworkBuilder;
  /** Unsigned 32-bit seed of the source "initialisation". */
  readonly initialisationSeed: number;
  /** False to leave out the fingerprints, and measure what they cost; results are then empty. */
  readonly fingerprints?: boolean;
}

/** Test examples evaluated in one call; fewer where there are fewer. */
const evaluationSize = 125;

/**
 * Builds a task's network, records its training step and evaluation, loads them into TensorFlow and initialises the
 * weights.
 * @throws NoisefloorError if the data do not suit the network, or the step cannot be recorded.
 */
export async function openTrainingSession(options: TrainingSessionOptions): Promise<TrainingSession> {
  const { task, train, test, classes, build, initialisationSeed, fingerprints = true } = options;
  const { recipe } = task;
  const tf = await loadTensorFlow();
  const graph = new GraphDefinition();
  const imageShape = train.shape;
  if (test.shape.some((size, dimension) => size !== imageShape[dimension])) {
    throw new NoisefloorError(
      'dataset-invalid',
      `Training images are ${imageShape.join(' x ')} but test images ${test.shape.join(' x ')}.`,
    );
  }
  const network = build({ tf, imageShape, classes });
  try {
    const weights = modelWeights(network.model).map((weight) => ({
      ...weight,
      held: graph.variable(weight.name, 'float32', weight.shape),
    }));
    const trainable = weights.filter((weight) => weight.trainable).map(({ held }) => held);
    const optimizer = new Adam(graph, recipe.optimizer, trainable);
    const tensors: SessionVariable[] = [...weights.map(({ held }) => held), ...optimizer.state];
    const infos: TensorInfo[] = [
      ...weights.map(({ name, shape, trainable: learned }): TensorInfo => {
        return { name, shape, role: learned ? 'weight' : 'moving-statistic' };
      }),
      ...optimizer.state.map(({ name, shape }): TensorInfo => ({ name, shape, role: 'optimizer' })),
    ];
    const parts: SessionParts = { tf, graph, network, weights, recipe, imageShape };
    const trainExamples = new HeldExamples(graph, 'train', train, classes);
    const testExamples = new HeldExamples(graph, 'test', test, classes);
    const gpu = bindingOf(tf).isUsingGpuDevice();
    const stepParts = {
      ...parts,
      optimizer,
      examples: trainExamples,
      fingerprinted: fingerprints ? tensors : [],
      lanes: gpu ? 1 : lanesOf(process.env),
      gpu,
    };
    const steps = batchSizes(trainExamples.count, recipe.batchSize).map(
      (size) => [size, addStep(stepParts, size)] as const,
    );
    const evaluation = addEvaluation(parts, testExamples, Math.min(evaluationSize, testExamples.count));
    const access = new VariableAccess(graph);
    const session = new GraphSession(tf, graph);
    trainExamples.write(session, access, train);
    testExamples.write(session, access, test);
    access.write(
      session,
      infos.map(({ name, shape, role }): [string, BindingValues] => [
        name,
        role === 'optimizer'
          ? new Float32Array(elementCount(shape))
          : initialValues(name, shape, initialisationSeed),
      ]),
    );
    return new CompiledSession({
      session,
      access,
      tensors: infos,
      noiseShapes: {
        ...augmentationNeeds(recipe.augmentation),
        dropout: network.dropout.map(({ exampleShape }) => exampleShape),
      },
      steps: new Map(steps.map(([size, { feeds, result }]) => [size, session.prepare(feeds, [result])])),
      trainExamples,
      testExamples,
      evaluation,
      classes,
    });
  } finally {
    network.model.dispose();
  }
}

/** The batch sizes that occur in an epoch: full batches, and the rest. */
function batchSizes(examples: number, batchSize: number): number[] {
  const sizes = [Math.min(examples, batchSize), examples % batchSize];
  return [...new Set(sizes)].filter((size) => size > 0);
}

interface CompiledParts {
  readonly session: GraphSession;
  readonly access: VariableAccess;
  readonly tensors: readonly TensorInfo[];
  readonly noiseShapes: NoiseShapes;
  readonly steps: ReadonlyMap<number, SessionCall>;
  readonly trainExamples: HeldExamples;
  readonly testExamples: HeldExamples;
  readonly evaluation: EvaluationGraph;
  readonly classes: number;
}

class CompiledSession implements TrainingSession {
  readonly tensors: readonly TensorInfo[];
  readonly noiseShapes: NoiseShapes;
  readonly #parts: CompiledParts;
  readonly #evaluate: SessionCall;

  constructor(parts: CompiledParts) {
    this.#parts = parts;
    this.tensors = parts.tensors;
    this.noiseShapes = parts.noiseShapes;
    this.#evaluate = parts.session.prepare([parts.evaluation.indices], parts.evaluation.fetches);
  }

  trainStep(indices: Int32Array, learningRate: number, noise: StepNoise): StepResult {
    const step = this.#parts.steps.get(indices.length);
    if (step === undefined) {
      const sizes = [...this.#parts.steps.keys()].join(' or ');
      throw new NoisefloorError(
        'batch-size',
        `A batch of this task has ${sizes} examples, not ${String(indices.length)}.`,
      );
    }
    this.#parts.trainExamples.checkIndices(indices);
    const [result] = step(indices, Float32Array.of(learningRate), ...this.#noiseFeeds(noise));
    if (!(result instanceof Int32Array)) throw new Error('A training step did not return its int32 result.');
    return {
      loss: new Float32Array(result.buffer, result.byteOffset, 1)[0] ?? Number.NaN,
      correct: result[1] ?? 0,
      fingerprints: new Uint32Array(result.buffer, result.byteOffset + 8, result.length - 2).slice(),
    };
  }

  #noiseFeeds({ flip, crop, dropout = [] }: StepNoise): BindingValues[] {
    const { noiseShapes } = this;
    const feeds: BindingValues[] = [];
    if (noiseShapes.flip) feeds.push(required(flip, 'flip'));
    if (noiseShapes.crop !== null) feeds.push(required(crop, 'crop'));
    noiseShapes.dropout.forEach((_, index) =>
      feeds.push(required(dropout[index], `dropout[${String(index)}]`)),
    );
    return feeds;
  }

  evaluate(from: number, to: number): Evaluation {
    const { testExamples, evaluation, classes } = this.#parts;
    if (!(from >= 0 && from < to && to <= testExamples.count)) {
      throw new NoisefloorError(
        'example-index',
        `There are no test examples ${String(from)} to ${String(to)}: the session holds ${String(testExamples.count)}.`,
      );
    }
    const size = evaluation.indices.shape[0] ?? 1;
    const predictions = new Int32Array(to - from);
    const logits = new Float32Array((to - from) * classes);
    let lossSum = 0;
    for (let start = from; start < to; start += size) {
      const used = Math.min(size, to - start);
      // The last call of a range is filled up with its last example.
      const indices = Int32Array.from({ length: size }, (_, k) => Math.min(start + k, to - 1));
      const [losses, predicted, values] = this.#evaluate(indices) as [Float32Array, Int32Array, Float32Array];
      lossSum = losses.subarray(0, used).reduce((sum, loss) => sum + loss, lossSum);
      predictions.set(predicted.subarray(0, used), start - from);
      logits.set(values.subarray(0, used * classes), (start - from) * classes);
    }
    return { lossSum, predictions, logits };
  }

  readTensors(): NamedTensor[] {
    const { session, access } = this.#parts;
    const values = access.read(
      session,
      this.tensors.map(({ name }) => name),
    ) as Float32Array[];
    return this.tensors.map((info, index) => ({ ...info, data: values[index] ?? new Float32Array() }));
  }

  writeTensors(tensors: readonly NamedTensor[]): void {
    const { session, access } = this.#parts;
    const known = new Set(this.tensors.map(({ name }) => name));
    const unknown = tensors.find(({ name }) => !known.has(name));
    if (unknown !== undefined) {
      throw new NoisefloorError('unknown-tensor', `The session has no tensor "${unknown.name}".`);
    }
    access.write(
      session,
      tensors.map(({ name, data }): [string, BindingValues] => [name, data]),
    );
  }

  dispose(): void {
    this.#parts.session.dispose();
  }
}

function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw new NoisefloorError('feed-shape', `This task's steps must be fed the random numbers "${name}".`);
}
