import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import type { BindingValues } from './binding.ts';
import type { DataType } from './dataTypes.ts';
import { GraphDefinition } from './graphDefinition.ts';
import { Recording } from './recording.ts';
import { inScope } from './scope.ts';
import { GraphSession, type FeedSpecification, type FetchedValues } from './session.ts';
import type { TensorFlow } from './tensorFlow.ts';
import { VariableAccess } from './variableAccess.ts';

/** A tensor that a compiled function is given with each call. */
export interface InputSpecification {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}

/** A function that runs as one call of TensorFlow. */
export interface CompiledFunction {
  /** How many nodes its graph has. */
  readonly nodes: number;
  /**
   * Runs it.
   * @param values of the inputs, in order, row-major.
   * @returns the values of the results, in order.
   * @throws NoisefloorError `feed-shape`, `step-failed`.
   */
  run(...values: BindingValues[]): FetchedValues[];
  /** Copies of the variables' values, in the order they were given in. */
  readVariables(): FetchedValues[];
  /** Writes the variables' values. @throws NoisefloorError `feed-shape`. */
  writeVariables(values: readonly BindingValues[]): void;
  /** Frees the graph and its variables. */
  dispose(): void;
}

/**
 * Compiles a function written in ordinary tfjs (ops, `tf.layers` models, gradients, `variable.assign`): it is run once on
 * zeros, what it does is recorded, and from then on runs as one call of a TensorFlow graph. What it does must not depend
 * on the values it is given; it must not draw random numbers, nor read tensors other than its inputs and variables.
 *
 * The variables' values are taken into the graph; the tfjs variables are left as they were.
 *
 * @param options.variables what the function reads and assigns; float32 or int32.
 * @param options.inputs what it is called with.
 * @param options.body is given a tensor for each input and returns the results.
 * @throws NoisefloorError naming the op that cannot be recorded: see {@link Recording}; `graph-invalid` if TensorFlow
 *   refuses the graph.
 */
export function compile(
  tf: TensorFlow,
  options: {
    readonly variables: readonly Variable[];
    readonly inputs: readonly InputSpecification[];
    readonly body: (...inputs: Tensor[]) => readonly Tensor[];
  },
): CompiledFunction {
  const { variables, inputs, body } = options;
  const graph = new GraphDefinition();
  const held = variables.map((variable, index) =>
    graph.variable(`variable${String(index)}`, variable.dtype as DataType, variable.shape),
  );
  const feeds = inputs.map(({ shape, dtype }, index): FeedSpecification => {
    return { name: graph.placeholder(`input${String(index)}`, dtype, shape), dtype, shape };
  });
  const initial = variables.map((variable) => variable.dataSync().slice());
  const clones = variables.map((variable) => tf.clone(variable));
  try {
    const results = graph.within('body', () => record());
    const access = new VariableAccess(graph);
    const session = new GraphSession(tf, graph);
    const names = held.map(({ name }) => name);
    const call = session.prepare(feeds, results);
    const compiled: CompiledFunction = {
      nodes: graph.size,
      run: (...values) => call(...values),
      readVariables: () => (names.length === 0 ? [] : access.read(session, names)),
      writeVariables: (values) => {
        access.write(
          session,
          values.map((value, index): [string, BindingValues] => [names[index] ?? String(index), value]),
        );
      },
      dispose: () => {
        session.dispose();
      },
    };
    compiled.writeVariables(initial);
    return compiled;
  } finally {
    variables.forEach((variable, index) => {
      const before = clones[index];
      if (before === undefined) return;
      variable.assign(before);
      before.dispose();
    });
  }

  /** Records the body and adds the assignments of the variables that it changed; every result waits for them. */
  function record(): string[] {
    return inScope(tf, () => {
      const recording = new Recording(tf, graph);
      const reads = held.map((variable) => graph.read(variable));
      variables.forEach((variable, index) => {
        recording.bind(variable, reads[index] ?? '');
      });
      const samples = inputs.map(({ shape, dtype }, index) => {
        const sample = tf.zeros([...shape], dtype);
        recording.bind(sample, feeds[index]?.name ?? '');
        return sample;
      });
      return recording.run(() => {
        const results = body(...samples).map((tensor) => ({
          output: recording.outputOf(tensor),
          dtype: tensor.dtype as DataType,
        }));
        const assignments = variables.flatMap((variable, index) => {
          const value = recording.outputOf(variable);
          const target = held[index];
          return value === reads[index] || target === undefined ? [] : [graph.assign(target, value)];
        });
        return results.map(({ output, dtype }) => graph.identity(dtype, output, assignments));
      });
    });
  }
}
