import { NoisefloorError } from './errors.ts';
import { valueAt } from './expectation.ts';
import { nearest, suggestion } from './nearest.ts';
import { applyOverrides } from './overrides.ts';
import type { Preset } from './preset.ts';
import { presets } from './presetList.ts';
import type { Study } from './study.ts';
import type { DatasetReference } from './task.ts';

/**
 * The preset of that name, matched without case.
 * @throws NoisefloorError `unknown-preset` with the nearest names.
 */
export function presetNamed(name: string): Preset {
  const found = presets.find((preset) => preset.name === name.trim().toLowerCase());
  if (found !== undefined) return found;
  const names = presets.map((preset) => preset.name);
  throw new NoisefloorError('unknown-preset', `There is no preset "${name}". ${suggestion(name, names)}`, {
    details: { name, nearest: nearest(name, names), known: names },
  });
}

/** What a preset needs and does not have: data that are known on this machine are filled in already. */
export function openNeeds<Need extends { readonly path: string }>(preset: {
  readonly study: unknown;
  readonly needs: readonly Need[];
}): Need[] {
  return preset.needs.filter(({ path }) => valueAt(preset.study, path.split('.')) === '');
}

/**
 * A preset's study with overrides applied, as `run <preset> --set key=value` makes it.
 * @throws NoisefloorError `preset-needs` where something it needs is still missing; `invalid-override` and
 *   `invalid-study` as applyOverrides.
 */
export function studyFromPreset(preset: Preset, overrides: readonly string[] = []): Study {
  const missing = openNeeds(preset).find(
    ({ path }) =>
      !overrides.some((text) => [path, path.replace(/^task\./, '')].includes(text.split('=', 1)[0] ?? '')),
  );
  if (missing !== undefined) {
    throw new NoisefloorError(
      'preset-needs',
      `The preset ${preset.name} needs ${missing.what}. Give it with --set ${missing.path}=VALUE.`,
      { details: { preset: preset.name, path: missing.path } },
    );
  }
  return applyOverrides(preset.study, overrides);
}

/**
 * A preset with the place of its data filled in, where the machine has one data set of their kind and only one.
 * @param known data sets on this machine.
 */
export function withKnownData(preset: Preset, known: readonly DatasetReference[]): Preset {
  const { task } = preset.study;
  const { dataset } = task;
  if (!('path' in dataset) || dataset.path !== '') return preset;
  const places = known.flatMap((each) => (each.kind === dataset.kind && 'path' in each ? [each.path] : []));
  const [only] = places;
  if (only === undefined || places.length > 1) return preset;
  return { ...preset, study: { ...preset.study, task: { ...task, dataset: { ...dataset, path: only } } } };
}
