import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { systemErrorCode } from './durableFile.ts';

const processIdentitySchema = z.strictObject({
  pid: z.int().min(1),
  host: z.string(),
  /** When the process started, in ticks since the machine did; null where it cannot be told. */
  processStart: z.string().nullable(),
  /** Which run of the machine that was. */
  boot: z.string().nullable(),
});
/** Tells one process from every other, also after its id is used again. */
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** The identity of this process. */
export function processIdentity(): ProcessIdentity {
  const { pid } = process;
  return { pid, host: hostname(), processStart: processStatus(pid)?.start ?? null, boot: bootIdentity() };
}

/** @returns null for text that is not the JSON of a process identity. */
export function parseProcessIdentity(text: string): ProcessIdentity | null {
  try {
    return processIdentitySchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Whether a process may be alive. One on another machine cannot be looked at, so it is taken to be. */
export function mayBeAlive(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) {
    return true;
  }
  const boot = bootIdentity();
  if (identity.boot !== null && boot !== null && identity.boot !== boot) {
    return false;
  }
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if (systemErrorCode(error) === 'ESRCH') {
      return false;
    }
  }
  const status = processStatus(identity.pid);
  if (status === null) {
    return true;
  }
  // A process id is used again once its process is gone; the time it started tells them apart.
  return !status.ended && (identity.processStart === null || status.start === identity.processStart);
}

/**
 * State and start time, fields 3 and 22 of /proc/<pid>/stat (proc_pid_stat(5)); the name before them may itself contain
 * spaces and brackets. A process that has ended but was not waited for still has an entry.
 */
function processStatus(pid: number): { ended: boolean; start: string | null } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { ended: fields[0] === 'Z' || fields[0] === 'X', start: fields[19] ?? null };
  } catch {
    return null;
  }
}

function bootIdentity(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
