import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { KnownDatasets } from '../../src/host/datasets/knownDatasets.ts';
import { StudioHost } from '../../src/host/studio/studioHost.ts';
import { defaultLibraryPath, personFolder } from '../../src/library/location.ts';
import { openLibrary } from '../library/openLibrary.ts';
import { prepareEngine, runTrial, studyProcesses } from '../cli/processes.ts';
import { inspectParts } from '../setup/parts.js';

const sampleFolder = fileURLToPath(new URL('../../resources/sample', import.meta.url));

/**
 * The host of a studio on this machine, for whichever windows there are.
 * @param named the library that the person named, or null for their own.
 * @param dataFolders that new studies may read data from, and libraries may be opened from.
 */
export function createStudioHost(named: string | null, dataFolders: readonly string[]): StudioHost {
  const shipped = shippedSample();
  return new StudioHost({
    openLibrary,
    processes: studyProcesses,
    runTrial,
    inspectParts,
    prepareEngine,
    dataFolders,
    knownDatasets: new KnownDatasets(personFolder()),
    own: named ?? defaultLibraryPath(),
    ownIsNamed: named !== null,
    sample: shipped === null ? null : { shipped, folder: path.join(personFolder(), 'sample') },
    recent: path.join(personFolder(), 'recent-libraries.json'),
  });
}

/** The library that ships as a sample, or null: then the studio begins in the person's own. */
function shippedSample(): string | null {
  if (!existsSync(sampleFolder)) return null;
  const name = readdirSync(sampleFolder).find((file) => /[.](?:noisefloor|sqlite)$/.test(file));
  return name === undefined ? null : path.join(sampleFolder, name);
}
