import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/noise/stream.ts';
import { fuzz, readers } from '../fuzz/fuzzedReaders.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'noisefloor-fuzzed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A million of them: `node test/fuzz/fuzzReaders.ts`. */
describe('a few hundred mutated files', () => {
  it.each(readers)('of $name are read or refused in words', async (reader) => {
    const count = reader.weight < 1 ? 20 : 300;
    const { failures, read } = await fuzz(reader, folder, RandomStream.named(7, reader.name), count);
    expect(failures.map(({ why }) => why)).toEqual([]);
    expect(read).toBeLessThan(count);
  });
});
