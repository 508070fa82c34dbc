import { NoisefloorError } from './errors.ts';
import {
  alternatives,
  choices,
  chosenAlternative,
  discriminator,
  isRecord,
  knownKeys,
  pathText,
  schemaAt,
  valueAt,
  type StudyPath,
} from './expectation.ts';
import { studyJsonSchema, type SchemaNode } from './jsonSchema.ts';
import { listOr, nearest, suggestion } from './nearest.ts';
import { parseStudy } from './parse.ts';
import type { Study, StudyInput } from './study.ts';

interface Override {
  /** As written, for messages. */
  text: string;
  path: StudyPath;
  value: unknown;
  /** Whether it sets a `kind` or `name` that says which other keys there are. */
  chooses: boolean;
}

/**
 * A study with single values replaced, as `--set key=value` does.
 * @param overrides each `key=value`. The key is a dotted path from the study (`task.recipe.epochs`, `variants.0.name`)
 *   or from its task (`recipe.epochs`); the value is JSON, or plain text where JSON is not needed. Setting a `kind` keeps
 *   those neighbours that the new kind has too.
 * @throws NoisefloorError `invalid-override` where one is not `key=value` or the key is unknown, with the nearest keys;
 *   `invalid-study` where the result is not a valid study.
 */
export function applyOverrides(study: Study | StudyInput, overrides: readonly string[]): Study {
  const draft: unknown = JSON.parse(JSON.stringify(study));
  const read = overrides.map((text) => readOverride(text, draft));
  for (const override of read.filter(({ chooses }) => chooses)) setChoice(draft, override);
  for (const override of read.filter(({ chooses }) => !chooses)) setValue(draft, override);
  return parseStudy(draft, overrides.length === 0 ? 'The study' : `The study with ${overrides.join(', ')}`);
}

function readOverride(text: string, study: unknown): Override {
  const equals = text.indexOf('=');
  const key = text.slice(0, equals).trim();
  if (equals < 0 || key === '') {
    throw invalidOverride(
      text,
      `"${text}" does not say what to set. Write key=value, for example task.recipe.epochs=20.`,
    );
  }
  const path = pathOf(key);
  const parent = path.slice(0, -1);
  const parentNode = schemaAt(study, parent);
  const chooses = parentNode !== undefined && discriminator(parentNode) === path.at(-1);
  return { text, path, value: valueOf(text.slice(equals + 1), schemaAt(study, path)), chooses };
}

/** A dotted or bracketed key as a path from the study; one that begins inside the task is completed. */
function pathOf(key: string): StudyPath {
  const parts = key
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const [first] = parts;
  const fromTask =
    typeof first === 'string' &&
    !knownKeys({}, []).includes(first) &&
    knownKeys({}, ['task']).includes(first);
  return fromTask ? ['task', ...parts] : parts;
}

/** JSON where it is JSON, except that a place for text takes digits and words as they stand. */
function valueOf(text: string, node: SchemaNode | undefined): unknown {
  const wantsText = node?.type === 'string';
  try {
    const value: unknown = JSON.parse(text);
    return wantsText && typeof value !== 'string' ? text : value;
  } catch {
    return text;
  }
}

function setChoice(draft: unknown, override: Override): void {
  const parentPath = override.path.slice(0, -1);
  const parent = containerAt(draft, override, parentPath);
  const node = schemaAt(draft, parentPath);
  const key = String(override.path.at(-1));
  if (Array.isArray(parent) || node === undefined)
    throw unknownKey(draft, override, override.path.length - 1);
  const chosen = chosenAlternative(node, { [key]: override.value });
  if (alternatives(node).length > 1 && chosen !== undefined) {
    for (const neighbour of Object.keys(parent)) {
      if (!Object.hasOwn(chosen.properties ?? {}, neighbour)) Reflect.deleteProperty(parent, neighbour);
    }
  }
  parent[key] = override.value;
}

