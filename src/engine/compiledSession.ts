import { NoisefloorError } from '../study/errors.ts';
import type { BindingValues } from './binding.ts';
import type { EvaluationGraph } from './evaluationGraph.ts';
import { BatchStream } from './batchStream.ts';
import type { ExampleNodes } from './examples.ts';
import type { GraphDefinition } from './graphDefinition.ts';
import { observableOutputs } from './observableOutputs.ts';
import type { FetchedValues, GraphSession, SessionCall } from './session.ts';
import type { StepGraph } from './stepGraph.ts';
import { StreamedExamples } from './streamedExamples.ts';
import {
  batchesAhead,
  type Evaluation,
  type NamedTensor,
  type BatchAhead,
  type NoiseShapes,
  type ObservableOutput,
  type ObservedOutput,
  type StepNoise,
  type StepResult,
  type TensorInfo,
  type TrainingSession,
} from './trainingInterface.ts';
import type { VariableAccess } from './variableAccess.ts';

/** What a loaded session consists of. */
export interface CompiledParts {
  readonly session: GraphSession;
  /** What the session has loaded. */
  readonly graph: GraphDefinition;
  readonly access: VariableAccess;
  readonly tensors: readonly TensorInfo[];
  readonly noiseShapes: NoiseShapes;
  /** Training steps by the size of the batch. */
  readonly steps: ReadonlyMap<number, StepGraph>;
  readonly trainExamples: ExampleNodes;
  readonly testExamples: ExampleNodes;
  readonly evaluation: EvaluationGraph;
  readonly classes: number;
  readonly answers: number;
  /** Whether steps say that their update was skipped. */
  readonly isScaled: boolean;
  /** Held images that a grey one stands for. */
  readonly replacedImages: readonly string[];
}

/** A training session over a loaded graph. */
export class CompiledSession implements TrainingSession {
  readonly tensors: readonly TensorInfo[];
  readonly noiseShapes: NoiseShapes;
  readonly answers: number;
  readonly #parts: CompiledParts;
  readonly isStreamed: boolean;
  readonly #steps: ReadonlyMap<number, SessionCall>;
  readonly #evaluate: SessionCall;
  readonly #trainStream: BatchStream | undefined;
  readonly #testStream: BatchStream | undefined;

