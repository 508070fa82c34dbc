import { attribute } from './attributes.ts';
import { dataTypeCode, elementCount, type DataType } from './dataTypes.ts';
import { rowLength } from './fingerprint.ts';
import type { GraphDefinition, GraphOutput } from './graphDefinition.ts';

/** Rows that are computed at once: 2 MiB. */
const pieceRows = 32;
/** Numbers in 64 bytes. */
const aligned = 16;

/** A tensor of the graph whose fingerprint is wanted: float32 of that shape. */
export interface FingerprintedTensor {
  readonly tensor: GraphOutput;
  readonly shape: readonly number[];
}

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
   * @param tensors at least one.
   * @returns int32 [tensors] with the bits of the fingerprints, in the order of the tensors.
   */
  of(tensors: readonly FingerprintedTensor[]): GraphOutput {
    const isShort = ({ shape }: FingerprintedTensor): boolean => elementCount(shape) <= rowLength;
    const short = this.#gpu ? [] : tensors.filter(isShort);
    const long = this.#gpu ? [] : tensors.filter((tensor) => !isShort(tensor));
    const single = this.#gpu ? tensors : [];
    const computed = [...short, ...long, ...single];
    const fingerprints = this.#graph.concat('int32', [
      ...(short.length === 0 ? [] : [this.#ofShort(short)]),
      ...(long.length === 0 ? [] : [this.#ofLong(long)]),
      ...single.map((tensor) => this.#ofSingle(tensor)),
    ]);
    const places = tensors.map((tensor) => computed.indexOf(tensor));
    return this.#graph.add(
      'GatherV2',
      [fingerprints, this.#graph.intVector(places), this.#graph.intScalar(0)],
      {
        Tparams: attribute.type('int32'),
        Tindices: attribute.type('int32'),
        Taxis: attribute.type('int32'),
      },
    );
  }

  /**
   * Of tensors of one row each, end to end: a node of TensorFlow costs as much as summing thousands of numbers, and
   * most tensors of a network are short.
   * @returns int32 [tensors].
   */
  #ofShort(tensors: readonly FingerprintedTensor[]): GraphOutput {
    const values = this.#graph.concat(
      'float32',
      tensors.map(({ tensor }) => this.#reshape('float32', tensor, [-1])),
    );
    const words = this.#foldHigh(this.#bitcast('float32', 'uint32', values), 16);
    return this.#sumsOf(
      words,
      tensors.map(({ shape }) => elementCount(shape)),
    );
  }

  /**
   * Of tensors of several rows: their rows' sums end to end, so that all are mixed at once.
   * @returns int32 [tensors].
   */
  #ofLong(tensors: readonly FingerprintedTensor[]): GraphOutput {
    const sums = tensors.flatMap((tensor) =>
      this.#pieces(tensor).map(({ values, rows, length }) => {
        const words = this.#bitcast('float32', 'uint32', this.#reshape('float32', values, [rows, length]));
        return this.#reshape('uint32', this.#weightedSums(this.#foldHigh(words, 16), length), [rows]);
      }),
    );
    return this.#sumsOf(
      this.#mix(this.#graph.concat('uint32', sums)),
      tensors.map(({ shape }) => Math.ceil(elementCount(shape) / rowLength)),
    );
  }

  /**
   * A tensor in pieces of whole rows that a processor's cache holds: what is computed between its bits and its sums then
   * never goes to memory. TensorFlow cuts without copying where each piece begins at a multiple of 64 bytes.
   */
  #pieces({ tensor, shape }: FingerprintedTensor): { values: GraphOutput; rows: number; length: number }[] {
    const count = elementCount(shape);
    const whole = Math.floor(count / rowLength);
    const rest = count % rowLength;
    if (rest % aligned !== 0) {
      const rows = whole + 1;
      return [{ values: this.#padded(tensor, count, rows * rowLength), rows, length: rowLength }];
    }
    const rows = Array.from({ length: Math.ceil(whole / pieceRows) }, (_, index) =>
      Math.min(pieceRows, whole - index * pieceRows),
    );
    const sizes = [
      ...rows.map((each) => ({ rows: each, length: rowLength })),
      ...(rest === 0 ? [] : [{ rows: 1, length: rest }]),
    ];
    if (sizes.length === 1) return sizes.map((size) => ({ values: tensor, ...size }));
    const cut = this.#graph.add(
      'SplitV',
      [
        this.#reshape('float32', tensor, [count / aligned, aligned]),
        this.#graph.intVector(sizes.map((size) => (size.rows * size.length) / aligned)),
        this.#graph.intScalar(0),
      ],
      {
        T: attribute.type('float32'),
        Tlen: attribute.type('int32'),
        num_split: attribute.int(sizes.length),
      },
    );
    return sizes.map((size, index) => ({ values: index === 0 ? cut : `${cut}:${String(index)}`, ...size }));
  }

  /**
   * The sums of parts of a vector of words, each times 1, 3, 5, ...
   * @returns int32 [parts].
   */
  #sumsOf(words: GraphOutput, counts: readonly number[]): GraphOutput {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const weights = Uint32Array.from(counts.flatMap((count) => oddNumbers(count)));
    const parts = Int32Array.from(counts.flatMap((count, part) => Array.from({ length: count }, () => part)));
    const weighted = this.#binary(
      'Mul',
      words,
      this.#graph.constant(dataTypeCode('uint32'), [total], weights),
    );
    return this.#graph.add(
      'SegmentSum',
      [
        this.#bitcast('uint32', 'int32', weighted),
        this.#graph.constant(dataTypeCode('int32'), [total], parts),
      ],
      { T: attribute.type('int32'), Tindices: attribute.type('int32') },
    );
  }

  /** Of one tensor, on a GPU. @returns int32 [1]. */
  #ofSingle({ tensor, shape }: FingerprintedTensor): GraphOutput {
    const count = elementCount(shape);
    const rows = Math.ceil(count / rowLength);
    const length = rows === 1 ? count : rowLength;
    const values = this.#reshape('float32', this.#padded(tensor, count, rows * length), [rows, length]);
    const sums = this.#weightedSums(this.#foldHigh(this.#bitcast('float32', 'uint32', values), 16), length);
    const sum =
      rows === 1 ? sums : this.#weightedSums(this.#reshape('uint32', this.#mix(sums), [1, rows]), rows);
    return this.#reshape('int32', this.#bitcast('uint32', 'int32', sum), [1]);
  }

  /**
   * The sums of [rows, length] words times 1, 3, 5, ..., modulo 2^32: uint32 [rows, 1]. As a product of matrices it is
   * five times as fast as a product and a sum, but a GPU multiplies no matrices of integers and sums none of 32 bits.
   */
  #weightedSums(words: GraphOutput, length: number): GraphOutput {
    if (this.#gpu) {
      const weighted = this.#binary('Mul', words, this.#heldOddNumbers('uint32', length));
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
      [this.#bitcast('uint32', 'int32', words), this.#heldOddNumbers('int32', length)],
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
  #heldOddNumbers(dtype: 'uint32' | 'int32', count: number): GraphOutput {
    const existing = this.#weights.get(count);
    if (existing !== undefined) return existing;
    const numbers = Uint32Array.from(oddNumbers(count));
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

/** 1, 3, 5, ... */
function oddNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, position) => 2 * position + 1);
}
