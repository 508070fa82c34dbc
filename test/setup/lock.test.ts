import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../main/setup/lock.js';
import { onLinux } from './standIn.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'noisefloor-lock-'));
  path = join(folder, 'some.lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const hold = (holder: object): void => {
  writeFileSync(path, JSON.stringify(holder));
};

async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((done) => child.on('exit', done));
  return child.pid ?? 0;
}

describe('a lock', () => {
  it('is there while the work runs, and gone afterwards, also when the work fails', async () => {
    await expect(
      withLock(path, () => {
        expect(existsSync(path)).toBe(true);
        return Promise.reject(new Error('failed'));
      }),
    ).rejects.toThrow('failed');
    expect(existsSync(path)).toBe(false);
  });

  it('lets only one work at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside++;
      most = Math.max(most, inside);
      await new Promise((done) => setTimeout(done, 50));
      inside--;
    };
    await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
    expect(most).toBe(1);
  });

  it('of a process that is gone is taken over', async () => {
    hold({ pid: await deadProcess(), started: '12', host: hostname() });
    expect(await withLock(path, () => Promise.resolve('taken'))).toBe('taken');
  });

  it.skipIf(!onLinux)('of a process whose number was given to another is taken over', async () => {
    hold({ pid: process.ppid, started: 'long ago', host: hostname() });
    expect(await withLock(path, () => Promise.resolve('taken'))).toBe('taken');
  });

  it('of another machine is taken over once it has been silent for long', async () => {
    hold({ pid: 1, started: '1', host: 'elsewhere' });
    const longAgo = new Date(Date.now() - 600_000);
    utimesSync(path, longAgo, longAgo);
    expect(await withLock(path, () => Promise.resolve('taken'))).toBe('taken');
  });

  it('of another machine that was heard of lately is waited for', async () => {
    hold({ pid: 1, started: '1', host: 'elsewhere' });
    let given = false;
    const waiting = withLock(path, () => {
      given = true;
      return Promise.resolve();
    });
    await new Promise((done) => setTimeout(done, 700));
    expect(given).toBe(false);
    rmSync(path);
    await waiting;
    expect(given).toBe(true);
  });
});
