import { PickleBytes } from './pickleBytes.ts';

/**
 * A reader of Python pickles that can make plain data only: dictionaries, lists, tuples, numbers, bytes and NumPy
 * arrays. A pickle is a program for a small stack machine, and most of its danger lies in the names that it may call;
 * here no name is looked up and nothing is called. The names that NumPy arrays are pickled with are known by their
 * text, and every other is refused. Protocols 0 to 5, as far as data sets need them (Python's `pickletools`).
 */

/** An array as NumPy pickles it. */
export interface PickledArray {
  readonly kind: 'array';
  readonly shape: readonly number[];
  /** NumPy's code of the element type, for example `u1`. */
  readonly dtype: string;
  readonly fortranOrder: boolean;
  readonly bytes: Uint8Array;
}

/** Text is bytes where Python 2 wrote it: it did not tell the two apart. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PickledArray
  | readonly Pickled[]
  | ReadonlyMap<string, Pickled>;

/** What stands on the stack while a pickle is read, beside finished values. */
type Unfinished =
  | { kind: 'name'; name: string }
  | { kind: 'dtype'; code: string }
  | { kind: 'empty-array' }
  | { kind: 'list'; items: Value[] }
  | { kind: 'dictionary'; entries: [Value, Value][] }
  | { kind: 'tuple'; items: Value[] };
type Value = null | boolean | number | string | Uint8Array | PickledArray | Unfinished;

const mark = Symbol('mark');
/** A data set's pickle holds a few lists of labels and file names: a value for each example at most. */
const mostValues = 20_000_000;

/** The names that NumPy arrays are pickled with, and what stands for them here. */
const names: Readonly<Record<string, 'reconstruct' | 'ndarray' | 'dtype' | 'encode' | 'from-buffer'>> = {
  'numpy.core.multiarray _reconstruct': 'reconstruct',
  'numpy._core.multiarray _reconstruct': 'reconstruct',
  // Protocol 5.
  'numpy.core.numeric _frombuffer': 'from-buffer',
  'numpy._core.numeric _frombuffer': 'from-buffer',
  'numpy ndarray': 'ndarray',
  'numpy dtype': 'dtype',
  // How Python 3 writes bytes in protocol 2: as text in Latin-1.
  '_codecs encode': 'encode',
};

/**
 * The value that a pickle holds.
 * @throws Error that says what is wrong, and at which byte.
 */
export function readPickle(bytes: Uint8Array): Pickled {
  return new PickleMachine(bytes).run();
}

class PickleMachine {
  readonly bytes: PickleBytes;
  readonly #memo = new Map<number, Value>();
  readonly #stack: (Value | typeof mark)[] = [];
  #made = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = new PickleBytes(bytes);
  }

  run(): Pickled {
    for (;;) {
      const start = this.bytes.at;
      const code = String.fromCharCode(this.bytes.unsigned(1));
      if (code === '.') return finished(this.pop());
      const known = instructions[code];
      if (known === undefined) {
        throw new Error(`the instruction ${JSON.stringify(code)} at byte ${start} is none that data need`);
      }
      known(this);
    }
  }

  push(value: Value): void {
    this.#made += 1;
    if (this.#made > mostValues) throw new Error(`more than ${mostValues} values are in it`);
    this.#stack.push(value);
  }

  pop(): Value {
    const value = this.top();
    this.#stack.pop();
    return value;
  }

  /** Takes what stands above the last mark, and the mark. */
  popToMark(): Value[] {
    const from = this.#stack.lastIndexOf(mark);
    if (from < 0) throw new Error(`a mark is missing at byte ${this.bytes.at}`);
    const items = this.#stack.slice(from + 1) as Value[];
    this.#stack.length = from;
    return items;
  }

  top(): Value {
    const value = this.#stack[this.#stack.length - 1];
    if (value === undefined || value === mark) throw new Error(`a value is missing at byte ${this.bytes.at}`);
    return value;
  }

  mark(): void {
    this.#stack.push(mark);
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new Error(`nothing was remembered as ${index} (byte ${this.bytes.at})`);
    this.push(value);
  }
}

type Instruction = (machine: PickleMachine) => void;

const tuple =
  (size: number): Instruction =>
  (machine) => {
    const items = Array.from({ length: size }, () => machine.pop()).reverse();
    machine.push({ kind: 'tuple', items });
  };

