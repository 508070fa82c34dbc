import { rm } from 'node:fs/promises';
import type { LibraryClient } from '../library/client.ts';
import { claimExpiryMilliseconds } from '../library/claims.ts';
import type { DiscardedStudy } from '../library/discardedStudies.ts';
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
  await refuseWhileRunning(library, { id, name });
  const { resultsFolder } = await library.deleteStudy(id);
  await rm(resultsFolder, { recursive: true, force: true });
  return { id, name };
}

/**
 * Throws a study away so that it can be taken back, unless somebody is at work on it; its result folders stay.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`, `study-running`.
 */
export async function discardStudy(library: LibraryClient, study: string): Promise<DiscardedStudy> {
  const { id, name } = await library.study(study);
  await refuseWhileRunning(library, { id, name });
  return library.discardStudy(id);
}

/** Deletes for good, with their result folders, the studies that were thrown away before an ISO 8601 time. */
export async function purgeStudies(library: LibraryClient, before: string): Promise<void> {
  for (const { resultsFolder } of await library.purgeStudies(before)) {
    await rm(resultsFolder, { recursive: true, force: true });
  }
}

async function refuseWhileRunning(
  library: LibraryClient,
  { id, name }: { id: string; name: string },
): Promise<void> {
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
}

const processText = ({ pid, host }: ProcessIdentity): string => `process ${pid} on ${host}`;

function running(name: string, what: string, { pid, host }: ProcessIdentity): NoisefloorError {
  return new NoisefloorError('study-running', `${name} ${what}. Stop that first; nothing was deleted.`, {
    details: { pid, host },
  });
}
