import { readFile } from 'node:fs/promises';
import { withAbsolutePath } from '../../src/data/datasetPath.ts';
import { KnownDatasets } from '../../src/host/datasets/knownDatasets.ts';
import { recordNetwork, withAbsoluteFile } from '../../src/host/networks/recordNetwork.ts';
import { personFolder } from '../../src/library/location.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { applyOverrides } from '../../src/study/overrides.ts';
import { parseStudyText } from '../../src/study/parse.ts';
import type { Preset } from '../../src/study/preset.ts';
import { presetNamed, studyFromPreset, withKnownData } from '../../src/study/presets.ts';
import { selectVariants } from '../../src/study/selection.ts';
import type { Study } from '../../src/study/study.ts';
import { askedFlavour, findGpus } from '../setup/flavour.js';

/** What changes a study on the command line; numbers are still text, so that one place judges them all. */
export interface StudyChanges {
  name?: string;
  replicates?: string;
  variants?: string;
  epochs?: string;
  seed?: string;
  threads?: string;
  device?: string;
  set: readonly string[];
}

/**
 * The study that a command line names: a preset, or a study file, with its changes applied.
 * @returns the study, and whether its implementation noise is still to be chosen for the device.
 * @throws NoisefloorError `unknown-preset`, `study-file-unreadable`, `invalid-study`, `invalid-override`, `unknown-variant`,
 *   and what a network's own file is refused for.
 */
export async function studyFromArgument(
  argument: string,
  changes: StudyChanges,
): Promise<{ study: Study; choosesImplementation: boolean }> {
  const isFile = argument.endsWith('.json');
  const overrides = isFile ? overridesOf(changes) : await withDevice(overridesOf(changes));
  const changed = isFile
    ? applyOverrides(withoutTopology(await readStudyFile(argument), overrides), overrides)
    : studyFromPreset(await presetWithData(argument), overrides);
  const selected =
    changes.variants === undefined ? changed : selectVariants(changed, changes.variants.split(','));
  return {
    study: await recordNetwork(withAbsolutePaths(selected)),
    choosesImplementation: !isFile && !overrides.some((override) => override.startsWith('variants')),
  };
}

/** A preset of data that are on this machine needs no path. */
async function presetWithData(name: string): Promise<Preset> {
  const known = await new KnownDatasets(personFolder()).list();
  return withKnownData(
    presetNamed(name),
    known.map(({ dataset }) => dataset),
  );
}

function overridesOf(changes: StudyChanges): string[] {
  const named: [path: string, value: string | undefined][] = [
    ['name', changes.name === undefined ? undefined : JSON.stringify(changes.name)],
    ['replicates', changes.replicates],
    ['task.recipe.epochs', changes.epochs],
    ['seed', changes.seed],
    ['execution.threads', changes.threads],
    ['execution.device', changes.device],
  ];
  return [
    ...changes.set,
    ...named.flatMap(([path, value]) => (value === undefined ? [] : [`${path}=${value}`])),
  ];
}

/** A preset leaves the device open: it trains on a GPU where the machine has one that TensorFlow was set up for. */
async function withDevice(overrides: readonly string[]): Promise<readonly string[]> {
  const isGiven = overrides.some((override) => /^execution(\.device)?=/.test(override));
  if (isGiven || askedFlavour() === 'cpu' || (await findGpus()).length === 0) {
    return overrides;
  }
  return [...overrides, 'execution.device=gpu'];
}

async function readStudyFile(file: string): Promise<Study> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new NoisefloorError('study-file-unreadable', `The study file ${file} cannot be read: ${reason}`, {
      cause,
    });
  }
  return parseStudyText(text, file);
}

/** Another network's file is read anew. */
function withoutTopology(study: Study, overrides: readonly string[]): Study {
  const { network } = study.task;
  const isOther = overrides.some((override) => /^(task\.)?network\.path=/.test(override));
  if (network.name !== 'keras-file' || !isOther) return study;
  const { topology: _, ...without } = network;
  return { ...study, task: { ...study.task, network: without } };
}

/** A stored study must mean the same data from wherever it is resumed. */
function withAbsolutePaths({ task, ...study }: Study): Study {
  const dataset = withAbsolutePath(task.dataset, process.cwd());
  const network =
    task.network.name === 'keras-file' ? withAbsoluteFile(task.network, process.cwd()) : task.network;
  return { ...study, task: { ...task, dataset, network } };
}
