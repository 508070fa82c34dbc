import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leftovers, makeStandIn, onLinux, removeStandIn, repin, run, type StandIn } from './standIn.ts';

/** Mounting needs root and, in containers, permission: tried once. */
function maySmallDisk(): boolean {
  const standIn = makeStandIn();
  try {
    mkdirSync(standIn.cache);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', standIn.cache], { stdio: 'pipe' });
    execFileSync('umount', [standIn.cache]);
    return true;
  } catch {
    return false;
  } finally {
    removeStandIn(standIn);
  }
}

const skip = !onLinux || !maySmallDisk();
const title = skip ? 'a full disk (skipped: no small disk may be mounted here)' : 'a full disk';

describe.skipIf(skip)(title, () => {
  let standIn: StandIn;
  beforeEach(() => {
    // 12 MB of the wheel are noise that cannot be packed, 30 MB more appear on unpacking.
    standIn = makeStandIn({ noise: 12_000_000, padding: 30_000_000 });
    mkdirSync(standIn.cache);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', standIn.cache]);
  });
  afterEach(() => {
    execFileSync('umount', [standIn.cache]);
    removeStandIn(standIn);
  });

  const resize = (size: string): void => {
    execFileSync('mount', ['-o', `remount,${size}`, standIn.cache]);
  };

  async function expectRecovery(): Promise<void> {
    expect(leftovers(standIn).filter((name) => !name.endsWith('.whl'))).toEqual([]);
    resize('size=200m');
    expect(await run(standIn, ['run'])).toMatchObject({ code: 0, stdout: 'trained\n' });
    expect(leftovers(standIn)).toEqual([]);
  }

  it('is seen before anything is fetched', async () => {
    const outcome = await run(standIn, ['run']);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/too little disk space: 6\d\.\d MB are needed, 8\.\d MB are free/);
    expect(outcome.stderr).toContain(standIn.cache);
    expect(outcome.stderr).not.toContain('fetching');
    await expectRecovery();
  });

  it('while pip fetches ends set-up with one message', async () => {
    repin(standIn, { bytes: 1000, unpackedBytes: 1000 });
    const outcome = await run(standIn, ['run']);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr.match(/the disk is full/g)).toHaveLength(1);
    expect(outcome.stderr).toContain('NOISEFLOOR_CACHE');
    await expectRecovery();
  });

  it('while unpacking ends set-up with one message', async () => {
    repin(standIn, { bytes: 1000, unpackedBytes: 1000 });
    resize('size=30m');
    const outcome = await run(standIn, ['run']);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('unpacking: not finished');
    expect(outcome.stderr.match(/the disk is full/g)).toHaveLength(1);
    await expectRecovery();
  });

  it('that may only be read is told from a full one', async () => {
    resize('ro');
    const outcome = await run(standIn, ['run']);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('the cache folder cannot be written');
    expect(outcome.stderr).toContain(standIn.cache);
    resize('rw');
    await expectRecovery();
  });
});
