import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NoisefloorError } from '../../src/study/errors.ts';
import { readOrder } from '../../src/results/folder.ts';
import { readAvailableRecords, readRecords, readReferencedFile } from '../../src/results/reader.ts';
import type { ResultRecord } from '../../src/results/record.ts';
import { ResultWriter } from '../../src/results/writer.ts';
import { buildWorkOrder, writeReplicate } from '../fixtures/results/resultFolder.ts';

let parent: string;
let folder: string;
let log: string;
let whole: Buffer;
let records: ResultRecord[];
/** Where each record ends. */
const ends: number[] = [0];

beforeAll(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'noisefloor-reader-'));
  folder = path.join(parent, 'replicate');
  log = path.join(folder, 'records.log');
  writeReplicate(folder, buildWorkOrder({ epochs: 2 }));
  whole = readFileSync(log);
  records = readRecords(folder).records;
  while (ends.at(-1) !== whole.length) {
    ends.push(readAvailableRecords(folder, ends.at(-1), 1).nextOffset);
  }
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

function damageOf(content: Buffer): ReturnType<typeof readAvailableRecords> {
  writeFileSync(log, content);
  return readAvailableRecords(folder);
}

describe('reading records', () => {
  it('goes on where an earlier reading stopped', () => {
    writeFileSync(log, whole);
    expect(records.map(({ type }) => type)).toEqual(['started', 'epoch', 'epoch', 'ended']);
    expect(readRecords(folder, ends[2]).records).toEqual(records.slice(2));
    expect(readRecords(folder, whole.length)).toEqual({ records: [], nextOffset: whole.length });
  });

  it('of a log cut anywhere returns the whole records before, and a writer heals it', () => {
    for (let length = 0; length <= whole.length; length += 1) {
      const finished = ends.filter((end) => end <= length).length - 1;
      const { records: read, nextOffset, damage } = damageOf(whole.subarray(0, length));
      expect({ count: read.length, nextOffset, damage }).toEqual({
        count: finished,
        nextOffset: ends[finished],
        damage: null,
      });
    }
    for (const length of [1, 20, ends[1]! - 1, ends[1]! + 5]) {
      writeFileSync(log, whole.subarray(0, length));
      ResultWriter.reopen(folder).writer.close();
      expect(readFileSync(log).length).toBe(length > ends[1]! ? ends[1] : 0);
    }
  });

  it('takes zeros after the last record for an unfinished write, as after a power failure', () => {
    for (const zeros of [1, 24, 5000]) {
      const { records: read, damage } = damageOf(Buffer.concat([whole, Buffer.alloc(zeros)]));
      expect({ count: read.length, damage }).toEqual({ count: 4, damage: null });
    }
  });

  it('with any one byte altered returns nothing that was not written, and names file and offset', () => {
    for (let at = 0; at < whole.length; at += 1) {
      const altered = Buffer.from(whole);
      altered[at] = altered[at]! ^ (1 + ((at * 151) % 255));
      const { records: read, damage } = damageOf(altered);
      const intact = ends.filter((end) => end <= at).length - 1;
      expect(read).toEqual(records.slice(0, intact));
      expect(damage?.code).toBe('result-folder-damaged');
      expect(damage?.details).toEqual({ file: log, offset: ends[intact] });
      expect(damage?.message).toContain(`${log} is damaged at byte ${ends[intact]}`);
    }
    expect(() => readRecords(folder)).toThrow(NoisefloorError);
  });

  it('notices records that are repeated, left out or moved', () => {
    const part = (index: number): Buffer => whole.subarray(ends[index], ends[index + 1]);
    for (const order of [
      [0, 1, 1, 2, 3],
      [0, 2, 3],
      [1, 0, 2, 3],
    ]) {
      const { damage } = damageOf(Buffer.concat(order.map(part)));
      expect(damage?.message).toContain('belongs elsewhere');
    }
  });

  it('notices a log that became shorter than what was read of it', () => {
    expect(damageOf(whole.subarray(0, ends[1])).damage).toBeNull();
    expect(() => readRecords(folder, whole.length)).toThrow(/were read before, but now it has/);
  });

  it('refuses a log of a newer format', () => {
    // The header of an empty record of format 2; checksums made with Python: zlib.crc32.
    const newer = Buffer.from('4e46520200000000000000000000000000000000', 'hex');
    const { damage } = damageOf(Buffer.concat([newer, Buffer.from('fb40c7b6', 'hex')]));
    expect(damage?.code).toBe('result-folder-from-the-future');
  });

  it.skipIf(process.platform === 'win32')('follows no link out of the folder', () => {
    const linked = path.join(parent, 'linked');
    mkdirSync(linked);
    symlinkSync('/etc/passwd', path.join(linked, 'order.json'));
    symlinkSync('/etc/passwd', path.join(linked, 'records.log'));
    expect(() => readOrder(linked)).toThrow();
    expect(() => readRecords(linked)).toThrow(
      expect.objectContaining({ code: 'result-folder-damaged' }) as Error,
    );
  });
});

describe('a checkpoint', () => {
  it('is read only when it is what was recorded', () => {
    writeFileSync(log, whole);
    const last = records[2];
    const reference = last?.type === 'epoch' ? last.checkpoint : null;
    expect(reference?.file).toBe('checkpoints/epoch-1.safetensors');
    const file = path.join(folder, reference!.file);
    const bytes = readFileSync(file);
    expect(readReferencedFile(folder, reference!)).toEqual(bytes);
    const altered = Buffer.from(bytes);
    altered[100] = altered[100]! ^ 1;
    const damaged = expect.objectContaining({ code: 'result-folder-damaged' }) as Error;
    for (const content of [altered, bytes.subarray(1), Buffer.concat([bytes, bytes])]) {
      writeFileSync(file, content);
      expect(() => readReferencedFile(folder, reference!)).toThrow(damaged);
    }
    rmSync(file);
    expect(() => readReferencedFile(folder, reference!)).toThrow(damaged);
  });
});

describe('an order', () => {
  it('that is not valid is refused with its file', () => {
    const file = path.join(folder, 'order.json');
    const text = readFileSync(file, 'utf8');
    const damaged = expect.objectContaining({
      code: 'result-folder-damaged',
      message: expect.stringContaining(file) as string,
    }) as Error;
    for (const content of ['', text.slice(0, 100), text.replace('"index": 0', '"index": -1'), '[]']) {
      writeFileSync(file, content);
      expect(() => readOrder(folder)).toThrow(damaged);
    }
    expect(() => readOrder(parent)).toThrow(
      expect.objectContaining({ code: 'result-folder-missing' }) as Error,
    );
  });
});
