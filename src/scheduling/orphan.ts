import { hostname } from 'node:os';
import type { ProcessIdentity } from '../results/processIdentity.ts';

/**
 * Ends the process of a replicate that an earlier host left running.
 * @param signal `SIGTERM` lets it stop after the step at hand, `SIGKILL` ends it at once.
 * @returns false where it cannot be reached: it is on another machine, or somebody else's.
 */
export function endOrphan(owner: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  if (owner.host !== hostname()) {
    return false;
  }
  try {
    process.kill(owner.pid, signal);
    return true;
  } catch (error) {
    // It has ended by itself meanwhile; what holds its folder is looked at again.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
