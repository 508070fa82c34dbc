import { copyFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { migrate } from '../../src/library/migrate.ts';
import { migrations } from '../../src/library/migrations.ts';
import { buildBatch, buildStudy, errorOf, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();
let made = 0;
let now = Date.UTC(2025, 0, 2);

function openLibrary(): Library {
  made += 1;
  return Library.open(path.join(folder, `discarded-${made}.sqlite`), { now: () => now });
}

describe('a study that is thrown away', () => {
  it('is found by nobody, and comes back as it was', () => {
    const library = openLibrary();
    const [order] = storeStudy(library, 'thrown-1', buildStudy({ name: 'Thrown' }));
    library.ingest(order!.id, buildBatch(2));
    const before = library.study('thrown-1');
    expect(library.discardStudy('Thrown')).toEqual({
      id: 'thrown-1',
      name: 'Thrown',
      discarded: '2025-01-02T00:00:00.000Z',
    });
    expect(library.listStudies()).toEqual([]);
    expect(library.finalAccuracies()).toEqual([]);
    for (const find of [
      () => library.study('thrown-1'),
      () => library.metrics('Thrown'),
      () => library.claimNext('thrown-1', 'host'),
      () => library.deleteStudy('thrown-1'),
      () => library.discardStudy('thrown-1'),
    ]) {
      expect(errorOf(find).code).toBe('study-unknown');
    }
    expect(library.discardedStudies().map(({ id }) => id)).toEqual(['thrown-1']);
    library.restoreStudy('thrown-1');
    expect(library.study('thrown-1')).toEqual(before);
    expect(library.discardedStudies()).toEqual([]);
    expect(errorOf(() => library.restoreStudy('thrown-1')).code).toBe('study-unknown');
    library.close();
  });

  it('is deleted for good only when its time has come, with all that belongs to it', () => {
    const library = openLibrary();
    for (const id of ['kept', 'early', 'late']) {
      library.ingest(storeStudy(library, id, buildStudy({ replicates: 1 }))[0]!.id, buildBatch(1));
    }
    library.discardStudy('early');
    now += 1000;
    library.discardStudy('late');
    expect(library.discardedStudies().map(({ id }) => id)).toEqual(['late', 'early']);
    expect(library.purgeStudies(new Date(now).toISOString())).toEqual([
      { id: 'early', resultsFolder: `${library.path()}.results${path.sep}early` },
    ]);
    expect(errorOf(() => library.restoreStudy('early')).code).toBe('study-unknown');
    library.restoreStudy('late');
    expect(library.listStudies().map(({ id }) => id)).toEqual(['late', 'kept']);
    library.close();
  });

  it('is not thrown away while a host runs it', () => {
    const library = openLibrary();
    storeStudy(library, 'busy');
    library.claimNext('busy', 'a host');
    expect(errorOf(() => library.discardStudy('busy')).code).toBe('study-running');
    library.close();
  });

  it('stays behind in a merge, and comes back when another library brings it', async () => {
    const [mine, theirs] = [openLibrary(), openLibrary()];
    storeStudy(theirs, 'shared');
    storeStudy(theirs, 'theirs-thrown');
    theirs.discardStudy('theirs-thrown');
    expect((await mine.mergeLibrary(theirs.path())).studies).toEqual(['shared']);
    mine.discardStudy('shared');
    await mine.mergeLibrary(theirs.path());
    expect(mine.listStudies().map(({ id }) => id)).toEqual(['shared']);
    mine.close();
    theirs.close();
  });
});

it('a library of the first version is brought to this one with its studies', () => {
  const file = path.join(folder, 'first.sqlite');
  const database = new Database(file);
  migrate(database, file, migrations.slice(0, 1));
  database.exec(
    `INSERT INTO studies (id, name, study, created, seed) VALUES ('old', 'Old', '${JSON.stringify(buildStudy())}', '', 0)`,
  );
  database.close();
  copyFileSync(file, path.join(folder, 'second.sqlite'));
  const library = Library.open(path.join(folder, 'second.sqlite'));
  expect(library.study('old').name).toBe('Old');
  library.discardStudy('old');
  expect(library.listStudies()).toEqual([]);
  library.close();
});

it('another name is a study’s from then on, and its work orders keep theirs', () => {
  const library = openLibrary();
  const orders = storeStudy(library, 'named', buildStudy({ name: 'First' }));
  library.renameStudy('First', 'Second');
  expect(library.study('second')).toMatchObject({ id: 'named', name: 'Second', study: { name: 'Second' } });
  expect(errorOf(() => library.study('First')).code).toBe('study-unknown');
  expect(library.replicates('named').map(({ workOrder }) => workOrder)).toEqual(orders);
  library.close();
});

it('the final accuracies are those of the last epochs of finished replicates that count', () => {
  const library = openLibrary();
  const orders = storeStudy(library, 'measured', buildStudy({ replicates: 3 }));
  const [first, , , , second, , , , third] = orders;
  expect([first, second, third].map((order) => order?.variant.name)).toEqual(Array(3).fill('ALGO+IMPL'));
  library.ingest(first!.id, buildBatch(3));
  library.ingest(second!.id, buildBatch(3));
  library.ingest(third!.id, buildBatch(2, { ended: false }));
  library.excludeReplicate(second!.id, 'power cut');
  // The fixture's accuracy is 0.25 and a hundredth for each epoch.
  expect(library.finalAccuracies()).toEqual([{ studyId: 'measured', variant: 'ALGO+IMPL', accuracy: 0.27 }]);
  library.close();
});
