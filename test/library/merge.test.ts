import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { planReplicates } from '../../src/study/plan.ts';
import { buildBatch, buildStudy, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();
let made = 0;

function newLibrary(): Library {
  made += 1;
  return Library.open(path.join(folder, `merge-${made}.sqlite`));
}

const noEntry = expect.objectContaining({ code: 'library-missing' }) as Error;

describe('merging libraries', () => {
  it('adds studies with everything recorded for them, once', async () => {
    const [mine, theirs] = [newLibrary(), newLibrary()];
    storeStudy(mine, 'mine');
    const orders = storeStudy(theirs, 'theirs');
    theirs.ingest(orders[0]!.id, buildBatch(3, { epoch: () => ({ logits: Uint16Array.of(1, 2) }) }));
    theirs.claimNext('theirs', 'their host');
    theirs.setReplicateNotes(orders[0]!.id, 'a note');
    expect(await mine.mergeLibrary(theirs.path())).toEqual({
      studies: ['theirs'],
      replicates: 8,
      continued: 0,
    });
    const local = (library: Library) =>
      library
        .replicates('theirs')
        .map((replicate) => ({ ...replicate, folder: null, claim: null, status: null }));
    expect(local(mine)).toEqual(local(theirs));
    // Nobody here runs what is running there.
    expect(mine.study('theirs').counts).toMatchObject({ finished: 1, running: 0, stopped: 1, planned: 6 });
    const id = orders[0]!.id;
    expect(mine.fingerprints(id)).toEqual(theirs.fingerprints(id));
    expect(mine.checkpoint(id)).toEqual(theirs.checkpoint(id));
    expect(mine.logits(id, 1)).toEqual(Uint16Array.of(1, 2));
    expect(mine.predictionsAt('theirs', 2)).toEqual(theirs.predictionsAt('theirs', 2));
    expect(mine.dataset('abc123')).toEqual(theirs.dataset('abc123'));
    expect(await mine.mergeLibrary(theirs.path())).toEqual({ studies: [], replicates: 0, continued: 0 });
    mine.close();
    theirs.close();
    expect(readdirSync(folder).filter((name) => name.includes('merging'))).toEqual([]);
  });

  it('brings together replicates that two machines ran of one study', async () => {
    const [mine, theirs] = [newLibrary(), newLibrary()];
    const orders = storeStudy(mine, 'shared', buildStudy({ replicates: 1 }));
    const larger = buildStudy({ replicates: 2 });
    theirs.createStudy(larger, planReplicates(larger, 'shared', null), null);
    const ids = orders.map(({ id }) => id);
    mine.ingest(ids[0]!, buildBatch(3));
    mine.setReplicateNotes(ids[1]!, 'mine');
    theirs.ingest(ids[0]!, buildBatch(2, { ended: false }));
    theirs.ingest(ids[1]!, buildBatch(4));
    theirs.setReplicateNotes(ids[1]!, 'theirs');
    expect(await mine.mergeLibrary(theirs.path())).toEqual({ studies: [], replicates: 4, continued: 1 });
    expect(mine.replicate(ids[0]!)).toMatchObject({ epochs: 3, status: 'finished' });
    expect(mine.replicate(ids[1]!)).toMatchObject({ epochs: 4, status: 'finished', notes: 'mine' });
    mine.close();
    theirs.close();
  });

  it('merges nothing when one study is another experiment', async () => {
    const [mine, theirs] = [newLibrary(), newLibrary()];
    storeStudy(mine, 'same');
    storeStudy(theirs, 'new');
    storeStudy(theirs, 'same', buildStudy({ epochs: 5 }));
    await expect(mine.mergeLibrary(theirs.path())).rejects.toMatchObject({ code: 'library-conflict' });
    expect(mine.listStudies().map(({ id }) => id)).toEqual(['same']);
    mine.close();
    theirs.close();
  });

  it('refuses files that are missing, its own, no library, or altered, naming them', async () => {
    const mine = newLibrary();
    const theirs = newLibrary();
    storeStudy(theirs, 'study');
    await expect(mine.mergeLibrary(path.join(folder, 'nowhere.sqlite'))).rejects.toThrow(noEntry);
    await expect(mine.mergeLibrary(mine.path())).rejects.toThrow(noEntry);
    const text = path.join(folder, 'letter.txt');
    writeFileSync(text, 'Dear friend, this is no library at all.'.repeat(40));
    await expect(mine.mergeLibrary(text)).rejects.toMatchObject({
      code: 'library-not-a-database',
      message: expect.stringContaining(text) as string,
    });
    theirs.close();
    const database = new Database(theirs.path());
    database.exec('CREATE TRIGGER evil AFTER INSERT ON studies BEGIN DELETE FROM studies; END');
    database.close();
    const before = readFileSync(theirs.path());
    const refusal = await mine.mergeLibrary(theirs.path()).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'library-schema-foreign' });
    expect((refusal as Error).message).toContain(`${theirs.path()} is not as`);
    expect((refusal as Error).message).toContain('"evil"');
    expect(readFileSync(theirs.path()).equals(before)).toBe(true);
    mine.close();
  });

  it('refuses a work order that is stored with another replicate', async () => {
    const [mine, theirs] = [newLibrary(), newLibrary()];
    const orders = storeStudy(theirs, 'swapped', buildStudy({ replicates: 1 }));
    theirs.close();
    const database = new Database(theirs.path());
    database
      .prepare('UPDATE replicates SET work_order = ? WHERE id = ?')
      .run(JSON.stringify(orders[0]), orders[1]!.id);
    database.close();
    await expect(mine.mergeLibrary(theirs.path())).rejects.toMatchObject({ code: 'library-damaged' });
    expect(mine.listStudies()).toEqual([]);
    mine.close();
  });
});
