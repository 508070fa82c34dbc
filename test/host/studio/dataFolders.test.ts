import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { DataFolders } from '../../../src/host/studio/dataFolders.ts';
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
    more: 0,
  });
  expect(await folders.inside(chosen)).toEqual({ parent: null, items: [alias, images], more: 0 });
  expect(await folders.inside(images.path)).toEqual({ parent: chosen, items: [], more: 0 });
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
