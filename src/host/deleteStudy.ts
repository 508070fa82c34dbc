import { rm } from 'node:fs/promises';
import type { LibraryClient } from '../library/client.ts';
import { claimExpiryMilliseconds } from '../library/claims.ts';
import { folderOwner } from '../results/lock.ts';
import { parseProcessIdentity, type ProcessIdentity } from '../results/processIdentity.ts';
import { NoisefloorError } from '../study/errors.ts';
import { releaseDeadHosts } from './deadHosts.ts';

/**
 * Deletes a study and its result folders, unless somebody is at work on it.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`, `study-running`.
 */
export async function deleteStudy(
  library: LibraryClient,
  study: string,
): Promise<{ id: string; name: string }> {
  const { id, name } = await library.study(study);
  await releaseDeadHosts(library, id);
  for (const { variant, index, claim, folder } of await library.replicates(id)) {
    const host = claim === null ? null : parseProcessIdentity(claim.host);
    if (claim !== null && host !== null && claim.heartbeat > Date.now() - claimExpiryMilliseconds) {
      throw running(name, `is being run by ${processText(host)}`, host);
    }
    const owner = folderOwner(folder);
    if (owner !== null) {
      const what = `has a replicate, ${variant} ${index + 1}, that is being trained by ${processText(owner)}`;
      throw running(name, what, owner);
    }
  }
  const { resultsFolder } = await library.deleteStudy(id);
  await rm(resultsFolder, { recursive: true, force: true });
  return { id, name };
}

const processText = ({ pid, host }: ProcessIdentity): string => `process ${pid} on ${host}`;

function running(name: string, what: string, { pid, host }: ProcessIdentity): NoisefloorError {
  return new NoisefloorError('study-running', `${name} ${what}. Stop that first; nothing was deleted.`, {
    details: { pid, host },
  });
}
