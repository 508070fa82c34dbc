import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { decodeSafetensors } from '../../src/results/safetensors.ts';
import { buildBatch, buildStudy, errorOf, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';
import { buildStarted, buildTensors } from '../fixtures/results/resultFolder.ts';

const folder = temporaryFolder();
let made = 0;

function libraryWithStudy(): { library: Library; ids: string[] } {
  made += 1;
  const library = Library.open(path.join(folder, `records-${made}.sqlite`));
  const ids = storeStudy(library, 'study', buildStudy({ replicates: 2 })).map(({ id }) => id);
  return { library, ids };
}

describe('ingested records', () => {
  it('are read back as they were written', () => {
    const { library, ids } = libraryWithStudy();
    const id = ids[0]!;
    const predictions = Uint16Array.of(0, 256, 65_535, 1, 2);
    const logits = Uint16Array.of(0x3c00, 0x7bff, 0x8000);
    const batch = buildBatch(3, {
      epoch: (epoch) => (epoch === 1 ? { predictions, logits, testLoss: NaN, loss: Infinity } : {}),
    });
    expect(library.ingest(id, batch)).toEqual({ stored: true, offset: 3000 });
    expect(library.replicate(id)).toMatchObject({
      status: 'finished',
      machine: { cpuModel: 'a processor', cpuCount: 2 },
      datasetHash: 'abc123',
      attempts: 1,
      startedAt: '2025-01-02T03:04:05.678Z',
      endedAt: '2025-01-02T03:14:05.678Z',
      trainSeconds: 4.5,
      epochs: 3,
      ingestOffset: 3000,
    });
    expect(library.dataset('abc123').testLabels).toEqual(Int32Array.of(3, 1, 4, 1, 5));
    expect(library.study('study').datasetHash).toBe('abc123');
    expect(library.predictionsAt('study', 1)).toEqual([
      { replicateId: id, variant: 'ALGO+IMPL', index: 0, classes: predictions },
    ]);
    expect(library.logits(id, 1)).toEqual(logits);
    expect(library.logits(id, 0)).toBeNull();
    const { tensors, epochs } = library.fingerprints(id);
    expect(tensors).toEqual(buildStarted().tensors);
    expect(epochs.map(({ epoch, firstStep, steps }) => [epoch, firstStep, steps])).toEqual([
      [0, 0, 3],
      [1, 3, 3],
      [2, 6, 3],
    ]);
    expect(library.fingerprints(id, 2).epochs).toEqual([
      {
        epoch: 2,
        firstStep: 6,
        steps: 3,
        fingerprints: Uint32Array.of(1, 2, 3, 4, 5, 0xffff_fffd),
        batchHashes: Uint32Array.of(2, 8, 9),
      },
    ]);
    expect(library.checkpointEpochs(id).map(({ epoch }) => epoch)).toEqual([2]);
    const checkpoint = library.checkpoint(id);
    expect(decodeSafetensors(checkpoint!.bytes, 'checkpoint').tensors).toEqual(buildTensors(2));
    expect(library.checkpoint(id, 1)).toBeNull();
    const metrics = library.metrics('study');
    expect(metrics.replicateIds).toHaveLength(8);
    expect([...metrics.testAccuracy.slice(0, 6)]).toEqual([0.25, 0.26, 0.27, NaN, NaN, NaN]);
    expect([...metrics.loss.slice(0, 3)]).toEqual([1, Infinity, 1 / 3]);
    expect(metrics.testLoss[1]).toBeNaN();
    library.close();
  });

  it('are stored once, however often they come', () => {
    const { library, ids } = libraryWithStudy();
    const batch = buildBatch(2);
    library.ingest(ids[0]!, batch);
    const before = library.replicate(ids[0]!);
    expect(library.ingest(ids[0]!, batch)).toEqual({ stored: false, offset: 2000 });
    expect(library.ingest(ids[0]!, { ...batch, fromOffset: 500 })).toEqual({ stored: false, offset: 2000 });
    expect(library.replicate(ids[0]!)).toEqual(before);
    library.close();
  });

  it('are replaced as a whole when the log was written anew', () => {
    const { library, ids } = libraryWithStudy();
    library.ingest(ids[0]!, buildBatch(4));
    library.ingest(ids[0]!, { ...buildBatch(2, { ended: false }), replace: true });
    expect(library.replicate(ids[0]!)).toMatchObject({
      epochs: 2,
      ingestOffset: 2000,
      status: 'running',
      endedAt: null,
      trainSeconds: 3,
    });
    expect(library.predictionsAt('study', 3)).toEqual([]);
    library.close();
  });

  it('are stored all or not at all', () => {
    const { library, ids } = libraryWithStudy();
    const batch = buildBatch(2);
    const twice = { ...batch, records: [...batch.records, batch.records[1]!] };
    expect(errorOf(() => library.ingest(ids[0]!, twice)).message).toContain('records epoch 0 a second time');
    expect(library.replicate(ids[0]!)).toMatchObject({ epochs: 0, ingestOffset: 0, status: 'planned' });
    expect(errorOf(() => library.ingest('nobody', batch)).code).toBe('replicate-unknown');
    library.close();
  });

  it('of a checkpoint larger than a piece come back whole', () => {
    const { library, ids } = libraryWithStudy();
    const bytes = new Uint8Array(5 * 1024 * 1024 + 3).map((_, index) => index * 7);
    library.ingest(ids[0]!, { ...buildBatch(1), checkpoints: new Map([[0, bytes]]) });
    expect(Buffer.compare(library.checkpoint(ids[0]!, 0)!.bytes, bytes)).toBe(0);
    library.close();
  });
});

describe('predictions', () => {
  it('come by variant and index, without excluded replicates, and say where they are', () => {
    const { library, ids } = libraryWithStudy();
    for (const [position, id] of [...ids].reverse().entries()) {
      library.ingest(
        id,
        buildBatch(2, { epoch: () => ({ predictions: new Uint8Array(5).fill(7 - position) }) }),
      );
    }
    library.excludeReplicate(ids[1]!, 'a test');
    const read = library.predictionsAt('study', 1);
    expect(read.map(({ variant, index, classes }) => [variant, index, classes[0]])).toEqual([
      ['ALGO+IMPL', 0, 0],
      ['ALGO+IMPL', 1, 4],
      ['ALGO', 1, 5],
      ['IMPL', 0, 2],
      ['IMPL', 1, 6],
      ['CONTROL', 0, 3],
      ['CONTROL', 1, 7],
    ]);
    expect(library.predictionEpochs('study').slice(0, 3)).toEqual([
      { epoch: 0, variant: 'ALGO+IMPL', replicates: 2 },
      { epoch: 0, variant: 'ALGO', replicates: 1 },
      { epoch: 0, variant: 'IMPL', replicates: 2 },
    ]);
    library.close();
  });
});

describe('checkpoints', () => {
  it('are listed by epoch, of replicates that count', () => {
    const { library, ids } = libraryWithStudy();
    for (const id of ids.slice(0, 3)) library.ingest(id, buildBatch(2));
    library.ingest(ids[3]!, buildBatch(3));
    library.excludeReplicate(ids[1]!, 'a test');
    expect(
      library
        .keptCheckpoints('study')
        .map(({ epoch, variant, index, replicateId }) => [epoch, variant, index, replicateId]),
    ).toEqual([
      [1, 'ALGO+IMPL', 0, ids[0]],
      [1, 'IMPL', 0, ids[2]],
      [2, 'CONTROL', 0, ids[3]],
    ]);
    library.close();
  });
});
