import { attribute } from './attributes.ts';
import type { DataType } from './dataTypes.ts';
import type { ExampleNodes } from './examples.ts';
import { exactAttributes } from './exactness.ts';
import { FingerprintNodes } from './fingerprintNodes.ts';
import { weightUpdates, type WeightGradient } from './gradients.ts';
import type { GraphDefinition, GraphOutput, SessionVariable } from './graphDefinition.ts';
import { Gate, type LossScale } from './lossScale.ts';
import type { Optimizer } from './optimizer.ts';
import { recordPass, type PassOutputs, type SessionParts } from './passGraph.ts';
import type { FeedSpecification } from './session.ts';
import { StepInputs } from './stepInputs.ts';

/** A training step for one batch size. */
export interface StepGraph {
  /** Indices, learning rate, flips, crops, dropout numbers: those that the task needs, in this order. */
  readonly feeds: readonly FeedSpecification[];
  /**
   * int32 [2 + tensors]: the bits of the loss, how many were right, the fingerprints; with a loss scale, whether the
   * update was skipped comes before the fingerprints.
   */
  readonly result: GraphOutput;
  /** What some of its outputs are, in words. */
  readonly labels: ReadonlyMap<GraphOutput, string>;
}

/** What the training steps of a session have in common. */
export interface StepParts extends SessionParts {
  readonly optimizer: Optimizer;
  /** Where the gradients need one. */
  readonly lossScale: LossScale | undefined;
  readonly examples: ExampleNodes;
  /** What is fingerprinted, in order. */
  readonly fingerprinted: readonly SessionVariable[];
  /** How many parts of a batch are computed side by side. */
  readonly lanes: number;
  /** Whether the graph runs on a GPU. */
  readonly gpu: boolean;
}

/**
 * Adds the training step for batches of `size` examples: gather, scale, augment, forward, backward, what the recipe does
 * to gradients, optimiser, moving statistics, then the fingerprints of the updated tensors.
 *
 * Where no layer looks at a whole batch, as batch normalisation does, the batch is divided over the lanes, whose
 * gradients are added in a fixed order: ops that are too small to be divided well then run side by side. A recipe's
 * micro-batches are computed one after the other, each with the moving statistics that the one before has left.
 *
 * Each variable is read once before its update and the gradient depends on that read; fingerprints read again after all
 * updates. So the result does not depend on the order in which TensorFlow runs the nodes.
 */
export function addStep(parts: StepParts, size: number): StepGraph {
  const { graph, weights, fingerprinted } = parts;
  return graph.within(`train${String(size)}`, () => {
    const inputs = new StepInputs(parts, size);
    const scale = parts.lossScale?.read();
    const read = weights.map(({ held }) => graph.read(held));
    const batch = addBatch(parts, inputs, { size, scale, read });
    const gradients = weights.flatMap((weight, index): WeightGradient[] => {
      const gradient = batch.gradients[index];
      const value = read[index];
      return gradient === undefined || value === undefined ? [] : [{ weight, value, gradient }];
    });
    const { updates, skipped } = addUpdate(parts, inputs.learningRate, gradients, scale);
    updates.push(...batch.statistics.map(({ held, value }) => graph.assign(held, value)));
    const words = [
      graph.add('Bitcast', [batch.loss], {
        T: attribute.type('float32'),
        type: attribute.type('int32'),
      }),
      batch.correct,
      ...skipped,
    ];
    const packed = graph.add('Pack', words, {
      T: attribute.type('int32'),
      N: attribute.int(words.length),
      axis: attribute.int(0),
    });
    const updated = [graph.all(updates)];
    const tensors = fingerprinted.map((variable) => ({
      tensor: graph.read(variable, updated),
      shape: variable.shape,
    }));
    const fingerprints =
      tensors.length === 0 ? [] : [new FingerprintNodes(graph, { gpu: parts.gpu }).of(tensors)];
    const result = graph.concat('int32', [packed, ...fingerprints]);
    const labels = new Map([
      [batch.loss, 'loss'],
      ...weights.flatMap(({ name }, index): [GraphOutput, string][] => {
        const gradient = batch.gradients[index];
        return gradient === undefined ? [] : [[gradient, `gradient of ${name}`]];
      }),
      ...read.map((output, index): [GraphOutput, string] => [output, weights[index]?.name ?? '']),
    ]);
    return { feeds: inputs.feeds, result: graph.identity('int32', result, updated), labels };
  });
}

