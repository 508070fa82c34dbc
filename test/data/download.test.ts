import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadFile } from '../../src/data/download.ts';
import { rejectionOf } from './failure.ts';
import { serveFile } from './fileServer.ts';
import { folderWith } from './temporaryFolder.ts';

const content = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 131) % 251);
const target = (): string => join(folderWith({}), 'inside', 'file.bin');

describe('downloadFile', () => {
  it('fetches a file, tells how far it is, and fetches it once', async () => {
    const { published, ranges } = await serveFile(content);
    const file = target();
    const told: number[] = [];
    await downloadFile(published, file, { onProgress: (bytes) => told.push(bytes) });
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(told.at(-1)).toBe(content.length);
    expect(told).toEqual([...told].sort((one, other) => one - other));
    await downloadFile(published, file);
    expect(ranges).toHaveLength(1);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it.each([true, false])(
    'goes on after a broken connection (server knows ranges: %s)',
    async (knowsRanges) => {
      const { published, behave, ranges } = await serveFile(content);
      const file = target();
      behave({ breaksAfter: 100_000, knowsRanges });
      const error = await rejectionOf(downloadFile(published, file));
      expect(error.code).toBe('download-failed');
      expect(error.message).toContain('run it again to go on from there');
      expect(existsSync(file)).toBe(false);
      const part = readFileSync(`${file}.part`);
      expect(part.length).toBeGreaterThan(0);
      expect(part.equals(content.subarray(0, part.length))).toBe(true);
      behave({ knowsRanges });
      await downloadFile(published, file);
      expect(ranges[1]).toBe(`bytes=${part.length}-`);
      expect(readFileSync(file).equals(content)).toBe(true);
    },
  );

  it('keeps nothing that has another sum or another size', async () => {
    const { published, behave } = await serveFile(content);
    const file = target();
    const changed = Uint8Array.from(content);
    changed[299_999] = 7 ^ (changed[299_999] ?? 0);
    behave({ content: changed });
    const error = await rejectionOf(downloadFile(published, file));
    expect(error.code).toBe('download-differs');
    expect(error.message).toContain(published.sha256);
    expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
    behave({ content: Buffer.concat([content, content]) });
    expect((await rejectionOf(downloadFile(published, file))).message).toContain(
      'the server sends more than the file holds',
    );
    behave({ content: content.subarray(0, 1000) });
    expect((await rejectionOf(downloadFile(published, target()))).code).toBe('download-differs');
  });

  it('fetches anew what lies there but is another file', async () => {
    const { published } = await serveFile(content);
    const file = join(folderWith({ 'file.bin': 'something else' }), 'file.bin');
    writeFileSync(`${file}.part`, new Uint8Array(content.length + 5));
    await downloadFile(published, file);
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  it('says what the server answered, and that none is there', async () => {
    const { published, behave } = await serveFile(content);
    behave({ status: 404 });
    expect((await rejectionOf(downloadFile(published, target()))).message).toContain(
      'the server answered 404',
    );
    const nowhere = { ...published, url: 'http://127.0.0.1:1/file.bin' };
    expect((await rejectionOf(downloadFile(nowhere, target()))).code).toBe('download-failed');
  });

  it('says how much room is missing before it fetches anything', async () => {
    const { published, ranges } = await serveFile(content);
    const error = await rejectionOf(downloadFile({ ...published, bytes: 2 ** 60 }, target()));
    expect(error.code).toBe('disk-full');
    expect(ranges).toEqual([]);
  });

  it('stops when it is cancelled, and goes on later', async () => {
    const { published, behave } = await serveFile(content);
    const file = target();
    const stop = new AbortController();
    behave({ breaksAfter: 100_000 });
    const cancelled = downloadFile(published, file, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(cancelled).rejects.toThrow('enough');
    behave({});
    await downloadFile(published, file);
    expect(readFileSync(file).equals(content)).toBe(true);
  });
});
