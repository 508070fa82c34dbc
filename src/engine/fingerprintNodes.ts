import { attribute } from './attributes.ts';
import { dataTypeCode, elementCount, type DataType } from './dataTypes.ts';
import { rowLength } from './fingerprint.ts';
import type { GraphDefinition, GraphOutput } from './graphDefinition.ts';

/** Builds the nodes that compute {@link fingerprint} in a graph. */
export class FingerprintNodes {
  readonly #graph: GraphDefinition;
  readonly #gpu: boolean;
  readonly #weights = new Map<number, GraphOutput>();

  /** @param options.gpu whether the graph runs on a GPU: it has kernels for other types. */
  constructor(graph: GraphDefinition, options: { gpu: boolean }) {
    this.#graph = graph;
    this.#gpu = options.gpu;
  }

  /**
   * @param tensor float32 of that shape.
   * @returns int32 scalar with the bits of the fingerprint.
   */
  of(tensor: GraphOutput, shape: readonly number[]): GraphOutput {
    const count = elementCount(shape);
    const rows = Math.ceil(count / rowLength);
    const length = rows === 1 ? count : rowLength;
    const values = this.#reshape('float32', this.#padded(tensor, count, rows * length), [rows, length]);
    const sums = this.#weightedSums(this.#foldHigh(this.#bitcast('float32', 'uint32', values), 16), length);
    const sum =
      rows === 1 ? sums : this.#weightedSums(this.#reshape('uint32', this.#mix(sums), [1, rows]), rows);
    return this.#reshape('int32', this.#bitcast('uint32', 'int32', sum), []);
  }

  /**
   * The sums of [rows, length] words times 1, 3, 5, ..., modulo 2^32: uint32 [rows, 1]. As a product of matrices it is
   * five times as fast as a product and a sum, but a GPU multiplies no matrices of integers and sums none of 32 bits.
   */
  #weightedSums(words: GraphOutput, length: number): GraphOutput {
    if (this.#gpu) {
      const weighted = this.#binary('Mul', words, this.#oddNumbers('uint32', length));
      const wide = this.#graph.add(
        'Sum',
        [this.#cast('uint32', 'int64', weighted), this.#graph.intVector([1])],
        {
          T: attribute.type('int64'),
          Tidx: attribute.type('int32'),
          keep_dims: attribute.bool(true),
        },
      );
      return this.#cast('int64', 'uint32', wide);
    }
    const product = this.#graph.add(
      'MatMul',
      [this.#bitcast('uint32', 'int32', words), this.#oddNumbers('int32', length)],
      { T: attribute.type('int32'), transpose_a: attribute.bool(false), transpose_b: attribute.bool(false) },
    );
    return this.#bitcast('int32', 'uint32', product);
  }

  #mix(sums: GraphOutput): GraphOutput {
    const once = this.#binary('Mul', this.#foldHigh(sums, 16), this.#constant(0x85eb_ca6b));
    const twice = this.#binary('Mul', this.#foldHigh(once, 13), this.#constant(0xc2b2_ae35));
    return this.#foldHigh(twice, 16);
  }

  /** x xor (x >>> shift) */
  #foldHigh(words: GraphOutput, shift: number): GraphOutput {
    return this.#binary('BitwiseXor', words, this.#binary('RightShift', words, this.#constant(shift)));
  }

  /** 1, 3, 5, ...: a row of uint32, or a column of int32. */
  #oddNumbers(dtype: 'uint32' | 'int32', count: number): GraphOutput {
    const existing = this.#weights.get(count);
    if (existing !== undefined) return existing;
    const numbers = Uint32Array.from({ length: count }, (_, position) => 2 * position + 1);
    const shape = dtype === 'uint32' ? [1, count] : [count, 1];
    const made = this.#graph.constant(dataTypeCode(dtype), shape, numbers);
    this.#weights.set(count, made);
    return made;
  }

  #constant(value: number): GraphOutput {
    return this.#graph.constant(dataTypeCode('uint32'), [], Uint32Array.of(value));
  }

  #binary(op: string, left: GraphOutput, right: GraphOutput): GraphOutput {
    return this.#graph.add(op, [left, right], { T: attribute.type('uint32') });
  }

  #bitcast(from: DataType, to: DataType, values: GraphOutput): GraphOutput {
    return this.#graph.add('Bitcast', [values], { T: attribute.type(from), type: attribute.type(to) });
  }

  #cast(from: DataType, to: DataType, values: GraphOutput): GraphOutput {
    return this.#graph.add('Cast', [values], {
      SrcT: attribute.type(from),
      DstT: attribute.type(to),
      Truncate: attribute.bool(false),
    });
  }

  #reshape(dtype: DataType, values: GraphOutput, shape: readonly number[]): GraphOutput {
    return this.#graph.add('Reshape', [values, this.#graph.intVector(shape)], {
      T: attribute.type(dtype),
      Tshape: attribute.type('int32'),
    });
  }

  /** A tensor of `count` elements, flattened and filled up with zeros. */
  #padded(tensor: GraphOutput, count: number, length: number): GraphOutput {
    if (count === length) return tensor;
    const paddings = this.#graph.constant(dataTypeCode('int32'), [1, 2], Int32Array.of(0, length - count));
    return this.#graph.add('Pad', [this.#reshape('float32', tensor, [count]), paddings], {
      T: attribute.type('float32'),
      Tpaddings: attribute.type('int32'),
    });
  }
}