  constructor(parts: CompiledParts) {
    this.#parts = parts;
    this.tensors = parts.tensors;
    this.noiseShapes = parts.noiseShapes;
    this.answers = parts.answers;
    const { session, trainExamples, testExamples } = parts;
    this.#steps = new Map(
      [...parts.steps].map(([size, { feeds, result }]) => [size, session.prepare(feeds, [result])]),
    );
    this.#evaluate = session.prepare([parts.evaluation.indices], parts.evaluation.fetches);
    if (trainExamples instanceof StreamedExamples) {
      this.#trainStream = new BatchStream(session, trainExamples, 'train');
    }
    if (testExamples instanceof StreamedExamples) {
      this.#testStream = new BatchStream(session, testExamples, 'test');
    }
    this.isStreamed = this.#trainStream !== undefined;
  }

  get replacedImages(): readonly string[] {
    const streams = [this.#trainStream, this.#testStream];
    return [...this.#parts.replacedImages, ...streams.flatMap((stream) => stream?.replacedImages ?? [])];
  }

  trainStep(
    indices: Int32Array,
    learningRate: number,
    noise: StepNoise,
    ahead: readonly BatchAhead[] = [],
  ): StepResult {
    const graph = this.#stepOf(indices);
    const step = this.#steps.get(indices.length);
    const fed = [Float32Array.of(learningRate), ...this.#noiseFeeds(noise)];
    const consumer = {
      ...{ feeds: graph.feeds, fetches: [graph.result] },
      values: [places(indices.length), ...fed],
    };
    const [result] =
      this.#trainStream?.run(consumer, { indices, noise }, ahead) ?? step?.(indices, ...fed) ?? [];
    return this.#resultOf(result);
  }

  /** @throws NoisefloorError `batch-size`, `example-index`. */
  #stepOf(indices: Int32Array): StepGraph {
    const graph = this.#parts.steps.get(indices.length);
    if (graph === undefined) {
      const sizes = [...this.#steps.keys()].join(' or ');
      throw new NoisefloorError(
        'batch-size',
        `A batch of this task has ${sizes} examples, not ${String(indices.length)}.`,
      );
    }
    this.#parts.trainExamples.checkIndices(indices);
    return graph;
  }

  #resultOf(result: FetchedValues | undefined): StepResult {
    if (!(result instanceof Int32Array)) throw new Error('A training step did not return its int32 result.');
    const header = this.#parts.isScaled ? 3 : 2;
    return {
      loss: new Float32Array(result.buffer, result.byteOffset, 1)[0] ?? Number.NaN,
      correct: result[1] ?? 0,
      skipped: this.#parts.isScaled && result[2] === 1,
      fingerprints: new Uint32Array(
        result.buffer,
        result.byteOffset + 4 * header,
        result.length - header,
      ).slice(),
    };
  }

  observableOutputs(batch: number): readonly ObservableOutput[] {
    const { steps, graph } = this.#parts;
    return observableOutputs(graph, `train${String(batch)}`, steps.get(batch)?.labels ?? new Map());
  }

  observeStep(
    { indices, noise }: { indices: Int32Array; noise: StepNoise },
    learningRate: number,
    names: readonly string[],
  ): { step: StepResult; outputs: ObservedOutput[] } {
    const { feeds, result } = this.#stepOf(indices);
    this.#trainStream?.ready({ indices, noise });
    const call = this.#parts.session.prepareShaped(feeds, [result, ...names]);
    const examples = this.isStreamed ? places(indices.length) : indices;
    const [first, ...observed] = call(examples, Float32Array.of(learningRate), ...this.#noiseFeeds(noise));
    const outputs = observed.flatMap(({ shape, values }, index): ObservedOutput[] => {
      const name = names[index] ?? '';
      return values instanceof Float32Array || values instanceof Int32Array ? [{ name, shape, values }] : [];
    });
    return { step: this.#resultOf(first?.values), outputs };
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
    const { testExamples, evaluation, classes, answers } = this.#parts;
    if (!(from >= 0 && from < to && to <= testExamples.count)) {
      throw new NoisefloorError(
        'example-index',
        `There are no test examples ${String(from)} to ${String(to)}: the session holds ${String(testExamples.count)}.`,
      );
    }
    const size = evaluation.indices.shape[0] ?? 1;
    const predictions = new Int32Array((to - from) * answers);
    const logits = new Float32Array((to - from) * classes);
    let lossSum = 0;
    // The last call of a range is filled up with its last example.
    const batches = Array.from({ length: Math.ceil((to - from) / size) }, (_, batch) =>
      Int32Array.from({ length: size }, (_each, k) => Math.min(from + batch * size + k, to - 1)),
    );
    for (const [batch, indices] of batches.entries()) {
      const start = from + batch * size;
      const used = Math.min(size, to - start);
      const ahead = batches.slice(batch + 1, batch + 1 + batchesAhead);
      const [losses, predicted, values] = this.#evaluateBatch(indices, ahead);
      lossSum = losses.subarray(0, used).reduce((sum, loss) => sum + loss, lossSum);
      predictions.set(predicted.subarray(0, used * answers), (start - from) * answers);
      logits.set(values.subarray(0, used * classes), (start - from) * classes);
    }
    return { lossSum, predictions, logits };
  }

  #evaluateBatch(
    indices: Int32Array,
    ahead: readonly Int32Array[],
  ): [Float32Array, Int32Array, Float32Array] {
    const { evaluation } = this.#parts;
    const consumer = {
      ...{ feeds: [evaluation.indices], fetches: evaluation.fetches },
      values: [places(indices.length)],
    };
    const results =
      this.#testStream?.run(
        consumer,
        { indices },
        ahead.map((batch) => ({ indices: batch })),
      ) ?? this.#evaluate(indices);
    return results as [Float32Array, Int32Array, Float32Array];
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
    this.#trainStream?.close();
    this.#testStream?.close();
    this.#parts.session.dispose();
  }
}

/** The places of a batch, in order. */
const places = (count: number): Int32Array => Int32Array.from({ length: count }, (_, place) => place);

function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw new NoisefloorError('feed-shape', `This task's steps must be fed the random numbers "${name}".`);
}
