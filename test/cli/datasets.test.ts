import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonOf, noisefloor } from '../fixtures/cli/noisefloor.ts';
import { publishedFile, publishedFiles } from '../data/publishedForms.ts';
import { folderWith } from '../data/temporaryFolder.ts';

describe('datasets', () => {
  it('adds data, lists and checks them, and presets then need no path', async () => {
    const environment = { XDG_DATA_HOME: folderWith({}) };
    const run = (...args: string[]) => noisefloor(args, { environment });
    const cifar = folderWith(publishedFiles('cifar-10-batches-bin'));
    const refused = await run('run', 'smallcnn-cifar10', '--epochs', '1');
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('noisefloor datasets download cifar-10'),
    ]);

    const added = await run('datasets', 'add', cifar, '--json');
    expect(jsonOf(added)).toMatchObject({
      name: 'cifar-10',
      dataset: { kind: 'cifar-10', path: cifar },
      examples: { train: 10, test: 3 },
    });
    const named = await run(
      'datasets',
      'add',
      path.join(folderWith({ 'a.npz': publishedFile('plain.npz') }), 'a.npz'),
      '--name',
      'mine',
    );
    expect(named.stdout).toMatch(/Added mine: 6 \+ 3 images of 5 x 4 in grey, 3 classes \(npz\)/);
    const listed = jsonOf(await run('datasets', '--json'));
    expect((listed.known as { name: string }[]).map(({ name }) => name)).toEqual(['cifar-10', 'mine']);
    const checked = await run('datasets', 'check');
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('cifar-10: as it was')]);
    expect((await run('datasets', 'check', 'min')).stderr).toContain('Did you mean "mine"');

    // The data are found; it goes on to the next thing that is wrong.
    const goesOn = await run('run', 'smallcnn-cifar10', '--set', 'task.recipe.scaling=halves');
    expect(goesOn.stderr).toContain('task.recipe.scaling');
  });

  it('names the nearest data set that can be fetched, and what is wrong with a folder', async () => {
    const unknown = await noisefloor(['datasets', 'download', 'cifar-1O']);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('cifar-10')]);
    const empty = await noisefloor(['datasets', 'add', folderWith({ 'notes.txt': '' })]);
    expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining('holds nothing that is known')]);
  });
});
