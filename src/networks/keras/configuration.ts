import { isRecord } from '../../study/expectation.ts';

/** The configuration of a Keras object, as JSON: nothing about it is known before it is looked at. */
export type Configuration = Readonly<Record<string, unknown>>;

/** An object as Keras serialises it: the name of its class, and what it was made with. */
export interface Serialised {
  readonly className: string;
  /** Where the class comes from; empty in files of Keras 2. */
  readonly module: string;
  readonly config: Configuration;
}

/**
 * A serialised object, `{class_name, config}`, or only its name; null where it is neither. Names are those of classes:
 * `glorot_uniform` is `GlorotUniform`.
 */
export function serialised(value: unknown): Serialised | null {
  if (typeof value === 'string' && value !== '') {
    const className = value.replaceAll(/(^|_)([a-z0-9])/g, (_, _line, letter: string) =>
      letter.toUpperCase(),
    );
    return { className, module: '', config: {} };
  }
  if (!isRecord(value) || typeof value['class_name'] !== 'string') return null;
  const { class_name: className, module, config } = value;
  return {
    // A person's own function has its name where a class has its configuration; it is nothing that is known.
    className: typeof config === 'string' ? `function ${config}` : className,
    module: typeof module === 'string' ? module : '',
    config: isRecord(config) ? config : {},
  };
}

/** A number, or the fallback where the key is not there. */
export function numberOf(config: Configuration, key: string, fallback: number): number {
  const value = config[key];
  return typeof value === 'number' ? value : fallback;
}

/** A truth value, or the fallback where the key is not there. */
export function truthOf(config: Configuration, key: string, fallback: boolean): boolean {
  const value = config[key];
  return typeof value === 'boolean' ? value : fallback;
}

export function textOf(config: Configuration, key: string, fallback: string): string {
  const value = config[key];
  return typeof value === 'string' ? value : fallback;
}

/** Two whole numbers, as `[3, 3]` or `3`; null where it is neither. */
export function pairOf(value: unknown): [number, number] | null {
  if (typeof value === 'number') return [value, value];
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [first, second] = value as unknown[];
  return typeof first === 'number' && typeof second === 'number' ? [first, second] : null;
}

/** Numbers in any nesting of lists, or one alone; null where anything else is among them. */
export function numbersOf(value: unknown): number | number[] | null {
  if (typeof value === 'number') return value;
  if (!Array.isArray(value)) return null;
  const flat = value.flat(8) as unknown[];
  return flat.every((each) => typeof each === 'number') ? flat : null;
}

/** What a table has under a name of a file; undefined where it has nothing of its own there. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