/** Adds the update of the weights; under a loss scale, one that is skipped where a gradient is not finite. */
function addUpdate(
  parts: StepParts,
  learningRate: GraphOutput,
  gradients: readonly WeightGradient[],
  scale: GraphOutput | undefined,
): { updates: GraphOutput[]; skipped: GraphOutput[] } {
  const { graph, optimizer, recipe, lossScale } = parts;
  if (lossScale === undefined || scale === undefined) {
    const updates = weightUpdates(graph, recipe, learningRate, gradients);
    return { updates: optimizer.update(learningRate, updates), skipped: [] };
  }
  const checked = lossScale.unscaled(
    scale,
    gradients.map(({ gradient, weight }) => ({ gradient, shape: weight.shape })),
  );
  const gate = new Gate(graph, checked.finite);
  const passed = gradients.map((each, index) => ({
    ...each,
    gradient: gate.pass(checked.gradients[index] ?? each.gradient),
  }));
  const rate = gate.pass(learningRate);
  const updates = optimizer.update(rate, weightUpdates(graph, recipe, rate, passed), [rate]);
  const bool = {
    SrcT: attribute.type('bool'),
    DstT: attribute.type('int32'),
    Truncate: attribute.bool(false),
  };
  return {
    updates: [gate.passed(updates), ...lossScale.update(scale, checked.finite)],
    skipped: [graph.add('Cast', [graph.add('LogicalNot', [checked.finite])], bool)],
  };
}

/** What the passes over a batch give together; gradients by the session's weights, of those that have one. */
interface BatchOutputs {
  readonly loss: GraphOutput;
  readonly correct: GraphOutput;
  readonly gradients: readonly (GraphOutput | undefined)[];
  readonly statistics: PassOutputs['statistics'];
}

interface BatchInputs {
  readonly size: number;
  readonly scale: GraphOutput | undefined;
  /** The weights and moving statistics, one for each of the session's. */
  readonly read: readonly GraphOutput[];
}

/** Adds the passes over a batch: micro-batch by micro-batch, where the recipe wants it. */
function addBatch(parts: StepParts, inputs: StepInputs, batch: BatchInputs): BatchOutputs {
  const { graph, recipe } = parts;
  const { size } = batch;
  const most = recipe.batchSize / (recipe.gradientAccumulation ?? 1);
  let sum: BatchOutputs | undefined;
  for (let from = 0; from < size; from += most) {
    const read = parts.weights.map(({ held }, index) => {
      const moved = sum?.statistics.find((statistic) => statistic.held === held);
      return moved?.value ?? batch.read[index] ?? '';
    });
    const part = addMicroBatch(parts, inputs, { ...batch, read }, [from, Math.min(from + most, size)], sum);
    sum = sum === undefined ? part : plus(graph, sum, part);
  }
  if (sum === undefined) throw new Error('A batch has no examples.');
  return sum;
}

/**
 * Adds the forward and backward passes over examples `from` to `to` of a batch.
 * @param before what must have been computed before: its memory is free by then.
 */
function addMicroBatch(
  parts: StepParts,
  inputs: StepInputs,
  { size, scale, read }: BatchInputs,
  [first, end]: readonly [from: number, to: number],
  before: BatchOutputs | undefined,
): BatchOutputs {
  const { graph, weights, examples } = parts;
  const done =
    before === undefined ? [] : [before.loss, ...before.gradients.filter((each) => each !== undefined)];
  const separable = weights.every(({ trainable }) => trainable);
  const count = separable ? Math.min(parts.lanes, end - first) : 1;
  const passes = Array.from({ length: count }, (_, part) => {
    const from = first + Math.floor(((end - first) * part) / count);
    const to = first + Math.floor(((end - first) * (part + 1)) / count);
    const { indices, ...rows } = inputs.rows(from, to - from);
    const batch = examples.gather(done.length === 0 ? indices : graph.identity('int32', indices, done), size);
    return recordPass(parts, {
      ...rows,
      ...batch,
      count: to - from,
      batch: size,
      weights: read,
      lossScale: scale,
    });
  });
  let trained = -1;
  const gradients = weights.map(({ trainable }) => {
    if (!trainable) return undefined;
    const position = (trained += 1);
    return addUp(graph, 'float32', passes, (pass) => pass.gradients[position]);
  });
  return {
    gradients,
    statistics: passes.flatMap((pass) => pass.statistics),
    loss: addUp(graph, 'float32', passes, (pass) => pass.loss),
    correct: addUp(graph, 'int32', passes, (pass) => pass.correct),
  };
}

/** The sum of what two micro-batches give; statistics are those of the later one. */
function plus(graph: GraphDefinition, sum: BatchOutputs, part: BatchOutputs): BatchOutputs {
  const added = (dtype: DataType, left: GraphOutput, right: GraphOutput): GraphOutput =>
    graph.add('AddV2', [left, right], { T: attribute.type(dtype), ...exactAttributes('AddV2') });
  return {
    loss: added('float32', sum.loss, part.loss),
    correct: added('int32', sum.correct, part.correct),
    gradients: sum.gradients.map((left, index) => {
      const right = part.gradients[index];
      return left === undefined || right === undefined ? undefined : added('float32', left, right);
    }),
    statistics: part.statistics,
  };
}

/** The sum of what passes give, in their order. */
function addUp(
  graph: GraphDefinition,
  dtype: DataType,
  passes: readonly PassOutputs[],
  term: (pass: PassOutputs) => GraphOutput | undefined,
): GraphOutput {
  const terms = passes.flatMap((pass) => term(pass) ?? []);
  const [only] = terms;
  if (terms.length === 1 && only !== undefined) return only;
  return graph.add('AddN', terms, { T: attribute.type(dtype), N: attribute.int(terms.length) });
}
