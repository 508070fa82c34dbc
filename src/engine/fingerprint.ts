import { attribute } from './attributes.ts';
import { dataTypeCode, elementCount, type DataType } from './dataTypes.ts';
import type { GraphDefinition, GraphOutput } from './graphDefinition.ts';

/**
 * Elements that are weighted by distinct numbers. Mixing leaves every difference that one flipped bit makes at most 15
 * factors of two, so two of them cancel only if their weights are equal or opposite modulo 2^16; among the odd numbers
 * 1, 3, ... 2^15 - 1 no two are. Longer tensors are cut into rows of this length.
 */
const rowLength = 16_384;

/**
 * The fingerprint of a float32 tensor: of its bits b, h = b xor (b >>> 16); the sum of h times 1, 3, 5, ... modulo 2^32.
 * Tensors of more than 16,384 elements are cut into rows, padded with zeros; the rows' sums are mixed (MurmurHash3's
 * finaliser) and summed with the weights 1, 3, 5, ... again. Sums of integers do not depend on the order of summation.
 *
 * Any one flipped bit and any two flipped bits of a row change it. Flips in two different rows go unseen with
 * a chance of about 2^-32.
 *
 * @param bits the words of the tensor's float32 values.
 * @returns unsigned 32-bit integer.
 */
export function fingerprint(bits: Uint32Array): number {
  if (bits.length <= rowLength) return rowSum(bits);
  let total = 0;
  for (let row = 0; row * rowLength < bits.length; row += 1) {
    const sum = rowSum(bits.subarray(row * rowLength, (row + 1) * rowLength));
    total += Math.imul(mix(sum), 2 * row + 1) >>> 0;
  }
  return total % 2 ** 32;
}

function rowSum(bits: Uint32Array): number {
  let sum = 0;
  bits.forEach((word, position) => {
    sum = (sum + Math.imul(word ^ (word >>> 16), 2 * position + 1)) | 0;
  });
  return sum >>> 0;
}

function mix(sum: number): number {
  let mixed = sum ^ (sum >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Builds the nodes that compute {@link fingerprint} in a graph. */
export class FingerprintNodes {
  readonly #graph: GraphDefinition;
  readonly #wideSums: boolean;
  readonly #weights = new Map<number, GraphOutput>();

  /**
   * @param options.wideSums sum as int64 and keep the lower half, which comes to the same: TensorFlow has no kernel for
   *   sums of uint32 on a GPU, and would copy the tensors to the host.
   */
  constructor(graph: GraphDefinition, options: { wideSums: boolean }) {
    this.#graph = graph;
    this.#wideSums = options.wideSums;
  }

  /**
   * @param tensor float32 of that shape.
   * @returns int32 scalar with the bits of the fingerprint.
   */
  of(tensor: GraphOutput, shape: readonly number[]): GraphOutput {
    const count = elementCount(shape);
    if (count <= rowLength)
      return this.#signed(this.#rowSums(this.#reshape('float32', tensor, [count]), count, 0));
    const rows = Math.ceil(count / rowLength);
    const flat = this.#reshape('float32', tensor, [count]);
    const padded = rows * rowLength === count ? flat : this.#pad(flat, rows * rowLength - count);
    const sums = this.#rowSums(this.#reshape('float32', padded, [rows, rowLength]), rowLength, 1);
    return this.#signed(this.#weightedSum(this.#mix(sums), rows, 0));
  }

  /** Mixed bits of float32 values [..., count], weighted and summed over that axis. */
  #rowSums(values: GraphOutput, count: number, axis: number): GraphOutput {
    const bits = this.#bitcast(values, 'float32', 'uint32');
    return this.#weightedSum(this.#foldHigh(bits, 16), count, axis);
  }

  #weightedSum(values: GraphOutput, count: number, axis: number): GraphOutput {
    const weighted = this.#binary('Mul', values, this.#oddNumbers(count));
    if (!this.#wideSums) return this.#sum('uint32', weighted, axis);
    return this.#cast('int64', 'uint32', this.#sum('int64', this.#cast('uint32', 'int64', weighted), axis));
  }

  #sum(dtype: DataType, values: GraphOutput, axis: number): GraphOutput {
    return this.#graph.add('Sum', [values, this.#graph.intVector([axis])], {
      T: attribute.type(dtype),
      Tidx: attribute.type('int32'),
      keep_dims: attribute.bool(false),
    });
  }

  #cast(from: DataType, to: DataType, values: GraphOutput): GraphOutput {
    return this.#graph.add('Cast', [values], {
      SrcT: attribute.type(from),
      DstT: attribute.type(to),
      Truncate: attribute.bool(false),
    });
  }

  #mix(sums: GraphOutput): GraphOutput {
    const once = this.#binary('Mul', this.#foldHigh(sums, 16), this.#constant(0x85eb_ca6b));
    const twice = this.#binary('Mul', this.#foldHigh(once, 13), this.#constant(0xc2b2_ae35));
    return this.#foldHigh(twice, 16);
  }

  /** x xor (x >>> shift) */
  #foldHigh(values: GraphOutput, shift: number): GraphOutput {
    return this.#binary('BitwiseXor', values, this.#binary('RightShift', values, this.#constant(shift)));
  }

  #oddNumbers(count: number): GraphOutput {
    const existing = this.#weights.get(count);
    if (existing !== undefined) return existing;
    const numbers = Uint32Array.from({ length: count }, (_, position) => 2 * position + 1);
    const made = this.#graph.constant(dataTypeCode('uint32'), [count], numbers);
    this.#weights.set(count, made);
    return made;
  }

  #constant(value: number): GraphOutput {
    return this.#graph.constant(dataTypeCode('uint32'), [], Uint32Array.of(value));
  }

  #binary(op: string, left: GraphOutput, right: GraphOutput): GraphOutput {
    return this.#graph.add(op, [left, right], { T: attribute.type('uint32') });
  }

  #bitcast(values: GraphOutput, from: 'float32' | 'uint32', to: 'uint32' | 'int32'): GraphOutput {
    return this.#graph.add('Bitcast', [values], { T: attribute.type(from), type: attribute.type(to) });
  }

  #signed(value: GraphOutput): GraphOutput {
    return this.#bitcast(value, 'uint32', 'int32');
  }

  #reshape(dtype: 'float32', values: GraphOutput, shape: readonly number[]): GraphOutput {
    return this.#graph.add('Reshape', [values, this.#graph.intVector(shape)], {
      T: attribute.type(dtype),
      Tshape: attribute.type('int32'),
    });
  }

  #pad(values: GraphOutput, zeros: number): GraphOutput {
    const paddings = this.#graph.constant(dataTypeCode('int32'), [1, 2], Int32Array.of(0, zeros));
    return this.#graph.add('Pad', [values, paddings], {
      T: attribute.type('float32'),
      Tpaddings: attribute.type('int32'),
    });
  }
}
