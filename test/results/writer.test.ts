import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAvailableRecords, readRecords } from '../../src/results/reader.ts';
import { ResultWriter } from '../../src/results/writer.ts';
import {
  buildEpoch,
  buildStarted,
  buildTensors,
  buildWorkOrder,
  writeReplicate,
} from '../fixtures/results/resultFolder.ts';

let folder: string;
let parent: string;

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'noisefloor-results-'));
  folder = path.join(parent, 'replicate');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('ResultWriter', () => {
  it('writes what the reader returns, numbers that JSON has no word for included', () => {
    const writer = ResultWriter.create(folder, buildWorkOrder());
    const epoch = buildEpoch(0, {
      loss: NaN,
      testLoss: Infinity,
      predictions: Uint16Array.of(1, 300, 2, 3, 4),
    });
    writer.started(buildStarted());
    writer.saveState(0, buildTensors(0));
    writer.epoch(epoch);
    writer.ended({ status: 'diverged', at: '2025-01-02T03:14:05Z', epoch: 1, step: 4, reason: 'NaN loss' });
    writer.close();
    const { records } = readRecords(folder);
    expect(records).toMatchObject([
      { type: 'started', ...buildStarted() },
      { type: 'epoch', ...epoch, checkpoint: null, state: { file: 'state-0.safetensors' } },
      { type: 'ended', status: 'diverged', epoch: 1, step: 4, reason: 'NaN loss' },
    ]);
  });

  it('goes on after the last finished epoch with its state, and ignores the state of an unfinished one', () => {
    const writer = ResultWriter.create(folder, buildWorkOrder());
    writer.started(buildStarted());
    writer.saveState(0, buildTensors(0));
    writer.epoch(buildEpoch(0));
    writer.saveState(1, buildTensors(1));
    writer.close();
    const reopened = ResultWriter.reopen(folder);
    expect(reopened.lastEpoch).toBe(0);
    expect(reopened.state).toEqual(buildTensors(0));
    expect(reopened.attempts).toBe(1);
    expect(readdirSync(folder).filter((name) => name.startsWith('state-'))).toEqual(['state-0.safetensors']);
    reopened.writer.close();
  });

  it('keeps no state of a finished replicate', () => {
    writeReplicate(folder, buildWorkOrder());
    expect(readdirSync(folder).sort()).toEqual(['checkpoints', 'order.json', 'records.log']);
    const { writer, state, lastEpoch, ended } = ResultWriter.reopen(folder);
    expect({ state, lastEpoch, status: ended?.status }).toEqual({
      state: null,
      lastEpoch: 3,
      status: 'finished',
    });
    writer.close();
  });

  it('refuses a second replicate in the folder, epochs out of turn and epochs without state', () => {
    const writer = ResultWriter.create(folder, buildWorkOrder());
    expect(() => ResultWriter.create(folder, buildWorkOrder())).toThrow(/already holds a replicate/);
    expect(() => writer.epoch(buildEpoch(0))).toThrow(/before its state is saved/);
    expect(() => writer.saveState(1, buildTensors(1))).toThrow(/the next epoch to record is 0/);
    writer.close();
  });

  it('refuses a record that is not what its type says', () => {
    const writer = ResultWriter.create(folder, buildWorkOrder());
    writer.saveState(0, buildTensors(0));
    const invalid = expect.objectContaining({ code: 'invalid-record' }) as Error;
    expect(() => writer.epoch(buildEpoch(0, { steps: -1 }))).toThrow(invalid);
    expect(() => writer.epoch(buildEpoch(0, { fingerprints: new Uint32Array(4) }))).toThrow(invalid);
    expect(() => writer.epoch(buildEpoch(0, { batchHashes: new Uint32Array(2) }))).toThrow(invalid);
    expect(() =>
      writer.epoch(buildEpoch(0, { predictions: Int32Array.of(1) as unknown as Uint8Array })),
    ).toThrow(invalid);
    expect(() =>
      writer.started(
        buildStarted({ dataset: { hash: 'x', labels: Int32Array.of(1) as unknown as number[] } }),
      ),
    ).toThrow(invalid);
    expect(readRecords(folder).records).toEqual([]);
    writer.close();
  });

  it('refuses to resume from a state that is missing or altered', () => {
    const writer = ResultWriter.create(folder, buildWorkOrder());
    writer.saveState(0, buildTensors(0));
    writer.epoch(buildEpoch(0));
    writer.close();
    const state = path.join(folder, 'state-0.safetensors');
    const damaged = expect.objectContaining({
      code: 'result-folder-damaged',
      message: expect.stringContaining('state-0.safetensors') as string,
    }) as Error;
    truncateSync(state, statSync(state).size - 1);
    expect(() => ResultWriter.reopen(folder)).toThrow(damaged);
    rmSync(state);
    expect(() => ResultWriter.reopen(folder)).toThrow(damaged);
    expect(readRecords(folder).records).toHaveLength(1);
  });
});

