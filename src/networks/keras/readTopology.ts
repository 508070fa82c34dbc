import { NoisefloorError } from '../../study/errors.ts';
import { isRecord } from '../../study/expectation.ts';
import { imageName, topologySchema, type Topology, type TopologyLayer } from '../../study/topology.ts';
import { rankAfter, readLayer } from './layerClasses.ts';
import { LayerReading, type LayerStep } from './layerReading.ts';
import { invalidFile, modelGraph, type KerasNode, type LayerFault } from './modelGraph.ts';

/** A topology before it has its hash. */
export type UnhashedTopology = Omit<Topology, 'sha256'>;

/** Dimensions of a batch of images. */
const imageRank = 4;

/**
 * Reads the layers of a model that Keras wrote: what `config.json` of a `.keras` file, the attribute `model_config` of an
 * `.h5` file, `model.to_json()` or `model.json` of TensorFlow.js holds. Nothing of it is run.
 *
 * The softmax at the end is left out, because losses here take logits; seeds and precision are left out, because they are
 * the study's.
 * @param json what the file holds, parsed.
 * @param file what the file is called in messages.
 * @throws NoisefloorError `network-file-invalid` where it is no model, `network-unsupported` naming every layer that cannot
 *   be trained, and why.
 */
export function readTopology(json: unknown, file: string): UnhashedTopology {
  try {
    return read(modelIn(json), file);
  } catch (error) {
    if (!(error instanceof NoisefloorError) || error.code !== 'network-file-invalid') throw error;
    throw new NoisefloorError(error.code, `${file} ${error.message}`, { details: { file }, cause: error });
  }
}

/** The model of a file's JSON: TensorFlow.js wraps it, Keras' own tools do not. */
function modelIn(json: unknown): unknown {
  if (!isRecord(json)) return json;
  if (json['format'] === 'graph-model') {
    throw invalidFile(
      'is a graph model of TensorFlow.js, whose layers are not in it any more. Convert the Keras model to a layers model.',
    );
  }
  return json['modelTopology'] === undefined
    ? (json['model_config'] ?? json)
    : modelIn(json['modelTopology']);
}

function read(model: unknown, file: string): UnhashedTopology {
  const faults: LayerFault[] = [];
  const { input, nodes, output } = modelGraph(model, faults);
  const size = input ?? [null, null, null];
  if (size.length !== 3) {
    throw invalidFile(
      `takes inputs of shape [${size.map((each) => each ?? 'None').join(', ')}]; images of [height, width, channels] are needed.`,
    );
  }
  const made = layersOf(nodes, faults);
  const l2 = regulariserOf(made.kernels, faults);
  const layers = withoutSoftmax(made, output, faults);
  if (faults.length > 0) throw unsupported(file, faults);
  const parsed = topologySchema.omit({ sha256: true }).safeParse({
    input: size,
    ...(l2 > 0 && { l2 }),
    layers,
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const layer = layers[Number(issue?.path[1])];
  throw invalidFile(
    `has a layer ${layer?.name ?? ''} with a value that cannot be: ${issue?.path.slice(2).join('.') ?? ''}: ${issue?.message ?? ''}.`,
  );
}

interface Made {
  readonly layers: readonly PlacedStep[];
  /** The name of what each node of the model gives. */
  readonly outputs: ReadonlyMap<KerasNode, string>;
  readonly kernels: readonly { readonly node: KerasNode; readonly l2: number }[];
}

type PlacedStep = LayerStep & { readonly inputs: readonly string[]; readonly node: KerasNode };

function layersOf(nodes: readonly KerasNode[], faults: LayerFault[]): Made {
  const layers: PlacedStep[] = [];
  const outputs = new Map<KerasNode, string>();
  const ranks = new Map<string, number>([[imageName, imageRank]]);
  const taken = new Set(nodes.map(({ name }) => name));
  const kernels: { node: KerasNode; l2: number }[] = [];
  for (const node of nodes) {
    if (node.className === 'InputLayer') {
      outputs.set(node, imageName);
      continue;
    }
    let inputs = node.inputs.map((input) => outputs.get(input) ?? imageName);
    const reading = new LayerReading(node, ranks.get(inputs[0] ?? '') ?? imageRank);
    const steps = readLayer(reading);
    for (const reason of reading.faults) faults.push({ layer: node.name, className: node.className, reason });
    kernels.push(...reading.l2.map((l2) => ({ node, l2 })));
    for (const step of steps) {
      const name = step.name === node.name ? step.name : freeName(step.name, taken);
      taken.add(name);
      layers.push({ ...step, name, inputs, node });
      ranks.set(name, rankAfter(step, ranks.get(inputs[0] ?? '') ?? imageRank));
      inputs = [name];
    }
    // A layer that does nothing hands on what it is given.
    outputs.set(node, inputs[0] ?? imageName);
  }
  return { layers, outputs, kernels };
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 1; taken.has(name); number += 1) name = `${wanted}_${String(number)}`;
  return name;
}

/** The one rate of all kernels; those that have another are faults. */
function regulariserOf(kernels: Made['kernels'], faults: LayerFault[]): number {
  const [first] = kernels;
  if (first === undefined) return 0;
  for (const { node, l2 } of kernels) {
    if (l2 === first.l2) continue;
    const [rate, other] = [l2, first.l2].map((each) => (each === 0 ? 'no L2 regulariser' : `one of ${each}`));
    const reason = `has ${rate ?? ''} where ${first.node.name} has ${other ?? ''}; the recipe's weight decay is the same for all kernels`;
    faults.push({ layer: node.name, className: node.className, reason });
  }
  return first.l2;
}

/** The layers without the softmax at their end; inputs are named where they are not the layer before. */
function withoutSoftmax(made: Made, output: KerasNode, faults: LayerFault[]): TopologyLayer[] {
  const end = made.outputs.get(output);
  const last = made.layers.at(-1);
  for (const { kind, name, node } of made.layers) {
    if (kind !== 'softmax' || name === end) continue;
    const reason = 'takes a softmax inside the network, which is supported at its end alone';
    faults.push({ layer: node.name, className: node.className, reason });
  }
  if (last?.kind === 'activation' && last.activation === 'sigmoid' && last.name === end) {
    const reason =
      'ends the network with a sigmoid, for labels that do not exclude each other; networks here are trained by softmax cross-entropy, one output a class';
    faults.push({ layer: last.node.name, className: last.node.className, reason });
  }
  let before: string = imageName;
  const layers: TopologyLayer[] = [];
  for (const { node: _, inputs, ...step } of made.layers) {
    if (step.kind === 'softmax') continue;
    const follows = inputs.length === 1 && inputs[0] === before;
    layers.push({ ...step, ...(!follows && { inputs: [...inputs] }) });
    before = step.name;
  }
  return layers;
}

function unsupported(file: string, faults: readonly LayerFault[]): NoisefloorError {
  const byLayer = new Map<string, LayerFault[]>();
  for (const fault of faults) byLayer.set(fault.layer, [...(byLayer.get(fault.layer) ?? []), fault]);
  const lines = [...byLayer].map(([layer, [first, ...more]]) => {
    const reasons = [first, ...more].map((fault) => fault?.reason ?? '').join('; ');
    return `${layer} (${first?.className ?? ''}) ${reasons}`;
  });
  const [only] = lines;
  const message =
    lines.length === 1
      ? `${file} has a layer that cannot be trained here: ${only ?? ''}.`
      : [
          `${file} has ${lines.length} layers that cannot be trained here:`,
          ...lines.map((line) => `  ${line}`),
        ].join('\n');
  return new NoisefloorError('network-unsupported', message, { details: { file, layers: faults } });
}
