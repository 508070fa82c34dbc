import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readKerasFile } from '../../../src/host/networks/readKerasFile.ts';
import { DataFolders } from '../../../src/host/studio/dataFolders.ts';
import type { Topology } from '../../../src/study/topology.ts';
import { modelFile } from '../../fixtures/kerasFiles/kerasFiles.ts';
import { buildStudy, temporaryFolder } from '../../fixtures/library/library.ts';

const folder = temporaryFolder();
const chosen = path.join(folder, 'chosen');
mkdirSync(path.join(chosen, 'images'), { recursive: true });
mkdirSync(path.join(folder, 'chosen-not'));
mkdirSync(path.join(folder, 'secret'));
symlinkSync(path.join(folder, 'secret'), path.join(chosen, 'link'));

const noData = { readable: () => Promise.resolve([]) };

const studyOn = (data: string) => {
  const study = buildStudy();
  return { ...study, task: { ...study.task, dataset: { kind: 'idx' as const, path: data } } };
};

it.each(['images', '.', 'images/../images'])('data in a chosen folder are admitted: %s', async (data) => {
  const folders = new DataFolders([chosen], noData);
  const { task } = await folders.admit(studyOn(`${chosen}/${data}`));
  expect(task.dataset).toEqual({ kind: 'idx', path: path.join(chosen, data) });
});

it.each([
  'secret',
  'chosen-not',
  'chosen/../secret',
  'chosen/link',
  'chosen/link/inside',
  'nothing-there',
  '../../../../../../etc',
])('data elsewhere are refused, there or not: %s', async (data) => {
  const folders = new DataFolders([chosen], noData);
  await expect(folders.admit(studyOn(`${folder}/${data}`))).rejects.toMatchObject({
    code: 'path-not-chosen',
  });
});

it('what ships with Noisefloor needs no folder, and nothing else goes without one', async () => {
  const none = new DataFolders([], noData);
  expect(await none.admit(buildStudy())).toEqual(buildStudy());
  await expect(none.admit(studyOn('/'))).rejects.toThrow(/none was named.*--data FOLDER/);
});

it('data that were added are admitted wherever they lie, and nothing beside them', async () => {
  const dataset = { kind: 'idx' as const, path: path.join(folder, 'secret') };
  const known = {
    ...{ name: 'mine', dataset, examples: { train: 1, test: 1 }, classes: 2 },
    ...{ shape: [1, 1, 1] as [number, number, number], hash: 'abc', checked: '2026-01-01T00:00:00Z' },
  };
  const folders = new DataFolders([chosen], { readable: () => Promise.resolve([known]) });
  expect(await folders.admitDataset(dataset)).toEqual(dataset);
  await expect(
    folders.admitDataset({ ...dataset, path: path.join(folder, 'chosen-not') }),
  ).rejects.toMatchObject({ code: 'path-not-chosen' });
});

it('folders are listed inside the chosen ones, and nowhere else', async () => {
  const folders = new DataFolders([chosen], noData);
  symlinkSync(path.join(chosen, 'images'), path.join(chosen, 'also-images'));
  mkdirSync(path.join(chosen, '.hidden'));
  const images = { name: 'images', path: path.join(chosen, 'images') };
  const alias = { name: 'also-images', path: path.join(chosen, 'also-images') };
  expect(await folders.inside(null)).toEqual({
    parent: null,
    items: [{ name: chosen, path: chosen }],
    files: [],
    more: 0,
  });
  expect(await folders.inside(chosen)).toEqual({ parent: null, items: [alias, images], files: [], more: 0 });
  expect(await folders.inside(images.path)).toEqual({ parent: chosen, items: [], files: [], more: 0 });
  for (const place of [
    folder,
    path.join(chosen, '..'),
    path.join(chosen, 'link'),
    path.join(folder, 'none'),
    '/',
  ]) {
    await expect(folders.inside(place), place).rejects.toMatchObject({ code: 'path-not-chosen' });
  }
});

it('of very many folders the first are listed, and how many more there are is said', async () => {
  const many = path.join(folder, 'many');
  for (let index = 0; index < 503; index++) mkdirSync(path.join(many, String(index)), { recursive: true });
  const { items, more } = await new DataFolders([many], noData).inside(many);
  expect([items.length, more]).toEqual([500, 3]);
});

describe("a network of one's own", () => {
  const folders = new DataFolders([chosen], noData);
  const file = path.join(chosen, 'net.keras');
  const secret = path.join(folder, 'secret', 'net.keras');
  copyFileSync(modelFile('sequential.keras'), file);
  copyFileSync(modelFile('sequential.keras'), secret);
  writeFileSync(path.join(chosen, 'notes.txt'), 'no network');
  const studyOf = (place: string, topology?: Topology) => {
    const study = buildStudy();
    const network = { name: 'keras-file' as const, path: place, ...(topology !== undefined && { topology }) };
    const recipe = {
      ...study.task.recipe,
      weightDecay: { kind: 'l2', rate: 1e-4, weights: 'kernels' } as const,
    };
    return { ...study, task: { ...study.task, network, recipe } };
  };

  it('is found in a chosen folder, and read there alone', async () => {
    const { files } = await folders.inside(chosen, 'networks');
    expect(files).toEqual([{ name: 'net.keras', path: file }]);
    const { task } = await folders.admit(studyOf(file));
    expect(task.network).toMatchObject({ path: file, topology: { input: [28, 28, 1] } });
    for (const place of [secret, path.join(chosen, 'link', 'net.keras'), path.join(chosen, 'none.keras')]) {
      await expect(folders.admit(studyOf(place)), place).rejects.toMatchObject({ code: 'path-not-chosen' });
    }
  });

  it('whose layers a study holds may have come from anywhere, and is not looked at there', async () => {
    const topology = await readKerasFile(file);
    const study = studyOf(secret, topology);
    writeFileSync(secret, 'something else');
    expect(await folders.admit(study)).toEqual(study);
  });
});