/** By the character that stands for them, as `pickletools` names them in the comments. */
const instructions: Readonly<Record<string, Instruction>> = {
  // PROTO, FRAME, MARK, POP
  '\x80': (machine) => {
    const protocol = machine.bytes.unsigned(1);
    if (protocol > 5) throw new Error(`protocol ${protocol} is not known`);
  },
  '\x95': (machine) => void machine.bytes.length(),
  '(': (machine) => machine.mark(),
  '0': (machine) => void machine.pop(),
  // NONE, NEWTRUE, NEWFALSE, BININT, BININT1, BININT2, INT, LONG1, BINFLOAT
  N: (machine) => machine.push(null),
  '\x88': (machine) => machine.push(true),
  '\x89': (machine) => machine.push(false),
  J: (machine) => machine.push(machine.bytes.signed()),
  K: (machine) => machine.push(machine.bytes.unsigned(1)),
  M: (machine) => machine.push(machine.bytes.unsigned(2)),
  I: (machine) => machine.push(wholeNumber(machine.bytes.line())),
  '\x8a': (machine) => machine.push(littleEndian(machine.bytes.take(machine.bytes.unsigned(1)))),
  G: (machine) => machine.push(machine.bytes.double()),
  // SHORT_BINSTRING, BINSTRING, SHORT_BINBYTES, BINBYTES, SHORT_BINUNICODE, BINUNICODE, BINUNICODE8, BINBYTES8, BYTEARRAY8
  U: (machine) => machine.push(machine.bytes.take(machine.bytes.unsigned(1))),
  T: (machine) => machine.push(machine.bytes.take(machine.bytes.unsigned(4))),
  C: (machine) => machine.push(machine.bytes.take(machine.bytes.unsigned(1))),
  B: (machine) => machine.push(machine.bytes.take(machine.bytes.unsigned(4))),
  '\x8c': (machine) => machine.push(machine.bytes.text(machine.bytes.unsigned(1))),
  X: (machine) => machine.push(machine.bytes.text(machine.bytes.unsigned(4))),
  '\x8d': (machine) => machine.push(machine.bytes.text(machine.bytes.length())),
  '\x8e': (machine) => machine.push(machine.bytes.take(machine.bytes.length())),
  '\x96': (machine) => machine.push(machine.bytes.take(machine.bytes.length())),
  // EMPTY_LIST, APPEND, APPENDS, LIST
  ']': (machine) => machine.push({ kind: 'list', items: [] }),
  a: (machine) => {
    const item = machine.pop();
    listOf(machine.top()).push(item);
  },
  e: (machine) => {
    const items = machine.popToMark();
    const list = listOf(machine.top());
    for (const item of items) list.push(item);
  },
  l: (machine) => machine.push({ kind: 'list', items: machine.popToMark() }),
  // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
  ')': tuple(0),
  '\x85': tuple(1),
  '\x86': tuple(2),
  '\x87': tuple(3),
  t: (machine) => machine.push({ kind: 'tuple', items: machine.popToMark() }),
  // EMPTY_DICT, SETITEM, SETITEMS
  '}': (machine) => machine.push({ kind: 'dictionary', entries: [] }),
  s: (machine) => {
    const value = machine.pop();
    const key = machine.pop();
    entriesOf(machine.top()).push([key, value]);
  },
  u: (machine) => {
    const items = machine.popToMark();
    const entries = entriesOf(machine.top());
    for (let index = 0; index + 1 < items.length; index += 2) {
      entries.push([items[index] ?? null, items[index + 1] ?? null]);
    }
  },
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  q: (machine) => machine.remember(machine.bytes.unsigned(1)),
  r: (machine) => machine.remember(machine.bytes.unsigned(4)),
  '\x94': (machine) => machine.rememberNext(),
  h: (machine) => machine.recall(machine.bytes.unsigned(1)),
  j: (machine) => machine.recall(machine.bytes.unsigned(4)),
  // GLOBAL, STACK_GLOBAL, REDUCE, BUILD
  c: (machine) => machine.push(knownName(`${machine.bytes.line()} ${machine.bytes.line()}`)),
  '\x93': (machine) => {
    const name = textOf(machine.pop());
    machine.push(knownName(`${textOf(machine.pop())} ${name}`));
  },
  R: (machine) => {
    const given = machine.pop();
    machine.push(reduced(machine.pop(), given));
  },
  b: (machine) => {
    const state = machine.pop();
    machine.push(built(machine.pop(), state));
  },
};

