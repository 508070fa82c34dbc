import { dataTypeCodes } from './dataTypes.ts';
import type { GraphDefinition, GraphNode, GraphOutput } from './graphDefinition.ts';
import type { ObservableOutput } from './trainingInterface.ts';

/** Ops whose outputs are no numbers, or the same in every call. */
const silentOps = new Set([
  'VarHandleOp',
  'AssignVariableOp',
  'NoOp',
  'Const',
  'Placeholder',
  'SplitV',
  'SegmentSum',
]);
/** Which attribute says what an op puts out, where it is not `T` or `dtype`. */
const outputAttributes: Readonly<Record<string, string>> = {
  Cast: 'DstT',
  Bitcast: 'type',
  ArgMax: 'output_type',
};
/** Ops that put out truth values, whatever they compare. */
const comparisons = /^(Equal|NotEqual|Greater|GreaterEqual|Less|LessEqual|Logical\w+|Is(Finite|Inf|Nan))$/;
const numbers: readonly number[] = [dataTypeCodes.float32, dataTypeCodes.int32];

/**
 * The outputs of a part of a graph that can be looked at, float32 and int32, each after those that it is computed from.
 * @param scope what the part's nodes are named under, such as `train128`.
 * @param labels what some of the outputs are, in words.
 */
export function observableOutputs(
  graph: GraphDefinition,
  scope: string,
  labels: ReadonlyMap<GraphOutput, string>,
): ObservableOutput[] {
  const nodes = graph.nodes.filter(({ name }) => name.startsWith(`${scope}/`));
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const further = (name: string): GraphOutput[] =>
    [...used].filter((output) => output.startsWith(`${name}:`));
  return nodes.filter(isNumeric).flatMap(({ name, op, inputs }) =>
    [name, ...further(name)].map((output): ObservableOutput => {
      const label = labels.get(output);
      return {
        ...{ name: output, op, inputs: inputs.filter((input) => !input.startsWith('^')) },
        ...(label === undefined ? {} : { label }),
      };
    }),
  );
}

function isNumeric({ op, attributes }: GraphNode): boolean {
  if (silentOps.has(op) || op.startsWith('ResourceApply') || comparisons.test(op)) return false;
  const type = attributes[outputAttributes[op] ?? (op === 'ReadVariableOp' ? 'dtype' : 'T')];
  return type !== undefined && numbers.includes(type.getType());
}
