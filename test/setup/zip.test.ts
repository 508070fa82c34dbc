import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extractZipEntry, readZipEntries } from '../../main/setup/zip.js';

/** Python's zipfile is the other side; ZIP64 records are forced by lowering its limits. */
const script = `
import sys, zipfile
def make(name, method):
    with zipfile.ZipFile(f"{sys.argv[1]}/{name}", "w", method) as archive:
        archive.writestr("empty", b"")
        archive.writestr("folder/", b"")
        archive.writestr("folder/numbers", bytes(range(256)) * 2000)
make("stored.zip", zipfile.ZIP_STORED)
make("deflated.zip", zipfile.ZIP_DEFLATED)
zipfile.ZIP64_LIMIT = 100
zipfile.ZIP_FILECOUNT_LIMIT = 1
make("long.zip", zipfile.ZIP_DEFLATED)
`;
const numbers = Buffer.from(Array.from({ length: 256 * 2000 }, (_value, index) => index % 256));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'noisefloor-zip-'));
  execFileSync('python3', ['-c', script, folder]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function extract(archive: string, name: string): Promise<{ content: Buffer; counted: number }> {
  const entry = (await readZipEntries(archive)).find((candidate) => candidate.name === name);
  if (entry === undefined) throw new Error(`no ${name}`);
  const target = join(folder, 'extracted');
  let counted = 0;
  await extractZipEntry(archive, entry, target, (bytes) => (counted += bytes));
  return { content: readFileSync(target), counted };
}

describe('ZIP archives made by Python', () => {
  it.each(['stored.zip', 'deflated.zip', 'long.zip'])('%s is read as it was written', async (name) => {
    const path = join(folder, name);
    expect((await readZipEntries(path)).map((entry) => entry.name)).toEqual(['empty', 'folder/numbers']);
    const { content, counted } = await extract(path, 'folder/numbers');
    expect(content.equals(numbers)).toBe(true);
    expect(counted).toBe(numbers.length);
    expect((await extract(path, 'empty')).content).toHaveLength(0);
  });

  it('long.zip really needs ZIP64', () => {
    expect(readFileSync(join(folder, 'long.zip')).includes(Buffer.from('PK\x06\x06'))).toBe(true);
  });

  it.each([1, 30, 200])('is refused when the last %i bytes are missing', async (missing) => {
    const path = join(folder, 'cut.zip');
    const whole = readFileSync(join(folder, 'deflated.zip'));
    writeFileSync(path, whole);
    truncateSync(path, whole.length - missing);
    await expect(readZipEntries(path)).rejects.toThrow('not a whole ZIP archive');
  });

  it('is refused when one byte of the content differs', async () => {
    const path = join(folder, 'altered.zip');
    const bytes = readFileSync(join(folder, 'stored.zip'));
    const inside = bytes.indexOf(Buffer.from([10, 11, 12, 13]));
    bytes[inside] = 77;
    writeFileSync(path, bytes);
    await expect(extract(path, 'folder/numbers')).rejects.toThrow('not a whole ZIP archive');
  });

  it('is refused when it is something else', async () => {
    const path = join(folder, 'page.html');
    writeFileSync(path, '<html>Not found</html>');
    await expect(readZipEntries(path)).rejects.toThrow('not a whole ZIP archive');
  });
});
