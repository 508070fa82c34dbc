import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { migrate } from '../../src/library/migrate.ts';
import { migrations } from '../../src/library/migrations.ts';
import { buildBatch, buildStudy, errorOf, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();
let made = 0;

function libraryWithStudy(): { library: Library; ids: string[] } {
  made += 1;
  const library = Library.open(path.join(folder, `tags-${made}.sqlite`));
  const ids = storeStudy(library, 'study', buildStudy({ replicates: 2 })).map(({ id }) => id);
  return { library, ids };
}

it('tags are given to many replicates at once, or to none', () => {
  const { library, ids } = libraryWithStudy();
  const [first = '', second = ''] = ids;
  library.setReplicateTags([
    { id: first, tags: ['warm', 'Later', 'WARM'] },
    { id: second, tags: ['warm'] },
  ]);
  expect(library.replicate(first).tags).toEqual(['Later', 'warm']);
  const failure = errorOf(() =>
    library.setReplicateTags([
      { id: first, tags: [] },
      { id: 'nobody', tags: ['x'] },
    ]),
  );
  expect(failure.code).toBe('replicate-unknown');
  expect(library.replicates('study').map(({ tags }) => tags.length)).toEqual([2, 1, 0, 0, 0, 0, 0, 0]);
  library.setReplicateTags([{ id: first, tags: ['cold'] }]);
  expect(library.replicate(first).tags).toEqual(['cold']);
  library.ingest(first, { ...buildBatch(2), replace: true });
  expect(library.replicate(first).tags).toEqual(['cold']);
  library.deleteStudy('study');
  library.close();
  const database = new Database(library.path(), { readonly: true });
  expect(database.prepare('SELECT count(*) FROM replicate_tags').pluck().get()).toBe(0);
  database.close();
});

it('replicates are excluded together for a reason, or none of them', () => {
  const { library, ids } = libraryWithStudy();
  const [first = '', second = ''] = ids;
  library.setExclusions([
    { id: first, reason: 'power cut' },
    { id: second, reason: 'power cut' },
  ]);
  expect(library.study('study').excluded).toBe(2);
  const failing = [
    { id: first, reason: null },
    { id: 'nobody', reason: null },
  ];
  expect(errorOf(() => library.setExclusions(failing)).code).toBe('replicate-unknown');
  expect(library.replicate(first).excludedReason).toBe('power cut');
  library.close();
});

it('a merge adds the tags that the other library has, and takes none away', async () => {
  const [mine, theirs] = [libraryWithStudy(), libraryWithStudy()];
  const [first = '', second = ''] = mine.ids;
  storeStudy(theirs.library, 'new', buildStudy({ replicates: 1 }));
  const added = theirs.library.replicates('new')[0]?.id ?? '';
  mine.library.setReplicateTags([{ id: first, tags: ['warm'] }]);
  theirs.library.setReplicateTags([
    { id: first, tags: ['Warm', 'theirs'] },
    { id: second, tags: ['second'] },
    { id: added, tags: ['new'] },
  ]);
  await mine.library.mergeLibrary(theirs.library.path());
  const tagsOf = (id: string): string[] => mine.library.replicate(id).tags;
  expect([first, second, added].map(tagsOf)).toEqual([['theirs', 'warm'], ['second'], ['new']]);
  mine.library.close();
  theirs.library.close();
});

it('a library from before there were tags is brought to this version whole', () => {
  const file = path.join(folder, 'before-tags.sqlite');
  const before = migrations.findIndex(({ sql }) => sql.includes('replicate_tags'));
  const database = new Database(file);
  migrate(database, file, migrations.slice(0, before));
  database.exec(`
    INSERT INTO studies (key, id, name, study, created, seed) VALUES (1, 'old', 'Old', '{}', '', 0);
    INSERT INTO variants (key, study_key, position, name, definition) VALUES (1, 1, 0, 'ALGO', '{}');
    INSERT INTO replicates (key, id, variant_key, replicate_index, status, work_order) VALUES (1, 'r', 1, 0, 'planned', '{}');
  `);
  migrate(database, file);
  const insert = database.prepare('INSERT INTO replicate_tags (replicate_key, tag) VALUES (?, ?)');
  insert.run(1, 'warm');
  expect(() => insert.run(1, 'WARM')).toThrow(/UNIQUE/);
  expect(() => insert.run(1, 'x'.repeat(61))).toThrow(/CHECK/);
  expect(() => insert.run(2, 'warm')).toThrow(/FOREIGN KEY/);
  expect(database.prepare('SELECT count(*) FROM replicates').pluck().get()).toBe(1);
  database.close();
});
