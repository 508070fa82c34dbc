import { homedir } from 'node:os';
import path from 'node:path';
import { NoisefloorError } from '../study/errors.ts';

const studyIdPattern = /^[a-z0-9][a-z0-9-]{0,79}$/;

/**
 * Where the library lies when nobody says otherwise: `NOISEFLOOR_LIBRARY`, or the platform's place for a person's data.
 * @returns an absolute path; the file need not exist.
 */
export function defaultLibraryPath(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const chosen = environment.NOISEFLOOR_LIBRARY;
  if (chosen !== undefined && chosen !== '') {
    return path.resolve(chosen);
  }
  if (platform === 'darwin') {
    return path.join(home, 'Library', 'Application Support', 'Noisefloor', 'library.sqlite');
  }
  if (platform === 'win32') {
    const roaming = environment.APPDATA ?? path.join(home, 'AppData', 'Roaming');
    return path.join(roaming, 'Noisefloor', 'library.sqlite');
  }
  const data = environment.XDG_DATA_HOME;
  // The XDG base directory specification: a relative path is to be ignored.
  const base = data !== undefined && path.isAbsolute(data) ? data : path.join(home, '.local', 'share');
  return path.join(base, 'noisefloor', 'library.sqlite');
}

/** The platform's folder for what a person's studio keeps: the default library lies there. */
export function personFolder(): string {
  return path.dirname(defaultLibraryPath({ ...process.env, NOISEFLOOR_LIBRARY: undefined }));
}

/**
 * Where the result folders of a study lie: beside its library.
 * @throws NoisefloorError `invalid-study-id` for an id that could lead elsewhere.
 */
export function studyResultsFolder(libraryPath: string, studyId: string): string {
  if (!studyIdPattern.test(studyId)) {
    throw new NoisefloorError('invalid-study-id', `${JSON.stringify(studyId)} is not the id of a study.`);
  }
  return path.join(`${libraryPath}.results`, studyId);
}

/**
 * The result folder of a replicate: `<library>.results/<study id>/<variant>-<index>`.
 * @param position of the variant in its study, from 0; it tells apart variants whose names no file may have.
 */
export function replicateFolder(
  libraryPath: string,
  studyId: string,
  variant: { name: string; position: number },
  index: number,
): string {
  const safe = variant.name.replaceAll(/[^A-Za-z0-9+-]/g, '_');
  const name = safe === variant.name ? safe : `${safe}~${variant.position}`;
  return path.join(studyResultsFolder(libraryPath, studyId), `${name}-${index}`);
}