function setValue(draft: unknown, override: Override): void {
  const depth = override.path.length - 1;
  const key = override.path[depth] ?? '';
  const parent = containerAt(draft, override, override.path.slice(0, depth));
  if (schemaAt(draft, override.path) === undefined) throw unknownKey(draft, override, depth);
  if (Array.isArray(parent)) {
    const index = Number(key);
    if (index > parent.length) throw beyondEnd(override, parent.length);
    parent[index] = override.value;
  } else {
    parent[String(key)] = override.value;
  }
}

/** The object or list that an override changes; objects left out of the study are begun. */
function containerAt(
  draft: unknown,
  override: Override,
  path: StudyPath,
): Record<string, unknown> | unknown[] {
  let container: unknown = draft;
  for (const [depth, key] of path.entries()) {
    if (schemaAt(draft, path.slice(0, depth + 1)) === undefined) throw unknownKey(draft, override, depth);
    let next = valueAt(container, [key]);
    if (next === undefined && isRecord(container) && typeof key === 'string') {
      next = {};
      container[key] = next;
    }
    if (Array.isArray(container) && next === undefined) throw beyondEnd(override, container.length);
    container = next;
  }
  if (isRecord(container) || Array.isArray(container)) return container;
  throw unknownKey(draft, override, path.length);
}

function beyondEnd(override: Override, length: number): NoisefloorError {
  const message = `--set ${override.text}: the list has ${length} items, counted from 0, and the next would be ${length}.`;
  return invalidOverride(override.text, message);
}

function unknownKey(draft: unknown, override: Override, depth: number): NoisefloorError {
  const key = String(override.path[depth] ?? '');
  const parent = override.path.slice(0, depth);
  const known = knownKeys(draft, parent);
  const unknown = pathText(override.path.slice(0, depth + 1));
  const close = [
    ...nearest(key, known).map((name) => pathText([...parent, name])),
    ...sameLastKey(key, draft),
  ];
  const places = [...new Set(close)].filter((place) => place !== unknown).slice(0, 3);
  const elsewhere = choiceNeeded(draft, parent, key);
  const hint = places.length > 0 ? `Did you mean ${listOr(places)}?` : suggestion(key, known);
  const message = `--set ${override.text}: a study has no ${unknown}${elsewhere ?? `. ${hint}`}`;
  return invalidOverride(override.text, message, elsewhere === null ? places : []);
}

/** Says so where a key is known for another kind than the study has: a path is, but not for the shipped data. */
function choiceNeeded(draft: unknown, parent: StudyPath, key: string): string | null {
  const node = schemaAt(draft, parent);
  const choosing = node === undefined ? undefined : discriminator(node);
  if (node === undefined || choosing === undefined) return null;
  const having = choices(alternatives(node).filter((choice) => Object.hasOwn(choice.properties ?? {}, key)));
  const current = valueAt(draft, [...parent, choosing]);
  return having.length === 0
    ? null
    : ` while its ${choosing} is ${String(current)}; set ${pathText([...parent, choosing])} to ${listOr(having)} as well.`;
}

/** Every path of a study whose last key is like that one: `epochs` is found as `task.recipe.epochs`. */
function sameLastKey(key: string, draft: unknown): string[] {
  // Where a task trains, nobody means a program, nor the other way round.
  const other = isRecord(draft) && draft.program !== undefined ? 'task' : 'program';
  const paths = pathsBelow(studyJsonSchema()).filter(([first]) => first !== other);
  const lastKey = (path: readonly string[]): string => path[path.length - 1] ?? '';
  return nearest(key, [...new Set(paths.map(lastKey))]).flatMap((name) =>
    paths.filter((path) => lastKey(path) === name).map((path) => path.join('.')),
  );
}

function pathsBelow(node: SchemaNode): string[][] {
  const paths = alternatives(node).flatMap((choice) =>
    Object.entries(choice.properties ?? {}).flatMap(([key, property]) => {
      const below = typeof property === 'boolean' ? [] : pathsBelow(property);
      return [[key], ...below.map((path) => [key, ...path])];
    }),
  );
  return [...new Map(paths.map((path) => [path.join('.'), path])).values()];
}

function invalidOverride(text: string, message: string, places: readonly string[] = []): NoisefloorError {
  return new NoisefloorError('invalid-override', message, { details: { override: text, nearest: places } });
}
