import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { NoisefloorError } from '../../study/errors.ts';
import { parseStudy } from '../../study/parse.ts';
import type { Study } from '../../study/study.ts';
import type { NetworkReference } from '../../study/task.ts';
import type { Topology } from '../../study/topology.ts';
import { readKerasFile, topologyHash } from './readKerasFile.ts';

/** A network of a person's own. */
export type FileNetwork = Extract<NetworkReference, { name: 'keras-file' }>;

/** The same network with an absolute path, as studies are stored; `~/` is the home folder. */
export function withAbsoluteFile(network: FileNetwork, folder: string): FileNetwork {
  return { ...network, path: resolve(folder, network.path.replace(/^~(?=$|[/\\])/, homedir())) };
}

/**
 * A study with the layers of its network's file in it, so that it means the same network wherever and whenever it runs:
 * replicates train what stands in the study, and read no file.
 * @param isReadable whether the file at a path may be looked at; a recorded study needs it only to see that it has not changed.
 * @throws NoisefloorError what {@link readKerasFile} throws; `network-changed` where the file, or somebody, has changed what
 *   the study recorded; `invalid-study` where the recipe contradicts the file.
 */
export async function recordNetwork(
  study: Study,
  isReadable: (path: string) => Promise<boolean> = () => Promise.resolve(true),
): Promise<Study> {
  const { network } = study.task;
  if (network.name !== 'keras-file') return study;
  const topology = await recorded(network, isReadable);
  return parseStudy({ ...study, task: { ...study.task, network: { ...network, topology } } });
}

async function recorded(
  { path, topology }: FileNetwork,
  isReadable: (path: string) => Promise<boolean>,
): Promise<Topology> {
  if (topology === undefined) return readKerasFile(path);
  if (topologyHash(topology) !== topology.sha256) {
    throw changed(
      path,
      'The layers in the study are not those that its sha256 was made of. Take task.network.topology out of the study to read the file again.',
    );
  }
  const now = (await isReadable(path)) ? await readIfThere(path) : null;
  if (now !== null && now.sha256 !== topology.sha256) {
    throw changed(
      path,
      `${path} describes another network now than when the study was planned (${now.sha256.slice(0, 8)} and not ${topology.sha256.slice(0, 8)}). Put the file back, or take task.network.topology out of the study to plan it with the new one.`,
    );
  }
  return topology;
}

/** What a file says now; null where it is not there any more, which a recorded study does not need. */
async function readIfThere(path: string): Promise<Topology | null> {
  try {
    return await readKerasFile(path);
  } catch (error) {
    if (error instanceof NoisefloorError && error.code === 'network-file-unreadable') return null;
    throw error;
  }
}

function changed(path: string, message: string): NoisefloorError {
  return new NoisefloorError('network-changed', message, { details: { path } });
}
