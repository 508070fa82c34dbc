import { isRecord, valueAt } from './expectation.ts';
import type { Preset } from './preset.ts';
import { presets } from './presetList.ts';
import { studyFromPreset } from './presets.ts';
import { studySchema, type Study } from './study.ts';

/**
 * What stands after `noisefloor` to run a study from a file.
 * @param file where the study was saved.
 */
export function fileCommand(file: string): string[] {
  return ['run', file];
}

/**
 * What stands after `noisefloor` to run exactly this study from the preset that it was made from.
 * @returns null where its preset is unknown, or changes of single values do not lead from there to the study.
 */
export function presetCommand(study: Study): string[] | null {
  const preset = presets.find(({ name }) => name === study.preset);
  // The layers of a network's file are too many for a command.
  if (preset === undefined || study.task.network.name === 'keras-file') return null;
  const changes: Change[] = [
    ...changesBetween(startOf(preset, study), study, []).filter(({ path }) => path !== 'name'),
    ...preset.needs.map(({ path }) => ({ path, value: valueAt(study, path.split('.')) })),
    // The command line fits both to the machine unless they are given.
    { path: 'execution.device', value: study.execution.device },
    ...study.variants.flatMap(({ implementation }, index) =>
      implementation === 'deterministic'
        ? []
        : [{ path: `variants.${index}.implementation`, value: implementation }],
    ),
  ];
  const sets = new Map(changes.map(({ path, value }) => [path, `${path}=${written(value)}`]));
  // What lies inside of a value that is given whole would be set twice.
  for (const path of [...sets.keys()]) {
    if ([...sets.keys()].some((other) => path.startsWith(`${other}.`))) sets.delete(path);
  }
  const overrides = [...sets.values()];
  const named = study.name === preset.study.name ? [] : [`name=${JSON.stringify(study.name)}`];
  if (!leadsTo(study, preset, [...overrides, ...named])) return null;
  const name = named.length === 0 ? [] : ['--name', study.name];
  return ['run', preset.name, ...name, ...overrides.flatMap((override) => ['--set', override])];
}

/** Words as a POSIX shell takes them: quoted where they have to be. */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** A preset's study with its defaults, and with the study's data where it leaves them open. */
function startOf({ study: start, needs }: Preset, study: Study): unknown {
  const path = 'path' in study.task.dataset ? study.task.dataset.path : '.';
  const dataset = needs.length === 0 ? start.task.dataset : { ...start.task.dataset, path };
  return studySchema.parse({ ...start, task: { ...start.task, dataset } });
}

interface Change {
  /** As `--set` takes it. */
  path: string;
  value: unknown;
}

/** The values in which a study departs from a preset's; lists and kinds that differ are given whole. */
function changesBetween(from: unknown, to: unknown, path: readonly string[]): Change[] {
  if (same(from, to)) return [];
  if (isRecord(from) && isRecord(to)) {
    const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
    return [...keys].flatMap((key) => changesBetween(from[key], to[key], [...path, key]));
  }
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length && path.includes('variants')) {
    return from.flatMap((item, index) => changesBetween(item, to[index], [...path, String(index)]));
  }
  return to === undefined ? [] : [{ path: path.join('.'), value: to }];
}

/** Plain text needs no JSON, unless it could be read as such. */
function written(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z/~][^\n]*$/.test(value) && !/^(true|false|null)$/.test(value)
    ? value
    : JSON.stringify(value);
}

function leadsTo(study: Study, preset: Preset, overrides: readonly string[]): boolean {
  try {
    return same(studyFromPreset(preset, overrides), study);
  } catch {
    return false;
  }
}

/** Whether two values say the same as JSON, whatever the order of their keys. */
function same(one: unknown, other: unknown): boolean {
  if (isRecord(one) && isRecord(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].every((key) => same(one[key], other[key]));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  }
  return one === other;
}
