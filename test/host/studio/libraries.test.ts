import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Library } from '../../../src/library/library.ts';
import { planReplicates } from '../../../src/study/plan.ts';
import { openTestStudio, type StudioUnderTest } from '../../fixtures/host/studio.ts';
import { buildStudy, storeStudy, temporaryFolder } from '../../fixtures/library/library.ts';

const root = temporaryFolder();
let made = 0;
let folder = '';
let open: StudioUnderTest[] = [];

beforeEach(() => {
  made += 1;
  folder = path.join(root, `case-${made}`);
  mkdirSync(path.join(folder, 'mine'), { recursive: true });
  mkdirSync(path.join(folder, 'elsewhere'));
});
afterEach(async () => {
  for (const host of open) await host.close();
  open = [];
});

function makeLibrary(name: string, studies: readonly string[]): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  const library = Library.open(file);
  for (const id of studies) storeStudy(library, id, buildStudy({ name: id }));
  library.close();
  return file;
}

async function start(given: Parameters<typeof openTestStudio>[1] = {}): Promise<StudioUnderTest> {
  const host = await openTestStudio(path.join(folder, 'mine', 'own.sqlite'), given);
  open.push(host);
  return host;
}

const studiesOf = async ({ client }: ReturnType<StudioUnderTest['connect']>): Promise<string[]> =>
  (await client.studies.list(null)).items.map(({ id }) => id);

describe('a window', () => {
  it('shows another library without disturbing others, and finds it again by its id', async () => {
    makeLibrary('mine/own.sqlite', ['own-1']);
    const file = makeLibrary('mine/other.noisefloor', ['other-1']);
    const host = await start();
    const [one, two] = [host.connect(), host.connect()];
    // A name alone is beside the own library; what is asked meanwhile is answered from the new one.
    const opening = one.client.setup.openLibrary({ path: 'other.noisefloor', create: false });
    expect(await studiesOf(one)).toEqual(['other-1']);
    const { library } = await opening;
    expect(library).toMatchObject({ path: file, kind: 'opened', isStart: false });
    expect(library.id).not.toContain('/');
    expect(await studiesOf(two)).toEqual(['own-1']);
    await expect(one.client.studies.detail({ study: 'own-1' })).rejects.toMatchObject({
      code: 'study-unknown',
    });
    expect((await two.client.setup.libraries(null)).items).toMatchObject([
      { kind: 'own', current: true, exists: true, error: null },
      { kind: 'opened', current: false, exists: true, error: null, path: file, id: library.id },
    ]);
    await two.client.setup.useLibrary({ id: library.id });
    expect(await studiesOf(two)).toEqual(['other-1']);
    await two.client.setup.useLibrary({ id: null });
    expect(await studiesOf(two)).toEqual(['own-1']);
  });

  it('is told which library it shows, whenever that changes', async () => {
    makeLibrary('mine/other.sqlite', []);
    const { client } = (await start()).connect();
    const shown: string[] = [];
    for await (const { state } of client.setup.watchLibrary(null)) {
      shown.push(path.basename(state.path));
      if (shown.length === 1) await client.setup.openLibrary({ path: 'other.sqlite', create: false });
      else if (shown.length === 2) await client.setup.useLibrary({ id: null });
      else break;
    }
    expect(shown).toEqual(['own.sqlite', 'other.sqlite', 'own.sqlite']);
  });

  it('keeps the library it had where another cannot be opened, and says why', async () => {
    makeLibrary('mine/own.sqlite', ['own-1']);
    writeFileSync(path.join(folder, 'mine', 'text.sqlite'), 'not a library');
    writeFileSync(path.join(folder, 'mine', 'empty.sqlite'), '');
    const damaged = makeLibrary('mine/damaged.sqlite', ['x-1']);
    const bytes = readFileSync(damaged);
    writeFileSync(damaged, bytes.fill(0xff, 20_000, 40_000));
    const future = makeLibrary('mine/future.sqlite', []);
    const hostile = makeLibrary('mine/hostile.sqlite', []);
    const change = (file: string, sql: string): void => {
      const database = new Database(file);
      database.exec(sql);
      database.close();
    };
    change(future, 'PRAGMA user_version = 999');
    change(hostile, 'CREATE TRIGGER evil AFTER INSERT ON studies BEGIN DELETE FROM studies; END');
    const { client, ...window } = (await start()).connect();
    const codes: Record<string, string> = {
      'text.sqlite': 'library-not-a-database',
      'empty.sqlite': 'library-not-a-database',
      'future.sqlite': 'library-from-the-future',
      'hostile.sqlite': 'library-schema-foreign',
      'missing.sqlite': 'library-missing',
    };
    for (const [name, code] of Object.entries(codes)) {
      await expect(client.setup.openLibrary({ path: name, create: false }), name).rejects.toMatchObject({
        code,
      });
    }
    await expect(client.setup.openLibrary({ path: 'damaged.sqlite', create: false })).rejects.toMatchObject({
      code: expect.stringMatching(/^library-(damaged|schema-foreign)$/) as string,
    });
    expect(await studiesOf({ client, ...window })).toEqual(['own-1']);
    expect(readFileSync(path.join(folder, 'mine', 'empty.sqlite'))).toHaveLength(0);
    await expect(client.setup.useLibrary({ id: 'abc' })).rejects.toMatchObject({ code: 'library-unknown' });
  });

  it('can wait for a locked library no longer than SQLite does, and keeps its own', async () => {
    const locked = makeLibrary('mine/locked.sqlite', []);
    const { client } = (await start()).connect();
    const holder = new Database(locked);
    holder.pragma('journal_mode = DELETE');
    holder.exec('BEGIN EXCLUSIVE');
    await expect(client.setup.openLibrary({ path: 'locked.sqlite', create: false })).rejects.toMatchObject({
      code: 'library-locked',
    });
    holder.exec('ROLLBACK');
    holder.close();
    await client.setup.openLibrary({ path: 'locked.sqlite', create: false });
  }, 60_000);

  it('makes a new empty library, under a name that is one', async () => {
    const { client } = (await start()).connect();
    const { library } = await client.setup.openLibrary({ path: 'new', create: true });
    expect(library.path).toBe(path.join(folder, 'mine', 'new.noisefloor'));
    expect(existsSync(library.path)).toBe(true);
    const create = (file: string) => client.setup.openLibrary({ path: file, create: true });
    await expect(create('new')).rejects.toMatchObject({ code: 'library-exists' });
    await expect(create('.bashrc')).rejects.toMatchObject({ code: 'library-name' });
    await expect(create('run.js')).rejects.toMatchObject({ code: 'library-name' });
  });
});

