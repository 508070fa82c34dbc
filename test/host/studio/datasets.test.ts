import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../../src/contract/procedure.ts';
import type { StudioContract } from '../../../src/contract/studio.ts';
import { loadDataset } from '../../../src/data/dataset.ts';
import { planReplicates } from '../../../src/study/plan.ts';
import { decodePng, greyPng } from '../../data/png.ts';
import { openTestStudio, type StudioUnderTest } from '../../fixtures/host/studio.ts';
import { buildStudy } from '../../fixtures/library/library.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'noisefloor-datasets-'));
const archive = fileURLToPath(new URL('../../../../shared/data/cifar10-images.tar', import.meta.url));
const pets = path.join(folder, 'chosen', 'pets');
let studio: StudioUnderTest;
let client: Client<StudioContract>;

/** Stores a study of a folder of images as replicates would have recorded it. */
async function storeOn(id: string, data: string, given: { withFiles: boolean }): Promise<void> {
  const dataset = { kind: 'image-folder' as const, path: data, testFraction: 0.5 };
  const { identity } = await loadDataset(dataset, { decode: decodePng, decoder: 'test PNG' });
  const { testLabels, files, ...shown } = identity;
  const base = buildStudy({ name: id });
  const study = { ...base, task: { ...base.task, dataset } };
  const stored = { ...shown, ...(given.withFiles ? { files } : {}) };
  await studio.library.createStudy(study, planReplicates(study, id, identity.hash), {
    ...{ hash: identity.hash, identity: stored, testLabels },
  });
}

beforeAll(async () => {
  for (const [name, level] of Object.entries({ 'cat/a': 1, 'cat/b': 2, 'dog/a': 3, 'dog/b': 4 })) {
    const file = path.join(pets, `${name}.png`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, greyPng(level));
  }
  studio = await openTestStudio(path.join(folder, 'library.sqlite'), {
    dataFolders: [path.join(folder, 'chosen')],
  });
  client = studio.connect().client;
});
afterAll(async () => {
  await studio.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('examples of a draft', () => {
  it('are described by class', async () => {
    const described = await client.datasets.describe({ dataset: { kind: 'fashion-mnist-sample' } });
    expect(described).toMatchObject({ examples: { train: 8000, test: 2000 }, shape: [28, 28, 1] });
    // numpy.bincount of the label file.
    expect(described.classes[0]).toMatchObject({ name: 'T-shirt/top', examples: { train: 786, test: 214 } });
    const first = described.classes[9]?.first ?? [];
    expect(first).toHaveLength(12);
    const { items } = await client.datasets.examples({
      ...{ source: { dataset: { kind: 'fashion-mnist-sample' } }, split: 'train', examples: [...first] },
    });
    expect(items.map(({ index }) => index)).toEqual(first);
    expect(new Set(items.map(({ className }) => className))).toEqual(new Set(['Ankle boot']));
  });

  it('come from chosen folders only, and say what is wrong with them', async () => {
    const dataset = { kind: 'image-folder' as const, path: pets };
    expect((await client.datasets.describe({ dataset })).classes.map(({ name }) => name)).toEqual([
      'cat',
      'dog',
    ]);
    const elsewhere = { kind: 'idx' as const, path: folder };
    await expect(client.datasets.describe({ dataset: elsewhere })).rejects.toMatchObject({
      code: 'path-not-chosen',
    });
    await expect(
      client.datasets.examples({ source: { dataset: elsewhere }, split: 'test', examples: [0] }),
    ).rejects.toMatchObject({ code: 'path-not-chosen' });
    await expect(client.datasets.describe({ dataset: { kind: 'idx', path: pets } })).rejects.toMatchObject({
      code: 'dataset-invalid',
    });
    await expect(
      client.datasets.examples({ source: { dataset }, split: 'test', examples: [2] }),
    ).rejects.toMatchObject({ code: 'example-unknown' });
  });
});

describe('examples of a stored study', () => {
  it.each([true, false])(
    'are shown until a file changes or goes (hashed when recorded: %s)',
    async (withFiles) => {
      const data = path.join(folder, `outside-${String(withFiles)}`);
      cpSync(pets, data, { recursive: true });
      const study = `pets-${String(withFiles)}`;
      await storeOn(study, data, { withFiles });
      const ask = () => client.datasets.examples({ source: { study }, split: 'test', examples: [0, 1] });
      expect((await ask()).items.map(({ className }) => className)).toEqual(['cat', 'dog']);
      for (const name of ['a', 'b']) writeFileSync(path.join(data, 'cat', `${name}.png`), greyPng(77));
      // The one that was opened notices by its file; whoever opens it now, by the hash of all, where there is one.
      await expect(ask()).rejects.toMatchObject({ code: 'dataset-missing' });
      if (withFiles) await expect(ask()).rejects.toMatchObject({ code: 'dataset-changed' });
      rmSync(path.join(data, 'dog'), { recursive: true });
      const gone = withFiles ? ask() : ask().then(ask);
      await expect(gone).rejects.toMatchObject({ code: 'dataset-missing' });
    },
  );

  it('are refused where the listing is another, even without a hash of files', async () => {
    const data = path.join(folder, 'grown');
    cpSync(pets, data, { recursive: true });
    await storeOn('grown', data, { withFiles: false });
    for (const name of ['c', 'd']) writeFileSync(path.join(data, 'dog', `${name}.png`), greyPng(9));
    await expect(
      client.datasets.examples({ source: { study: 'grown' }, split: 'test', examples: [0] }),
    ).rejects.toMatchObject({ code: 'dataset-changed' });
  });

  it.skipIf(!existsSync(archive))(
    'come in the order of the class folders and need no TensorFlow',
    async () => {
      const data = path.join(folder, 'cifar');
      mkdirSync(data);
      execFileSync('tar', ['xf', archive, '-C', data]);
      const { items } = await client.datasets.examples({
        ...{ source: { study: await storedCifar(data) }, split: 'test', examples: [0, 100, 255, 999] },
      });
      expect(items.map(({ className }) => className)).toEqual(['airplane', 'automobile', 'bird', 'truck']);
      const images = ['airplane/0000', 'automobile/0000', 'bird/0055', 'truck/0099'];
      for (const [position, name] of images.entries()) {
        const file = readFileSync(path.join(data, 'test', `${name}.jpg`));
        expect(items[position]?.image).toEqual({
          ...{ kind: 'encoded', mediaType: 'image/jpeg', bytes: new Uint8Array(file) },
        });
      }
      // Libraries that a process has loaded, by the process itself.
      const module = new URL('../../../src/host/studio/datasetProcedures.ts', import.meta.url).href;
      const source = new URL('../../../src/data/exampleSource.ts', import.meta.url).href;
      const program = `await import(${JSON.stringify(module)});
      const { openExamples } = await import(${JSON.stringify(source)});
      const { labels } = await openExamples({ kind: 'image-folder', path: ${JSON.stringify(data)}, testFraction: 0.2 });
      console.log(labels.test.length, process.report.getReport().sharedObjects.filter((name) => /tensorflow|tfjs/.test(name)).length);`;
      const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
        encoding: 'utf8',
      });
      expect(said.trim()).toBe('1000 0');
    },
  );
});

async function storedCifar(data: string): Promise<string> {
  const dataset = { kind: 'image-folder' as const, path: data, testFraction: 0.2 };
  const base = buildStudy({ name: 'cifar' });
  const study = { ...base, task: { ...base.task, dataset } };
  await studio.library.createStudy(study, planReplicates(study, 'cifar', null), null);
  return 'cifar';
}
