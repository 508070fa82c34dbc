import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../../src/data/dataset.ts';
import { publicDatasets, type PublicDataset } from '../../../src/data/publicDatasets.ts';
import {
  fetchDataset,
  publicDatasetNamed,
  type FetchEvent,
} from '../../../src/host/datasets/fetchDataset.ts';
import { KnownDatasets } from '../../../src/host/datasets/knownDatasets.ts';
import { rejectionOf } from '../../data/failure.ts';
import { serveFile } from '../../data/fileServer.ts';
import { publishedFiles } from '../../data/publishedForms.ts';
import { folderWith } from '../../data/temporaryFolder.ts';

/** A gzipped tar archive of files, with a link and a path that leads out of it. */
async function archiveOf(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const folder = join(folderWith({}), 'inner');
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  await writeFile(join(dirname(folder), 'outside'), 'out');
  await symlink('/etc/passwd', join(folder, 'cifar-10-batches-bin', 'link.bin'));
  const file = `${folder}.tar.gz`;
  const names = ['cifar-10-batches-bin', '../outside'];
  await create({ file, gzip: true, cwd: folder, preservePaths: true }, names);
  return readFile(file);
}

const batches = Object.fromEntries(
  Object.entries(publishedFiles('cifar-10-batches-bin')).map(([name, content]) => [
    `cifar-10-batches-bin/${name}`,
    content,
  ]),
);

async function publicCifar(archive: Uint8Array): Promise<{
  wanted: PublicDataset;
  ranges: (string | undefined)[];
}> {
  const { published, ranges } = await serveFile(archive);
  return { wanted: { ...publicDatasetNamed('CIFAR-10'), files: [published] }, ranges };
}

describe('fetchDataset', () => {
  it('fetches, unpacks the files that belong to it and nothing else, and fetches once', async () => {
    const { wanted, ranges } = await publicCifar(
      await archiveOf({ ...batches, 'cifar-10-batches-bin/readme.html': Buffer.from('<p>') }),
    );
    const into = folderWith({});
    const events: FetchEvent[] = [];
    const reference = await fetchDataset(wanted, into, { onEvent: (event) => events.push(event) });
    expect(reference).toEqual({ kind: 'cifar-10', path: join(into, 'cifar-10') });
    expect((await loadDataset(reference)).identity.examples).toEqual({ train: 10, test: 3 });
    expect(readdirSync(join(into, 'cifar-10', 'cifar-10-batches-bin')).sort()).toEqual(
      [...(wanted.archive?.files ?? [])].sort(),
    );
    expect(existsSync(join(into, 'outside'))).toBe(false);
    expect(readdirSync(join(into, 'cifar-10'))).toEqual(['cifar-10-batches-bin']);
    expect(events.map(({ type }) => type)).toContain('unpacking');
    await fetchDataset(wanted, into);
    expect(ranges).toHaveLength(1);
  });

  it('keeps nothing of an archive that lacks a file, or is none', async () => {
    const { 'cifar-10-batches-bin/test_batch.bin': _, ...rest } = batches;
    for (const archive of [await archiveOf(rest), Buffer.from('not an archive at all')]) {
      const { wanted } = await publicCifar(archive);
      const into = folderWith({});
      const error = await rejectionOf(fetchDataset(wanted, into));
      expect(error.code).toBe('download-unpacking');
      expect(existsSync(join(into, 'cifar-10', 'cifar-10-batches-bin'))).toBe(false);
      expect(existsSync(join(into, 'cifar-10', 'unpacking'))).toBe(false);
    }
  });

  it('knows what can be fetched by name, with sizes and sums', () => {
    expect(() => publicDatasetNamed('cifar10')).toThrow('Did you mean "cifar-10"');
    for (const { files } of publicDatasets) {
      for (const { url, sha256, bytes } of files) {
        expect(url).toMatch(/^https:/);
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(bytes).toBeGreaterThan(1000);
      }
    }
  });
});

describe('KnownDatasets', () => {
  const dataset = (files: Record<string, Uint8Array>) =>
    ({ kind: 'cifar-10', path: folderWith(files) }) as const;
  const files = publishedFiles('cifar-10-batches-bin');

  it('lists what was added, once for each place, under names of their own', async () => {
    const known = new KnownDatasets(join(folderWith({}), 'new'));
    expect(await known.list()).toEqual([]);
    const [one, other] = [dataset(files), dataset(publishedFiles('cifar-10-batches-py'))];
    expect((await known.add(one, null)).name).toBe('cifar-10');
    expect((await known.add(other, null)).name).toBe('cifar-10-2');
    await known.add(one, 'mine');
    expect((await known.list()).map(({ name }) => name)).toEqual(['cifar-10-2', 'mine']);
    expect((await rejectionOf(known.add(other, 'Mine'))).code).toBe('invalid-dataset-name');
  });

  it('notices data that changed, and keeps saying so', async () => {
    const folder = folderWith({});
    const known = new KnownDatasets(folder);
    const reference = dataset(files);
    await known.add(reference, 'cifar');
    expect(await known.check('CIFAR')).toMatchObject({ isSame: true, known: { name: 'cifar' } });
    const changed = Uint8Array.from(files['test_batch.bin'] ?? []);
    changed[100] = 1 ^ (changed[100] ?? 0);
    await writeFile(join(reference.path, 'test_batch.bin'), changed);
    for (const _ of [1, 2]) expect((await known.check('cifar')).isSame).toBe(false);
    await writeFile(join(reference.path, 'test_batch.bin'), changed.subarray(1));
    expect((await rejectionOf(known.check('cifar'))).message).toContain('test_batch.bin is no file of CIFAR');
    expect((await rejectionOf(known.check('cifa'))).message).toContain('Did you mean "cifar"');
  });

  it('says that its list is damaged, and touches it no more', async () => {
    const folder = folderWith({ 'datasets.json': '{"noisefloor": 1, "datasets": [{}]}' });
    const known = new KnownDatasets(folder);
    expect((await rejectionOf(known.list())).code).toBe('known-datasets-damaged');
    expect((await rejectionOf(known.add(dataset(files), null))).code).toBe('known-datasets-damaged');
    // A folder in its place cannot be read either, and is not written over.
    const unreadable = new KnownDatasets(folderWith({ 'datasets.json/inside': '' }));
    expect((await rejectionOf(unreadable.add(dataset(files), null))).code).toBe('known-datasets-damaged');
  });
});