describe('paths that a window names', () => {
  it.each([
    '../elsewhere/x.sqlite',
    'link.sqlite',
    'linked/x.sqlite',
    '/etc/passwd',
    '~/nothing.sqlite',
    '../mine-not/x.sqlite',
  ])('are refused outside chosen folders, there or not: %s', async (name) => {
    const outside = makeLibrary('elsewhere/x.sqlite', []);
    makeLibrary('mine-not/x.sqlite', []);
    symlinkSync(outside, path.join(folder, 'mine', 'link.sqlite'));
    symlinkSync(path.dirname(outside), path.join(folder, 'mine', 'linked'));
    const { client } = (await start()).connect();
    for (const create of [false, true]) {
      await expect(client.setup.openLibrary({ path: name, create })).rejects.toMatchObject({
        code: 'path-not-chosen',
      });
    }
  });

  it('are admitted in a data folder, or where the person chose the file itself', async () => {
    const file = makeLibrary('elsewhere/x.sqlite', []);
    const other = makeLibrary('third/y.sqlite', []);
    const host = await start({ dataFolders: [path.dirname(file)] });
    const { client } = host.connect();
    await client.setup.openLibrary({ path: file, create: false });
    const ask = () => client.setup.openLibrary({ path: other, create: false });
    await expect(ask()).rejects.toMatchObject({ code: 'path-not-chosen' });
    host.host.shelf.choose(other);
    expect((await ask()).library.path).toBe(other);
  });

  it('are offered again on the next start, those that are still admitted', async () => {
    const file = makeLibrary('elsewhere/x.sqlite', []);
    const recent = path.join(folder, 'recent.json');
    const first = await start({ dataFolders: [path.dirname(file)], recent });
    const { library } = await first.connect().client.setup.openLibrary({ path: file, create: false });
    await first.close();
    const again = (await start({ dataFolders: [path.dirname(file)], recent })).connect();
    expect((await again.client.setup.useLibrary({ id: library.id })).library.path).toBe(file);
    const stricter = (await start({ recent })).connect();
    await expect(stricter.client.setup.useLibrary({ id: library.id })).rejects.toMatchObject({
      code: 'library-unknown',
    });
    writeFileSync(recent, '{"libraries": [');
    expect((await (await start({ recent })).connect().client.setup.libraries(null)).items).toHaveLength(1);
  });
});

