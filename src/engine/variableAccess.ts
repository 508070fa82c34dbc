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

/** How many numbers are written in one call, unless a single variable has more. */
const mostElements = 2 ** 24;

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
   * Writes variables: many in a call, because TensorFlow looks through the whole graph once for each.
   * @param values may be made one after the other; few of them are held at a time.
   * @throws NoisefloorError `feed-shape` if a value does not have the variable's number of elements.
   */
  write(session: GraphSession, values: Iterable<readonly [name: string, values: BindingValues]>): void {
    let group: [VariableNodes, BindingValues][] = [];
    let elements = 0;
    const writeGroup = (): void => {
      if (group.length === 0) return;
      const feeds = group.map(([{ variable, feed }]) => ({ ...variable, name: feed }));
      const fetches = group.map(([{ written }]) => written);
      session.prepare(feeds, fetches)(...group.map(([, value]) => value));
      group = [];
      elements = 0;
    };
    for (const [name, value] of values) {
      if (elements + value.length > mostElements) writeGroup();
      group.push([this.#nodesOf(name), value]);
      elements += value.length;
    }
    writeGroup();
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
