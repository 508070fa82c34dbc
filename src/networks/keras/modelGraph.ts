import { NoisefloorError } from '../../study/errors.ts';
import { isRecord } from '../../study/expectation.ts';
import { numberOf, serialised, textOf, type Configuration } from './configuration.ts';

/** A layer of a model, and which layers it takes its inputs from. */
export interface KerasNode {
  /** As the file names it, unless two parts of the model use one name. */
  readonly name: string;
  readonly className: string;
  readonly module: string;
  readonly config: Configuration;
  readonly inputs: readonly KerasNode[];
  /** What else it is called with, for operations that are no layers. */
  readonly operands: readonly unknown[];
}

/** What keeps a layer from being trained. */
export interface LayerFault {
  readonly layer: string;
  readonly className: string;
  /** A part of a sentence: "runs code of the file, which is never executed". */
  readonly reason: string;
}

/** A model, flattened: nested ones are put in the place where they are called. */
export interface ModelGraph {
  /** Height, width and channels as the file says them; null where it leaves them open. */
  readonly input: readonly (number | null)[] | null;
  /** The input first; every other comes after those that it takes its inputs from. */
  readonly nodes: readonly KerasNode[];
  readonly output: KerasNode;
}

const inputLayer = 'InputLayer';
const models = ['Sequential', 'Functional', 'Model'];

/**
 * The layers of a model and how they hang together.
 * @param model `{class_name, config}` as Keras serialises a model.
 * @param faults filled with what is wrong with single layers.
 * @throws NoisefloorError `network-file-invalid` where it is no Sequential or functional model.
 */
export function modelGraph(model: unknown, faults: LayerFault[]): ModelGraph {
  const whole = serialised(model);
  if (whole === null || !models.includes(whole.className) || !Array.isArray(whole.config['layers'])) {
    const found = whole === null ? 'holds no model' : `holds a ${whole.className}`;
    throw invalidFile(
      `${found}. A Sequential or functional model is needed: one whose class is written in Python cannot be read without running it.`,
    );
  }
  return new GraphReader(faults).read(whole.className, whole.config);
}

export function invalidFile(problem: string): NoisefloorError {
  return new NoisefloorError('network-file-invalid', problem);
}

class GraphReader {
  readonly #faults: LayerFault[];
  readonly #names = new Set<string>();
  /** Names of the model's own layers, which keep them. */
  readonly #outermost = new Set<string>();
  readonly #nodes: KerasNode[] = [];

  constructor(faults: LayerFault[]) {
    this.#faults = faults;
  }

  read(className: string, config: Configuration): ModelGraph {
    const image = this.#node('@image', inputLayer, '', {}, []);
    for (const layer of config['layers'] as unknown[])
      this.#outermost.add(cleanName(new LayerEntry(layer).name));
    const { output, input } = this.#model(className, config, [image], '');
    return { input, nodes: this.#nodes, output };
  }

  /** Adds the layers of a model that is called with `given`. */
  #model(
    className: string,
    config: Configuration,
    given: readonly KerasNode[],
    within: string,
  ): { output: KerasNode; input: readonly (number | null)[] | null } {
    const layers = (config['layers'] as unknown[]).map((layer) => new LayerEntry(layer));
    return className === 'Sequential'
      ? this.#sequential(config, layers, given, within)
      : this.#functional(config, layers, given, within);
  }

  #sequential(
    config: Configuration,
    layers: readonly LayerEntry[],
    given: readonly KerasNode[],
    within: string,
  ): { output: KerasNode; input: readonly (number | null)[] | null } {
    let [last] = given;
    for (const layer of layers) {
      if (layer.className !== inputLayer && last !== undefined) last = this.#layer(layer, [last], within);
    }
    if (last === undefined) throw invalidFile('holds a model without layers.');
    const [first] = layers;
    const input = first?.inputShape ?? shapeOf(config['build_input_shape']);
    return { output: last, input };
  }

  #functional(
    config: Configuration,
    layers: readonly LayerEntry[],
    given: readonly KerasNode[],
    within: string,
  ): { output: KerasNode; input: readonly (number | null)[] | null } {
    const byName = new Map(layers.map((layer) => [layer.name, layer]));
    const inputs = ends(config['input_layers']);
    const outputs = ends(config['output_layers']);
    const [inputName] = inputs;
    const [outputName] = outputs;
    if (inputName === undefined || outputName === undefined || inputs.length > 1 || outputs.length > 1) {
      throw invalidFile(
        `holds a model with ${inputs.length} inputs and ${outputs.length} outputs; one image in and one set of logits out are needed.`,
      );
    }
    const made = new Map<string, KerasNode>();
    const [image] = given;
    if (image !== undefined) made.set(inputName, image);
    // Not by recursion: models are deep.
    const waiting = [outputName];
    const open = new Set<string>();
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const layer = byName.get(name);
      if (layer === undefined) throw invalidFile(`names a layer "${name}" that it does not hold.`);
      if (made.has(name)) continue;
      const missing = layer.inputNames.filter((each) => !made.has(each));
      if (missing.length === 0) {
        const sources = layer.inputNames.flatMap((each) => made.get(each) ?? []);
        made.set(name, this.#layer(layer, sources, within));
        continue;
      }
      if (open.has(name)) throw invalidFile(`has layers that take their inputs from each other: "${name}".`);
      open.add(name);
      waiting.push(name, ...missing.reverse());
    }
    const output = made.get(outputName);
    if (output === undefined) throw invalidFile('holds a model without layers.');
    return { output, input: byName.get(inputName)?.inputShape ?? null };
  }

  #layer(layer: LayerEntry, inputs: readonly KerasNode[], within: string): KerasNode {
    const { name, className, module, config } = layer;
    for (const reason of layer.callFaults) this.#faults.push({ layer: name, className, reason });
    if (models.includes(className) && Array.isArray(config['layers'])) {
      return this.#model(className, config, inputs, within === '' ? name : `${within}/${name}`).output;
    }
    return this.#node(this.#free(name, within), className, module, config, inputs, layer.operands);
  }

  #node(
    name: string,
    className: string,
    module: string,
    config: Configuration,
    inputs: readonly KerasNode[],
    operands: readonly unknown[] = [],
  ): KerasNode {
    const node = { name, className, module, config, inputs, operands };
    this.#nodes.push(node);
    return node;
  }

  /** A name that no other layer has: with that of the model around it, where two parts use one. */
  #free(name: string, within: string): string {
    const clean = cleanName(name);
    const wanted = within !== '' && this.#outermost.has(clean) ? `${within}/${clean}` : clean;
    let free = wanted;
    for (let number = 1; this.#names.has(free); number += 1) free = `${wanted}_${String(number)}`;
    this.#names.add(free);
    return free;
  }
}

