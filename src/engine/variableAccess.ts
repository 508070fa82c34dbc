import { NoisefloorError } from '../study/errors.ts';
import { attribute } from './attributes.ts';
import type { BindingValues } from './binding.ts';
import type { GraphDefinition, GraphOutput, SessionVariable } from './graphDefinition.ts';
import type { FetchedValues, GraphSession } from './session.ts';

/** Outside access to a variable: nodes that read and write it. */
interface VariableNodes {
  readonly variable: SessionVariable;
  readonly read: GraphOutput;
  readonly feed: GraphOutput;
  readonly written: GraphOutput;
}

/** Reads and writes the variables of a session from JavaScript. Made before the graph is loaded, for all its variables. */
export class VariableAccess {
  readonly #nodes = new Map<string, VariableNodes>();

  constructor(graph: GraphDefinition) {
    const done = graph.intScalar(1);
    for (const variable of graph.variables) {
      graph.within(`access/${variable.name}`, () => {
        const feed = graph.placeholder('value', variable.dtype, variable.shape);
        // Without a copy the variable would share the memory of the array that was fed, and train in it.
        const copy = graph.add('DeepCopy', [feed], { T: attribute.type(variable.dtype) });
        const written = graph.identity('int32', done, [graph.assign(variable, copy)]);
        this.#nodes.set(variable.name, { variable, feed, written, read: graph.read(variable) });
      });
    }
  }

  /**
   * Writes variables.
   * @throws NoisefloorError `feed-shape` if a value does not have the variable's number of elements.
   */
  write(session: GraphSession, values: Iterable<readonly [name: string, values: BindingValues]>): void {
    for (const [name, value] of values) {
      const { variable, feed, written } = this.#nodesOf(name);
      session.prepare([{ ...variable, name: feed }], [written])(value);
    }
  }

  /** Reads variables, in the order of the names; the arrays are copies. */
  read(session: GraphSession, names: readonly string[]): FetchedValues[] {
    return session.prepare(
      [],
      names.map((name) => this.#nodesOf(name).read),
    )();
  }

  #nodesOf(name: string): VariableNodes {
    const nodes = this.#nodes.get(name);
    if (nodes === undefined) {
      throw new NoisefloorError('unknown-tensor', `The session has no variable "${name}".`);
    }
    return nodes;
  }
}
