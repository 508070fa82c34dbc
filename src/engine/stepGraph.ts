import type { Adam } from './adam.ts';
import { attribute } from './attributes.ts';
import type { DataType } from './dataTypes.ts';
import type { HeldExamples } from './examples.ts';
import { FingerprintNodes } from './fingerprintNodes.ts';
import type { GraphDefinition, GraphOutput, SessionVariable } from './graphDefinition.ts';
import { recordPass, type PassOutputs, type SessionParts } from './passGraph.ts';
import type { FeedSpecification } from './session.ts';
import { StepInputs } from './stepInputs.ts';

/** A training step for one batch size. */
export interface StepGraph {
  /** Indices, learning rate, flips, crops, dropout numbers: those that the task needs, in this order. */
  readonly feeds: readonly FeedSpecification[];
  /** int32 [2 + tensors]: the bits of the loss, how many were right, the fingerprints. */
  readonly result: GraphOutput;
}

/** What the training steps of a session have in common. */
export interface StepParts extends SessionParts {
  readonly optimizer: Adam;
  readonly examples: HeldExamples;
  /** What is fingerprinted, in order. */
  readonly fingerprinted: readonly SessionVariable[];
  /** How many parts of a batch are computed side by side. */
  readonly lanes: number;
  /** Whether the graph runs on a GPU. */
  readonly gpu: boolean;
}

/**
 * Adds the training step for batches of `size` examples: gather, scale, augment, forward, backward, Adam, moving
 * statistics, then the fingerprints of the updated tensors.
 *
 * Where no layer looks at a whole batch, as batch normalisation does, the batch is divided over the lanes, whose
 * gradients are added in a fixed order: ops that are too small to be divided well then run side by side.
 *
 * Each variable is read once before its update and the gradient depends on that read; fingerprints read again after all
 * updates. So the result does not depend on the order in which TensorFlow runs the nodes.
 */
export function addStep(parts: StepParts, size: number): StepGraph {
  const { graph, weights, optimizer, fingerprinted } = parts;
  return graph.within(`train${String(size)}`, () => {
    const inputs = new StepInputs(parts, size);
    const passes = addPasses(parts, inputs, size);
    const total = (dtype: DataType, term: (pass: PassOutputs) => GraphOutput | undefined): GraphOutput =>
      addUp(
        graph,
        dtype,
        passes.flatMap((pass) => term(pass) ?? []),
      );
    const gradients = weights
      .filter(({ trainable }) => trainable)
      .map(({ held }, index) => ({
        weight: held,
        gradient: total('float32', (pass) => pass.gradients[index]),
      }));
    const statistics = passes.flatMap((pass) => pass.statistics);
    const updates = [
      ...optimizer.update(inputs.learningRate, gradients),
      ...statistics.map(({ held, value }) => graph.assign(held, value)),
    ];
    const words = [
      graph.add('Bitcast', [total('float32', (pass) => pass.loss)], {
        T: attribute.type('float32'),
        type: attribute.type('int32'),
      }),
      total('int32', (pass) => pass.correct),
    ];
    const packed = graph.add('Pack', words, {
      T: attribute.type('int32'),
      N: attribute.int(words.length),
      axis: attribute.int(0),
    });
    const tensors = fingerprinted.map((variable) => ({
      tensor: graph.read(variable, updates),
      shape: variable.shape,
    }));
    const fingerprints =
      tensors.length === 0 ? [] : [new FingerprintNodes(graph, { gpu: parts.gpu }).of(tensors)];
    const result = graph.concat('int32', [packed, ...fingerprints]);
    return { feeds: inputs.feeds, result: graph.identity('int32', result, updates) };
  });
}

/** Adds the forward and backward passes over the parts of a batch. */
function addPasses(parts: StepParts, inputs: StepInputs, size: number): PassOutputs[] {
  const { graph, weights, examples } = parts;
  const separable = weights.every(({ trainable }) => trainable);
  const count = separable ? Math.min(parts.lanes, size) : 1;
  const read = weights.map(({ held }) => graph.read(held));
  return Array.from({ length: count }, (_, part) => {
    const from = Math.floor((size * part) / count);
    const to = Math.floor((size * (part + 1)) / count);
    const { indices, ...rows } = inputs.rows(from, to - from);
    const batch = examples.gather(indices);
    return recordPass(parts, { ...rows, ...batch, count: to - from, batch: size, weights: read });
  });
}

/** The sum of tensors of one shape, in their order. */
function addUp(graph: GraphDefinition, dtype: DataType, terms: readonly GraphOutput[]): GraphOutput {
  const [only] = terms;
  if (terms.length === 1 && only !== undefined) return only;
  return graph.add('AddN', terms, { T: attribute.type(dtype), N: attribute.int(terms.length) });
}
