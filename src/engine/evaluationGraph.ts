import type { Rank, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { ExampleNodes } from './examples.ts';
import type { GraphOutput } from './graphDefinition.ts';
import { Recording } from './recording.ts';
import { scale } from './scaling.ts';
import { inScope } from './scope.ts';
import type { FeedSpecification } from './session.ts';
import type { SessionParts } from './passGraph.ts';

/** An evaluation of a fixed number of examples. */
export interface EvaluationGraph {
  readonly indices: FeedSpecification;
  /** float32 [n]: loss of each example; int32 [n] or [n, attributes]: answers; float32 [n, outputs]: logits. */
  readonly fetches: readonly [losses: GraphOutput, predictions: GraphOutput, logits: GraphOutput];
}

/** Adds the evaluation of `size` examples with the current weights and moving statistics. */
export function addEvaluation(parts: SessionParts, examples: ExampleNodes, size: number): EvaluationGraph {
  const { tf, graph, network, weights, recipe, imageShape, objective } = parts;
  return graph.within('evaluate', (): EvaluationGraph => {
    const indices = graph.placeholder('indices', 'int32', [size]);
    const batch = examples.gather(indices, size);
    return inScope(tf, (): EvaluationGraph => {
      const recording = new Recording(tf, graph, parts.half);
      for (const { held, variable } of weights) recording.bind(variable, graph.read(held));
      const pixels = tf.zeros<Rank.R4>([size, ...imageShape]);
      const labels = objective.labels(size);
      recording.bind(pixels, batch.pixels);
      recording.bind(labels, batch.labels);
      return recording.run((): EvaluationGraph => {
        const logits = network.model.apply(scale(tf, pixels, recipe.scaling), {
          training: false,
        }) as Tensor2D;
        const losses = recording.inFloat32(() => objective.losses(labels, logits));
        return {
          indices: { name: indices, dtype: 'int32', shape: [size] },
          fetches: [
            recording.outputOf(losses),
            recording.outputOf(objective.predictions(logits)),
            recording.outputOf(logits),
          ],
        };
      });
    });
  });
}
