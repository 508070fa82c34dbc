import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  isProfile,
  pairProfiles,
  profileFiles,
  type FoundProfiles,
} from '../../interchange/profiles/pairProfiles.ts';
import type { LibraryClient } from '../../library/client.ts';
import { NoisefloorError } from '../../study/errors.ts';

/** Whether a path is a profile, or a folder that holds profiles. */
export const holdsProfiles = (place: string): boolean => profileFiles(place).some(isProfile);

/** What an import of profiles brought. */
export interface ImportedProfiles {
  /** Null where nothing is taken in yet. */
  readonly id: string | null;
  readonly name: string;
  /** Whether a measurement with these profiles was there already. */
  readonly wasKnown: boolean;
  readonly models: readonly string[];
  readonly leftOut: FoundProfiles['leftOut'];
}

/**
 * Takes pairs of profiles, of default and of deterministic execution, into a library as a measurement of overhead. Taken in
 * again, the same files change nothing.
 * @param place a folder, or one of the files.
 * @param isDry whether nothing is to be changed.
 * @throws NoisefloorError `import-nothing`, and what {@link pairProfiles} throws.
 */
export async function importProfiles(
  library: LibraryClient,
  place: string,
  { isDry, version }: { isDry: boolean; version: string },
): Promise<ImportedProfiles> {
  const { pairs, leftOut } = pairProfiles(place);
  if (pairs.length === 0) {
    throw new NoisefloorError(
      'import-nothing',
      `No two profiles to compare were found in ${place}. ${leftOut.map(({ path: file, why }) => `${file}: ${why}`).join('. ')}`,
      { details: { path: place } },
    );
  }
  const files = pairs.flatMap(({ baseline, deterministic }) => [baseline, deterministic]);
  const digests = new Map(files.map(({ file }) => [file, digestOf(file)]));
  const hash = createHash('sha256')
    .update([...digests.values()].sort().join(' '))
    .digest('hex');
  const name = `${path.basename(path.resolve(place))} profiles`.slice(0, 80);
  const id = `profiles-${hash.slice(0, 12)}`;
  const models = [...new Set(pairs.map(({ model }) => model))];
  const wasKnown = (await library.listOverheads()).some((overhead) => overhead.id === id);
  const common = { name, models, leftOut, wasKnown };
  if (isDry) return { ...common, id: wasKnown ? id : null };
  if (wasKnown) return { ...common, id };
  await library.createOverhead({
    ...{ id, preset: name },
    definition: {
      settings: [{ name: 'default' }, { name: 'deterministic' }],
      models: models.map((model) => ({ name: model })),
      ...{ iterations: null, imported: { path: path.resolve(place), version } },
    },
  });
  for (const { model, baseline, deterministic } of pairs) {
    for (const [setting, profile] of [
      ['default', baseline],
      ['deterministic', deterministic],
    ] as const) {
      const { file, profiler, command, referenceTime, activities } = profile;
      await library.addOverheadProfile(id, {
        ...{ model, setting, profiler, activities: [...activities] },
        source: { file, command, referenceTime, sha256: digests.get(file) ?? '' },
      });
    }
  }
  return { ...common, id };
}

const digestOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