/** A name as TensorFlow takes it. */
function cleanName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.\-/]/g, '_').replace(/^[^A-Za-z0-9]/, 'x$&');
}

/** A layer as an entry of a model's list, of Keras 2 or 3. */
class LayerEntry {
  readonly name: string;
  readonly className: string;
  readonly module: string;
  readonly config: Configuration;
  /** The layers that it takes its inputs from, where the list says so. */
  readonly inputNames: readonly string[];
  /** All that it is called with. */
  readonly operands: readonly unknown[];
  readonly callFaults: readonly string[];

  constructor(entry: unknown) {
    const layer = serialised(entry);
    if (layer === null || !isRecord(entry)) throw invalidFile('lists something that is no layer.');
    this.className = layer.className;
    this.module = layer.module;
    this.config = layer.config;
    this.name = textOf(entry, 'name', textOf(layer.config, 'name', layer.className.toLowerCase()));
    const calls = Array.isArray(entry['inbound_nodes']) ? (entry['inbound_nodes'] as unknown[]) : [];
    const [first] = calls;
    const call = callOf(first);
    this.inputNames = call.inputs;
    this.operands = call.operands;
    this.callFaults = [
      ...(calls.length > 1
        ? [`is used in ${calls.length} places with the same weights, and a layer is trained in one`]
        : []),
      ...call.faults,
    ];
  }

  /** Height, width and channels, where this layer says what goes into the model. */
  get inputShape(): readonly (number | null)[] | null {
    const { config } = this;
    return shapeOf(config['batch_shape'] ?? config['batch_input_shape']);
  }
}

interface Call {
  readonly inputs: readonly string[];
  readonly operands: readonly unknown[];
  readonly faults: readonly string[];
}

/** How a layer is called: `{args, kwargs}` in Keras 3, `[[layer, node, tensor, kwargs], ...]` in Keras 2. */
function callOf(call: unknown): Call {
  if (isRecord(call)) {
    const operands = Array.isArray(call['args']) ? (call['args'] as unknown[]) : [];
    // Keras 3 writes `training` down for layers that have it, and passes another value on while it trains.
    const { training: _, ...named } = isRecord(call['kwargs']) ? call['kwargs'] : {};
    return {
      inputs: [...tensorsIn(operands), ...tensorsIn(Object.values(named))],
      operands: operands.map((operand) => (tensorsIn(operand).length > 0 ? null : operand)),
      faults: argumentFaults(named),
    };
  }
  if (!Array.isArray(call)) return { inputs: [], operands: [], faults: [] };
  const list = (typeof call[0] === 'string' ? [call] : call) as unknown[];
  const entries = list.filter((entry): entry is unknown[] => Array.isArray(entry));
  return {
    inputs: entries.flatMap(([layer]) => (typeof layer === 'string' ? [layer] : [])),
    operands: [],
    faults: entries.flatMap((entry) => argumentFaults(isRecord(entry[3]) ? entry[3] : {})),
  };
}

/** A call with arguments of its own computes something else in training than the layer by itself. */
function argumentFaults(named: Configuration): string[] {
  return Object.entries(named).flatMap(([name, value]) =>
    value === null || tensorsIn(value).length > 0 ? [] : [`is called with ${name}=${JSON.stringify(value)}`],
  );
}

/** The layers whose tensors stand in a value of Keras 3, in order. */
function tensorsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  if (!isRecord(value)) return [];
  if (value['class_name'] !== '__keras_tensor__') return Object.values(value).flatMap(tensorsIn);
  const config = isRecord(value['config']) ? value['config'] : {};
  const [layer] = Array.isArray(config['keras_history']) ? (config['keras_history'] as unknown[]) : [];
  return typeof layer === 'string' ? [layer] : [];
}

/** The layers at an end of a model: `["name", 0, 0]` or a list of such. */
function ends(value: unknown): string[] {
  if (isRecord(value)) return Object.values(value).flatMap(ends);
  if (!Array.isArray(value)) return [];
  const [first] = value as unknown[];
  return typeof first === 'string' ? [first] : value.flatMap(ends);
}

/** The shape after the batch's; null where it is none. */
function shapeOf(value: unknown): (number | null)[] | null {
  if (!Array.isArray(value)) return null;
  return value
    .slice(1)
    .map((size) => (typeof size === 'number' && numberOf({ size }, 'size', 0) > 0 ? size : null));
}