describe('runs', () => {
  it('go on in a library that no window shows any more', async () => {
    makeLibrary('mine/own.sqlite', ['own-1']);
    makeLibrary('mine/other.sqlite', []);
    const { client } = (await start()).connect();
    await client.runs.start({ study: 'own-1', parallel: 2, retryFailed: false, preparation: null });
    await client.setup.openLibrary({ path: 'other.sqlite', create: false });
    expect((await client.runs.list(null)).items).toEqual([]);
    await client.setup.useLibrary({ id: null });
    await expect
      .poll(async () => (await client.studies.detail({ study: 'own-1' })).status, { timeout: 30_000 })
      .toBe('finished');
  });
});

describe('the sample', () => {
  const sampleOf = (shipped: string) => ({
    ownIsNamed: false,
    sample: { shipped, folder: path.join(folder, 'copies') },
  });

  it('is where a window begins while the own library holds no study, and is a copy', async () => {
    const shipped = makeLibrary('shipped/sample.sqlite', ['shown-1']);
    const before = readFileSync(shipped);
    const host = await start(sampleOf(shipped));
    const window = host.connect();
    expect(await studiesOf(window)).toEqual(['shown-1']);
    await window.client.studies.rename({ study: 'shown-1', name: 'Mine now' });
    expect(readFileSync(shipped)).toEqual(before);
    expect(
      (await window.client.setup.libraries(null)).items.map(({ kind, current }) => [kind, current]),
    ).toEqual([
      ['own', false],
      ['sample', true],
    ]);
    await host.library.createStudy(buildStudy(), planReplicates(buildStudy(), 'own-1', null), null);
    expect(await studiesOf(host.connect())).toEqual(['own-1']);
    await host.library.discardStudy('own-1');
    expect(await studiesOf(host.connect())).toEqual(['shown-1']);
  });

  it('gives way to a library that the person named', async () => {
    const shipped = makeLibrary('shipped/sample.sqlite', ['shown-1']);
    const window = (await start({ ...sampleOf(shipped), ownIsNamed: true })).connect();
    expect(await studiesOf(window)).toEqual([]);
    await window.client.setup.useLibrary({ id: 'sample' });
    expect(await studiesOf(window)).toEqual(['shown-1']);
  });

  it('is copied anew when another is shipped, and copies nobody has open go', async () => {
    const shipped = makeLibrary('shipped/sample.sqlite', ['shown-1']);
    const first = await start(sampleOf(shipped));
    const one = await first.connect().client.setup.useLibrary({ id: 'sample' });
    await first.close();
    const newer = makeLibrary('shipped/newer.sqlite', ['shown-2']);
    const window = (await start(sampleOf(newer))).connect();
    expect(await studiesOf(window)).toEqual(['shown-2']);
    expect(existsSync(one.library.path)).toBe(false);
  });

  it('takes no plan in: it is stored in the own library, which the window then shows', async () => {
    const shipped = makeLibrary('shipped/sample.sqlite', ['shown-1']);
    const host = await start(sampleOf(shipped));
    const [one, two] = [host.connect(), host.connect()];
    await expect(
      one.client.runs.start({ study: 'shown-1', parallel: 1, retryFailed: false, preparation: null }),
    ).rejects.toMatchObject({ code: 'sample-library' });
    const { study } = await one.client.planning.create({ study: buildStudy(), preparation: null });
    expect(await studiesOf(one)).toEqual([study]);
    const copy = await two.client.studies.duplicate({ study: 'shown-1', name: 'A copy' });
    expect(await studiesOf(two)).toEqual([copy.study, study]);
    expect(await host.library.study(copy.study)).toMatchObject({ name: 'A copy', status: 'planned' });
  });
});
