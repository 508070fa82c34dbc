import type { LibraryClient } from '../library/client.ts';
import { mayBeAlive, parseProcessIdentity } from '../results/processIdentity.ts';

/** Gives back what hosts of this machine had that are no more, so that nobody waits for their claims to expire. */
export async function releaseDeadHosts(library: LibraryClient, study: string): Promise<void> {
  for (const claim of await library.replicateClaims(study)) {
    const host = parseProcessIdentity(claim.host);
    if (host !== null && !mayBeAlive(host)) {
      await library.releaseReplicate(claim.id, claim.host);
    }
  }
}