describe('a disk that is full', () => {
  it('gives one clear error, loses no epoch, and the replicate goes on once there is space', (context) => {
    const disk = path.join(parent, 'small-disk');
    mkdirSync(disk);
    const mount = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=400k', 'noisefloor-test', disk]);
    if (mount.status !== 0) {
      context.skip('a small file system cannot be mounted here (that needs root)');
    }
    try {
      const results = path.join(disk, 'replicate');
      const writer = ResultWriter.create(results, buildWorkOrder());
      const ballast = path.join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(200_000));
      let epoch = 0;
      let failure: unknown = null;
      while (failure === null && epoch < 1000) {
        try {
          writer.saveState(epoch, buildTensors(epoch));
          writer.epoch(buildEpoch(epoch, { fingerprints: new Uint32Array(3 * 1000).fill(epoch) }));
          epoch += 1;
        } catch (error) {
          failure = error;
        }
      }
      expect(failure).toMatchObject({
        code: 'disk-full',
        message: expect.stringContaining(results) as string,
      });
      expect(epoch).toBeGreaterThan(2);
      expect(readRecords(results).records).toHaveLength(epoch);
      rmSync(ballast);
      writer.saveState(epoch, buildTensors(epoch));
      writer.epoch(buildEpoch(epoch));
      writer.close();
      const reopened = ResultWriter.reopen(results);
      expect(reopened.lastEpoch).toBe(epoch);
      expect(reopened.state).toEqual(buildTensors(epoch));
      reopened.writer.close();
    } finally {
      spawnSync('/bin/umount', [disk]);
    }
  });
});

describe('the lock of a result folder', () => {
  it('keeps a second writer out, and is gone after closing', () => {
    const writer = ResultWriter.create(folder, buildWorkOrder());
    expect(() => ResultWriter.reopen(folder)).toThrow(
      expect.objectContaining({ code: 'result-folder-in-use' }) as Error,
    );
    writer.close();
    ResultWriter.reopen(folder).writer.close();
    expect(existsSync(path.join(folder, 'lock'))).toBe(false);
  });

  it('is taken over from a process that is dead, and from one that never finished writing it', () => {
    ResultWriter.create(folder, buildWorkOrder()).close();
    const { pid } = spawnSync(process.execPath, ['--version']);
    for (const lock of [
      JSON.stringify({ pid, host: hostname(), processStart: null, boot: null }),
      JSON.stringify({ pid, host: hostname(), processStart: '1', boot: 'another run of the machine' }),
      '{"pid":',
      '',
    ]) {
      writeFileSync(path.join(folder, 'lock'), lock);
      ResultWriter.reopen(folder).writer.close();
    }
  });

  it.skipIf(!existsSync('/proc/self/stat'))('is taken over from a process whose id was used again', () => {
    ResultWriter.create(folder, buildWorkOrder()).close();
    const lock = { pid: process.pid, host: hostname(), processStart: '1', boot: null };
    writeFileSync(path.join(folder, 'lock'), JSON.stringify(lock));
    ResultWriter.reopen(folder).writer.close();
  });

  it('of another machine is respected', () => {
    ResultWriter.create(folder, buildWorkOrder()).close();
    const lock = { pid: 1, host: `not-${hostname()}`, processStart: null, boot: null };
    writeFileSync(path.join(folder, 'lock'), JSON.stringify(lock));
    expect(() => ResultWriter.reopen(folder)).toThrow(/on not-/);
  });
});

describe('a writing process that is killed', () => {
  it('loses no epoch it had recorded, and the next one goes on', async () => {
    ResultWriter.create(folder, buildWorkOrder()).close();
    const script = path.join(import.meta.dirname, '../fixtures/results/writeForever.ts');
    let finished = -1;
    for (let round = 0; round < 25; round += 1) {
      const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      let errors = '';
      child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
      const ended = new Promise((resolve) => child.once('close', resolve));
      await new Promise<void>((resolve) => {
        child.stdout.on('data', (text: Buffer) => {
          output += text.toString();
          resolve();
        });
        child.once('close', () => resolve());
      });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      child.kill('SIGKILL');
      await ended;
      expect(errors).toBe('');
      const printed = output.trim().split('\n').map(Number);
      finished = printed.at(-1)!;
      const { records, damage } = readAvailableRecords(folder);
      expect(damage).toBeNull();
      const epochs = records.flatMap((record) => (record.type === 'epoch' ? [record] : []));
      expect(epochs.map(({ epoch }) => epoch)).toEqual(epochs.map((_, index) => index));
      expect(epochs.length - 1).toBeGreaterThanOrEqual(finished);
      for (const { epoch, fingerprints } of epochs.slice(-5)) {
        expect(fingerprints.every((value) => value === epoch)).toBe(true);
      }
    }
    expect(finished).toBeGreaterThanOrEqual(24);
  });
});
