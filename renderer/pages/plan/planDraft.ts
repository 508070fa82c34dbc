import { isRecord, valueAt } from '../../../src/study/expectation.ts';
import { openNeeds } from '../../../src/study/presets.ts';
import { effectiveSources, type SourceEffect } from '../../../src/study/sources.ts';
import { studySchema, type Study } from '../../../src/study/study.ts';
import {
  datasetSchema,
  networkSchema,
  recipeSchema,
  type DatasetReference,
} from '../../../src/study/task.ts';
import type { PlanStep } from '../../stores/selection.ts';

/** A study in the making, as plain JSON: any value in it may be wrong. */
export type StudyDraft = Readonly<Record<string, unknown>>;

/** What is wrong with a value of a draft, as `planning.validate` says it. */
export interface PlanProblem {
  readonly path: string;
  readonly message: string;
  readonly nearest: readonly string[];
}

/** `variants[0].name` as keys and positions. */
export function keysOf(path: string): (string | number)[] {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

/** The value at a path such as `variants[0].name`; undefined where there is none. */
export function draftValue(draft: unknown, path: string): unknown {
  return valueAt(draft, keysOf(path));
}

/** A value at a path as a field shows it: empty where it is missing or no plain value. */
export function draftText(draft: unknown, path: string): string {
  const value = draftValue(draft, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A copy of a draft with one value replaced, or undefined to take it away; objects on the way there are begun. */
export function withValue(draft: StudyDraft, path: string, value: unknown): StudyDraft {
  return replaced(draft, keysOf(path), value) as StudyDraft;
}

function replaced(container: unknown, keys: readonly (string | number)[], value: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(container)) {
    return container.map((item: unknown, index) => (index === key ? replaced(item, rest, value) : item));
  }
  const record = isRecord(container) ? container : {};
  if (rest.length === 0 && value === undefined) {
    const { [key]: _, ...others } = record;
    return others;
  }
  return { ...record, [key]: replaced(record[key], rest, value) };
}

/** What a number's field holds: a number, or the text as it stands where it is none. */
export function numberOrText(text: string): number | string {
  const trimmed = text.trim();
  const value = Number(trimmed);
  return trimmed === '' || !Number.isFinite(value) || /^0[xob]/i.test(trimmed) ? text : value;
}

/** More processes at once than any machine runs. */
const mostParallel = 1024;

/** Whether a field for replicates at once says a number, or nothing, which takes the fastest. */
export function isParallel(value: number | string): boolean {
  return value === '' || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= mostParallel);
}

/** The largest number that a GPU can be named by. */
const mostGpu = 99;

/**
 * The GPUs that a field names: `0, 1`.
 * @returns null of nothing, which takes those that the device means; undefined where they are no numbers, or one is there twice.
 */
export function gpuNumbers(text: string): number[] | null | undefined {
  if (text.trim() === '') return null;
  const words = text.split(',').map((word) => word.trim());
  const isGood = words.every((word) => /^\d+$/.test(word) && Number(word) <= mostGpu);
  const numbers = words.map(Number);
  return isGood && new Set(numbers).size === numbers.length ? numbers : undefined;
}

/** A preset's study with every default filled in, and what it needs left open. */
export function draftOfPreset(preset: {
  readonly study: unknown;
  readonly needs: readonly { readonly path: string }[];
}): StudyDraft {
  const open = openNeeds(preset).map(({ path }) => path);
  const given = open.reduce((study, path) => withValue(study, path, '.'), preset.study as StudyDraft);
  return open.reduce<StudyDraft>((study, path) => withValue(study, path, ''), studySchema.parse(given));
}

/** A draft that says what a stored study says, under a name of its own. */
export function draftOfStudy(study: Study): StudyDraft {
  return { ...study, name: `${study.name.slice(0, 185)} (variation)` };
}

const stepsOfPaths: readonly [beginning: string, step: PlanStep][] = [
  ['task.dataset', 'data'],
  ['task.network', 'recipe'],
  ['task.recipe', 'recipe'],
  ['variants', 'noise'],
  ['execution', 'noise'],
  ['replicates', 'replicates'],
  ['seed', 'replicates'],
  ['record', 'compute'],
  ['notes', 'review'],
];

/** Where a value is set. */
export function stepOfPath(path: string): PlanStep {
  return stepsOfPaths.find(([beginning]) => path.startsWith(beginning))?.[1] ?? 'task';
}

/** A problem in words that stand below its field: its path is what the label says already. */
export function problemText({ path, message }: PlanProblem): string {
  const text = message.startsWith(`${path} `) ? message.slice(path.length + 1) : message;
  const plain = text.replace(/^is missing/, 'Missing').replace(/^is ("")/, 'Empty');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** Which sources of noise can change anything in a draft; null while that cannot be told. */
export function sourcesOf(draft: StudyDraft): readonly SourceEffect[] | null {
  const network = networkSchema.safeParse(draftValue(draft, 'task.network'));
  const recipe = recipeSchema.safeParse(draftValue(draft, 'task.recipe'));
  if (!network.success || !recipe.success) return null;
  // What the data are makes no difference to it.
  const dataset = { kind: 'fashion-mnist-sample' } as const;
  return effectiveSources({ dataset, network: network.data, recipe: recipe.data });
}

/** The data set of a draft, where it says one. */
export function datasetOf(draft: StudyDraft): DatasetReference | null {
  const parsed = datasetSchema.safeParse(draftValue(draft, 'task.dataset'));
  return parsed.success ? parsed.data : null;
}

/** A value in which a draft departs from its preset. */
export interface Departure {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Where a draft's task departs from that of the preset that it was made from. */
export function departures(preset: unknown, draft: unknown, path = 'task'): Departure[] {
  const [before, after] = [draftValue(preset, path), draftValue(draft, path)];
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => departures(preset, draft, `${path}.${key}`));
  }
  const [was, is] = [shown(before), shown(after)];
  return was === is ? [] : [{ path, before: was, after: is }];
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The first name of the form `VARIANT 2` that no variant has. */
export function freeVariantName(taken: readonly string[]): string {
  const known = new Set(taken.map((name) => name.toUpperCase()));
  for (let count = known.size + 1; ; count++) {
    const name = `VARIANT ${count}`;
    if (!known.has(name)) return name;
  }
}
