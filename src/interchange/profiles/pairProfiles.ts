import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { differingCalls } from '../../analysis/kernelProfile.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { readTextFile } from '../logs/textFile.ts';
import { isNsys, readNsys } from './nsys.ts';
import { isNvprof, readNvprof } from './nvprof.ts';
import type { ProfileFile } from './profileFile.ts';

/** A profile of default execution and one of deterministic execution, of one program. */
export interface ProfilePair {
  /** The network, as far as the command or the names of the files tell it. */
  readonly model: string;
  readonly baseline: ProfileFile;
  readonly deterministic: ProfileFile;
}

export interface FoundProfiles {
  readonly pairs: readonly ProfilePair[];
  /** Profiles that have no other to be compared with, and why. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
}

/** Larger than any table of kernels. */
const mostBytes = 64 * 2 ** 20;
const mostFiles = 10_000;

/** The files of a folder that may be profiles, by name; the path itself where it is a file; none where there is nothing. */
export function profileFiles(place: string): string[] {
  const root = path.resolve(place);
  const found = statSync(root, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return found?.isFile() === true ? [root] : [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(csv|txt|log)$/i.test(entry.name))
    .slice(0, mostFiles)
    .map(({ name }) => path.join(root, name))
    .sort();
}

/** Whether a file is a profile, by what it begins with. */
export function isProfile(file: string): boolean {
  const text = textOf(file);
  return text !== null && (isNvprof(text) || isNsys(text));
}

/** Reads a file if it is a profile. @throws NoisefloorError `log-invalid` where it is one that cannot be read. */
function readProfile(file: string): ProfileFile | null {
  const text = textOf(file);
  if (text === null) return null;
  if (isNvprof(text)) return readNvprof(file, text);
  return isNsys(text) ? readNsys(file) : null;
}

/** Null for what is too large for a profile, or no text. */
function textOf(file: string): string | null {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? mostBytes + 1) > mostBytes) return null;
  try {
    return readTextFile(file);
  } catch {
    return null;
  }
}

/**
 * Finds the profiles of a folder, or takes the one at the path, and pairs those of default and of deterministic execution.
 * Which is which their command or their name says.
 * @throws NoisefloorError `log-invalid`, `profiles-differ` where two are of different programs or numbers of steps.
 */
export function pairProfiles(place: string): FoundProfiles {
  const files = profileFiles(place);
  const profiles = files.flatMap((file) => readProfile(file) ?? []);
  const groups = Map.groupBy(profiles, (profile) => `${profile.profiler}/${stemOf(profile.file)}`);
  const pairs: ProfilePair[] = [];
  const leftOut: { path: string; why: string }[] = [];
  for (const group of groups.values()) {
    const [deterministic, ...more] = group.filter(isDeterministic);
    const [baseline, ...others] = group.filter((profile) => !isDeterministic(profile));
    if (deterministic === undefined || baseline === undefined || more.length + others.length > 0) {
      const why =
        'it has no partner: one profile of default and one of deterministic execution, told apart by the word "deterministic" in the name or the command, are compared';
      leftOut.push(...group.map(({ file }) => ({ path: file, why })));
      continue;
    }
    refuseOthers(baseline, deterministic);
    pairs.push({ model: modelOf(baseline), baseline, deterministic });
  }
  // Those whose network is known come first.
  const named = pairs.toSorted(
    (one, other) => Number(one.model === unnamed) - Number(other.model === unnamed),
  );
  return { pairs: named, leftOut };
}

const unnamed = 'unnamed network';

const isDeterministic = ({ file, command }: ProfileFile): boolean =>
  /(^|[^a-z])(non|in)determinis/i.test(path.basename(file))
    ? false
    : /determinis/i.test(path.basename(file)) || /--\w*determinis/i.test(command ?? '');

/** The name of a file without what tells executions apart. */
function stemOf(file: string): string {
  return path
    .basename(file)
    .replace(/\.[^.]+$/, '')
    .toLowerCase()
    .replaceAll(/default|baseline|non-?deterministic|deterministic/g, '')
    .replaceAll(/[^a-z0-9*]+/g, ' ')
    .trim();
}

function modelOf({ command, file }: ProfileFile): string {
  const named = /--model(?:_name)?[= ]+(.+?)(?:\s+--|$)/.exec(command ?? '')?.[1]?.trim();
  if (named !== undefined && named !== '') return named.slice(0, 80);
  const stem = stemOf(file)
    .replaceAll(/\b(nvprof|nsys|cuda gpu kern sum|cuda gpu sum|profile)\b/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return stem === '' ? unnamed : stem.slice(0, 80);
}

/** @throws NoisefloorError `profiles-differ`. */
function refuseOthers(baseline: ProfileFile, deterministic: ProfileFile): void {
  const details = { files: [baseline.file, deterministic.file] };
  const [one, other] = [baseline, deterministic].map(({ command }) => plainCommand(command));
  if (one !== null && other !== null && one !== other) {
    throw new NoisefloorError(
      'profiles-differ',
      `${baseline.file} and ${deterministic.file} are profiles of different programs: "${baseline.command ?? ''}" and "${deterministic.command ?? ''}". Compare the same command, once with determinism and once without.`,
      { details },
    );
  }
  const differing = differingCalls(baseline, deterministic);
  if (differing === null) return;
  throw new NoisefloorError(
    'profiles-differ',
    `${baseline.file} and ${deterministic.file} are not of the same number of steps: ${differing.name} was called ${differing.before} times in the one and ${differing.after} times in the other, as most kernels of both were. Profile the same number of iterations.`,
    { details: { ...details, ...differing } },
  );
}

/** A command without what asks for determinism, and what it may write elsewhere for that. */
function plainCommand(command: string | null): string | null {
  if (command === null) return null;
  return command
    .replaceAll(/\s+--\w*determinis\w*(=\S+)?/gi, '')
    .replaceAll(/\s+--(out|output|log|save)[\w-]*[= ]\S+/gi, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
