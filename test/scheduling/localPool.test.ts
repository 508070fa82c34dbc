import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalPool, type PoolListener, type ReplicateJob } from '../../src/scheduling/localPool.ts';
import type { ReplicateMessage } from '../../src/scheduling/messages.ts';
import type { ReplicateExit } from '../../src/scheduling/replicateProcess.ts';

const standIn = {
  command: process.execPath,
  args: [path.join(import.meta.dirname, '../fixtures/scheduling/standIn.ts')],
};
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'noisefloor-pool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Jobs that do what they are told: end with an exit code, `crash`, or `wait` to be stopped. */
function work(...whats: string[]) {
  const jobs: ReplicateJob[] = [];
  let made = 0;
  const add = (what: string): void => {
    const id = `${made}-${what}`;
    mkdirSync(path.join(folder, id));
    const environment = { TF_NUM_INTRAOP_THREADS: String(made) };
    jobs.push({ id, folder: path.join(folder, id), device: 'cpu', environment });
    made += 1;
  };
  whats.forEach(add);
  const exits: Record<string, ReplicateExit> = {};
  const messages: ReplicateMessage[] = [];
  let running = 0;
  let most = 0;
  const listener: PoolListener = {
    next: () => Promise.resolve(jobs.shift() ?? null),
    started: () => {
      running += 1;
      most = Math.max(most, running);
    },
    message: (_, message) => messages.push(message),
    ended: (job, exit) => {
      running -= 1;
      exits[job.id] = exit;
      return Promise.resolve();
    },
  };
  return { listener, add, exits, messages, most: () => most };
}

describe('the pool of this machine', () => {
  it('runs every job once, never more at once than it may, and tells how each ended', async () => {
    const given = work('0', '1', '3', '4', '17', 'crash');
    await new LocalPool(standIn, 2).run(given.listener);
    expect(Object.fromEntries(Object.entries(given.exits).map(([id, { outcome }]) => [id, outcome]))).toEqual(
      {
        '0-0': 'finished',
        '1-1': 'failed',
        '2-3': 'diverged',
        '3-4': 'stopped',
        '4-17': 'crashed',
        '5-crash': 'crashed',
      },
    );
    expect(given.exits['5-crash']).toMatchObject({ signal: 'SIGKILL', exitCode: null });
    expect(given.most()).toBe(2);
    expect(readFileSync(path.join(folder, '2-3', 'done'), 'utf8')).toBe('done');
  });

  it('hands on what is a message, and keeps what is printed and the environment of each job', async () => {
    const given = work('0', '0');
    await new LocalPool(standIn, 1).run(given.listener);
    expect(given.messages).toEqual(
      Array.from({ length: 2 }, () => ({ type: 'epoch', epoch: 0, testAccuracy: 0.5, testLoss: null })),
    );
    expect(readFileSync(path.join(folder, '1-0', 'output.log'), 'utf8')).toBe('threads 1\n');
  });

  it('binds each lane to a device, one job at a time on each', async () => {
    const given = work('0', '0', '0', '0', '0');
    const running = new Map<string, string | null>();
    const placed: Record<string, string | null> = {};
    const pool = new LocalPool(standIn, 2, ['gpu:0', 'gpu:3']);
    await pool.run({
      ...given.listener,
      next: async (device) => {
        expect([...running.values()]).not.toContain(device);
        const job = await given.listener.next(device);
        if (job === null) return null;
        running.set(job.id, device);
        placed[job.id] = device;
        return job;
      },
      ended: async (job, exit) => {
        running.delete(job.id);
        await given.listener.ended(job, exit);
      },
    });
    expect(Object.values(given.exits)).toHaveLength(5);
    expect([placed['0-0'], placed['1-0']]).toEqual(['gpu:0', 'gpu:3']);
    expect(new Set(Object.values(placed))).toEqual(new Set(['gpu:0', 'gpu:3']));
  });

  it.each(['stop', 'kill'] as const)('on %s ends what runs and starts nothing more', async (how) => {
    const given = work('wait', 'wait', '0');
    const pool = new LocalPool(standIn, 2);
    const heard = new Promise<void>((resolve) => {
      let count = 0;
      given.listener.message = () => {
        count += 1;
        if (count === 2) resolve();
      };
    });
    const run = pool.run(given.listener);
    await heard;
    pool[how]();
    await run;
    const outcome = how === 'stop' ? 'stopped' : 'crashed';
    expect(given.exits).toMatchObject({ '0-wait': { outcome }, '1-wait': { outcome } });
    expect(existsSync(path.join(folder, '2-0', 'done'))).toBe(false);
  });

  it('stops one job alone, and looks again for jobs with the lanes that had found none', async () => {
    const given = work('wait', 'wait');
    const pool = new LocalPool(standIn, 3);
    const heard = new Promise<void>((resolve) => {
      let count = 0;
      given.listener.message = () => {
        count += 1;
        if (count === 2) resolve();
      };
    });
    const run = pool.run(given.listener);
    await heard;
    const ended = new Promise<void>((resolve) => {
      const before = given.listener.ended.bind(given.listener);
      given.listener.ended = async (job, exit) => {
        await before(job, exit);
        if (job.id === '0-wait') resolve();
      };
    });
    pool.stopJob('0-wait');
    pool.stopJob('nobody');
    await ended;
    expect(Object.keys(given.exits)).toEqual(['0-wait']);
    given.add('0');
    await vi.waitFor(() => {
      // Lanes that found nothing have ended by now; the one that is busy does not keep the new job waiting.
      pool.lookAgain();
      expect(Object.keys(given.exits)).toEqual(['0-wait', '2-0']);
    }, 10_000);
    pool.stopJob('1-wait');
    await run;
    expect(given.exits['1-wait']).toMatchObject({ outcome: 'stopped' });
  });

  it('stops the others when what listens fails, and fails itself', async () => {
    const given = work('0', 'wait');
    given.listener.ended = (job) =>
      job.id === '0-0' ? Promise.reject(new Error('the disk is full')) : Promise.resolve();
    await expect(new LocalPool(standIn, 2).run(given.listener)).rejects.toThrow('the disk is full');
  });

  it('calls a program that cannot be started a crash', async () => {
    const given = work('0');
    await new LocalPool({ command: path.join(folder, 'nowhere'), args: [] }, 1).run(given.listener);
    expect(given.exits['0-0']).toEqual({ outcome: 'crashed', exitCode: null, signal: null });
  });

  it('looks again with a lane that is told that there is nothing left just as there is something', async () => {
    const given = work();
    let asked = 0;
    const pool = new LocalPool(standIn, 1);
    await pool.run({
      ...given.listener,
      next: async (device) => {
        asked += 1;
        const job = await given.listener.next(device);
        if (asked === 1) {
          given.add('0');
          pool.lookAgain();
        }
        return job;
      },
    });
    expect(given.exits).toMatchObject({ '0-0': { outcome: 'finished' } });
    expect(asked).toBe(3);
    expect(pool.isOver).toBe(true);
    given.add('0');
    pool.lookAgain();
    expect(asked).toBe(3);
  });
});
