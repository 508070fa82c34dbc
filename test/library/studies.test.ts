import { statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { planReplicates } from '../../src/study/plan.ts';
import { buildBatch, buildStudy, errorOf, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();
let made = 0;

function openLibrary(): Library {
  made += 1;
  return Library.open(path.join(folder, `studies-${made}.sqlite`), { now: () => Date.UTC(2025, 0, 2) });
}

describe('a stored study', () => {
  it('comes back as it was, with everything planned', () => {
    const library = openLibrary();
    const study = buildStudy();
    const dataset = { hash: 'abc', identity: { hash: 'abc', classes: 10 }, testLabels: Int32Array.of(3, 1) };
    const orders = planReplicates(study, 'small-1', 'abc');
    expect(library.createStudy(study, orders, dataset)).toBe('small-1');
    const detail = library.study('small-1');
    expect(detail).toMatchObject({
      id: 'small-1',
      name: 'Small study',
      created: '2025-01-02T00:00:00.000Z',
      status: 'planned',
      replicates: 8,
      counts: { planned: 8, running: 0, finished: 0 },
      datasetHash: 'abc',
      resultsFolder: `${library.path()}.results${path.sep}small-1`,
    });
    expect(detail.study).toEqual(study);
    expect(detail.variants).toEqual(study.variants);
    expect(library.replicates('small-1').map(({ workOrder }) => workOrder)).toEqual(orders);
    const position = (name: string): number => study.variants.findIndex((variant) => variant.name === name);
    const inOrder = library
      .replicates('small-1')
      .sort((one, other) => position(one.variant) - position(other.variant) || one.index - other.index);
    expect(library.listReplicates('small-1')).toEqual(
      inOrder.map(({ workOrder: { seeds, execution }, ...replicate }) => ({
        ...replicate,
        seeds,
        execution,
      })),
    );
    expect(library.dataset('abc')).toEqual(dataset);
    library.close();
  });

  it('is refused a second time, and half of it is never stored', () => {
    const library = openLibrary();
    storeStudy(library, 'one');
    expect(errorOf(() => storeStudy(library, 'one')).code).toBe('study-exists');
    const study = buildStudy();
    const orders = planReplicates(study, 'two', null);
    const wrong = orders.map((order, index) =>
      index === 5 ? { ...order, study: { id: 'one', name: 'x' } } : order,
    );
    expect(errorOf(() => library.createStudy(study, wrong, null)).code).toBe('invalid-work-order');
    expect(library.listStudies().map(({ id }) => id)).toEqual(['one']);
    library.close();
  });

  it('is found by id, name and unique beginning, and never by guessing', () => {
    const library = openLibrary();
    storeStudy(library, 'first-aaaaa', buildStudy({ name: 'Batch norm' }));
    storeStudy(library, 'second-bbbbb', buildStudy({ name: 'Batch size' }));
    storeStudy(library, 'second-ccccc', buildStudy({ name: 'batch size' }));
    expect(library.study('first-aaaaa').id).toBe('first-aaaaa');
    expect(library.study('FIRST').id).toBe('first-aaaaa');
    expect(library.study('batch norm').id).toBe('first-aaaaa');
    expect(errorOf(() => library.study('batch'))).toMatchObject({
      code: 'study-ambiguous',
      message: expect.stringContaining('first-aaaaa, second-bbbbb, second-ccccc') as string,
    });
    expect(errorOf(() => library.study('Batch size'))).toMatchObject({
      code: 'study-ambiguous',
      message: expect.stringContaining('second-bbbbb, second-ccccc') as string,
    });
    expect(errorOf(() => library.study('batch nrom'))).toMatchObject({
      code: 'study-unknown',
      message: expect.stringContaining('Did you mean Batch norm?') as string,
    });
    expect(errorOf(() => library.study('')).code).toBe('study-unknown');
    library.close();
  });

  it('is counted by the status of its replicates', () => {
    const library = openLibrary();
    const orders = storeStudy(library, 'counted', buildStudy({ replicates: 1 }));
    const statusNow = (): string => library.study('counted').status;
    expect(statusNow()).toBe('planned');
    library.ingest(orders[0]!.id, buildBatch(1, { ended: false }));
    expect(statusNow()).toBe('running');
    for (const order of orders.slice(1)) {
      library.ingest(order.id, buildBatch(2));
    }
    library.claimNext('counted', 'a host');
    library.releaseReplicate(orders[0]!.id, 'a host', { status: 'failed', reason: 'killed' });
    expect(library.study('counted')).toMatchObject({
      status: 'incomplete',
      counts: { failed: 1, finished: 3 },
    });
    library.close();
  });

  it('grows by replicates and variants, but not into another experiment', () => {
    const library = openLibrary();
    storeStudy(library, 'grows', buildStudy({ replicates: 1 }));
    const larger = buildStudy({ replicates: 3 });
    const [first] = larger.variants;
    larger.variants.push({ ...first!, name: 'another' });
    expect(library.extendStudy('grows', larger, planReplicates(larger, 'grows', null))).toBe(11);
    expect(library.extendStudy('grows', larger, planReplicates(larger, 'grows', null))).toBe(0);
    expect(
      library
        .study('grows')
        .variants.map(({ name }) => name)
        .at(-1),
    ).toBe('another');
    expect(library.replicates('grows').map(({ index }) => index)).toEqual(
      [0, 1, 2].flatMap((index) => Array<number>(5).fill(index)),
    );
    const otherSeed = buildStudy({ seed: 2 });
    expect(errorOf(() => library.extendStudy('grows', otherSeed, [])).code).toBe('study-differs');
    const otherVariant = buildStudy();
    otherVariant.variants[0]!.implementation = 'device';
    expect(errorOf(() => library.extendStudy('grows', otherVariant, [])).code).toBe('study-differs');
    library.close();
  });

  it('is deleted with all that belongs to it and nothing else, and its space is given back', () => {
    const library = openLibrary();
    const kept = storeStudy(library, 'kept', buildStudy({ replicates: 1 }));
    library.ingest(kept[0]!.id, buildBatch(2));
    library.study('kept');
    const before = tableCounts(library.path());
    for (const order of storeStudy(library, 'gone')) {
      library.ingest(order.id, buildBatch(3, { epoch: () => ({ logits: new Uint16Array(500_000) }) }));
    }
    const full = statSync(library.path()).size;
    expect(library.deleteStudy('gone').resultsFolder).toBe(`${library.path()}.results${path.sep}gone`);
    expect(tableCounts(library.path())).toEqual(before);
    expect(statSync(library.path()).size).toBeLessThan(Math.max(full, 8 * 3 * 1_000_000) / 4);
    library.deleteStudy('kept');
    expect(Object.values(tableCounts(library.path())).every((count) => count === 0)).toBe(true);
    library.close();
  });

  it('is not deleted while a host runs it', () => {
    const library = openLibrary();
    storeStudy(library, 'busy');
    library.claimNext('busy', 'a host');
    expect(errorOf(() => library.deleteStudy('busy'))).toMatchObject({
      code: 'study-running',
      message: expect.stringContaining('a host') as string,
    });
    library.close();
  });

  it('and its replicates take notes, and a reason to leave one out', () => {
    const library = openLibrary();
    const [order] = storeStudy(library, 'noted');
    library.setStudyNotes('noted', 'looks odd');
    library.setReplicateNotes(order!.id, 'ran hot');
    library.excludeReplicate(order!.id, 'power cut');
    expect(library.study('noted')).toMatchObject({ notes: 'looks odd', excluded: 1 });
    expect(library.replicate(order!.id)).toMatchObject({ notes: 'ran hot', excludedReason: 'power cut' });
    library.includeReplicate(order!.id);
    expect(library.replicate(order!.id).excludedReason).toBeNull();
    expect(errorOf(() => library.includeReplicate('nobody')).code).toBe('replicate-unknown');
    library.close();
  });
});

function tableCounts(file: string): Record<string, unknown> {
  const database = new Database(file, { readonly: true });
  const tables = database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .all();
  const counts = tables.map((table) => [
    table,
    database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
  ]);
  database.close();
  return Object.fromEntries(counts) as Record<string, unknown>;
}