function knownName(name: string): Value {
  if (names[name] === undefined) {
    throw new Error(`it names ${name.replace(' ', '.')}, which is code, and code is not run here`);
  }
  return { kind: 'name', name };
}

/** What a known name would give for these values; nothing is called. */
function reduced(called: Value, given: Value): Value {
  const values = itemsOf(given);
  const name = isUnfinished(called) && called.kind === 'name' ? names[called.name] : undefined;
  switch (name) {
    case 'reconstruct':
      return { kind: 'empty-array' };
    case 'dtype':
      return { kind: 'dtype', code: textOf(values[0] ?? null) };
    case 'from-buffer':
      return arrayOf(values[2] ?? null, values[1] ?? null, values[3] === 'F', values[0] ?? null);
    case 'encode':
      return Uint8Array.from(Buffer.from(textOf(values[0] ?? null), 'latin1'));
    default:
      throw new Error('it calls something that is no array');
  }
}

/** An array from its state: (version, shape, dtype, Fortran order, bytes). A dtype's own state says its byte order. */
function built(value: Value, state: Value): Value {
  if (!isUnfinished(value)) throw new Error('it sets the state of a plain value');
  const values = itemsOf(state);
  if (value.kind === 'dtype') {
    const order = values[1] ?? null;
    if (order !== null && textOf(order) === '>') throw new Error('its arrays are big-endian');
    return value;
  }
  if (value.kind !== 'empty-array') throw new Error('it sets the state of something that is no array');
  const [, shape = null, dtype = null, fortranOrder, bytes = null] = values;
  return arrayOf(shape, dtype, fortranOrder === true || fortranOrder === 1, bytes);
}

function arrayOf(shape: Value, dtype: Value, fortranOrder: boolean, bytes: Value): PickledArray {
  if (!isUnfinished(dtype) || dtype.kind !== 'dtype') throw new Error('an array has no element type');
  if (!(bytes instanceof Uint8Array)) throw new Error('an array has no bytes');
  return {
    ...{ kind: 'array', shape: itemsOf(shape).map(numberOf), dtype: dtype.code.replace(/^[|<=]/, '') },
    ...{ fortranOrder, bytes },
  };
}

const isUnfinished = (value: Value): value is Unfinished =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && value.kind !== 'array';

function itemsOf(value: Value): readonly Value[] {
  if (isUnfinished(value) && (value.kind === 'tuple' || value.kind === 'list')) return value.items;
  throw new Error('a tuple is missing');
}

function listOf(value: Value): Value[] {
  if (isUnfinished(value) && value.kind === 'list') return value.items;
  throw new Error('a list is missing');
}

function entriesOf(value: Value): [Value, Value][] {
  if (isUnfinished(value) && value.kind === 'dictionary') return value.entries;
  throw new Error('a dictionary is missing');
}

function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  throw new Error('text is missing');
}

function numberOf(value: Value): number {
  if (typeof value === 'number') return value;
  throw new Error('a number is missing');
}

function wholeNumber(line: string): number | boolean {
  if (line === '01' || line === '00') return line === '01';
  if (!/^-?\d{1,15}$/.test(line)) throw new Error(`${JSON.stringify(line.slice(0, 40))} is no whole number`);
  return Number(line);
}

/** Two's complement of up to six bytes. */
function littleEndian(bytes: Uint8Array): number {
  if (bytes.length > 6) throw new Error('a whole number is larger than labels are');
  return bytes.length === 0 ? 0 : Buffer.from(bytes).readIntLE(0, bytes.length);
}

/** Recursive values cannot be made of what is accepted here but for a list that holds itself; depth is bounded. */
function finished(value: Value, depth = 0): Pickled {
  if (depth > 16) throw new Error('its values lie too deep in each other');
  if (!isUnfinished(value)) return value;
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return value.items.map((item) => finished(item, depth + 1));
    case 'dictionary':
      return new Map(value.entries.map(([key, item]) => [textOf(key), finished(item, depth + 1)]));
    default:
      throw new Error(`it holds a ${value.kind} where a value belongs`);
  }
}
