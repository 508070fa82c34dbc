import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { inThisThread } from '../../src/host/folderReading.ts';
import { ingestReplicate, ingestStudy } from '../../src/host/ingest.ts';
import { ThreadReader } from '../../src/host/threadReader.ts';
import type { LibraryClient } from '../../src/library/client.ts';
import type { Replicate } from '../../src/library/replicates.ts';
import { prepareResultFolder } from '../../src/results/folder.ts';
import { ResultWriter } from '../../src/results/writer.ts';
import { planReplicates } from '../../src/study/plan.ts';
import { buildStudy, temporaryFolder } from '../fixtures/library/library.ts';
import { buildEpoch, buildStarted, buildTensors, writeReplicate } from '../fixtures/results/resultFolder.ts';

const folder = temporaryFolder();
let library: LibraryClient;
/** Another host with the same library. */
let other: LibraryClient;
let made = 0;
let replicates: Replicate[];

beforeAll(async () => {
  library = await openLibrary(path.join(folder, 'library.sqlite'));
  other = await openLibrary(path.join(folder, 'library.sqlite'));
});
afterAll(async () => {
  await library.close();
  await other.close();
});
beforeEach(async () => {
  made += 1;
  const study = buildStudy({ replicates: 1 });
  await library.createStudy(study, planReplicates(study, `study-${made}`, null), null);
  replicates = await library.replicates(`study-${made}`);
});

describe('reading a result folder into the library', () => {
  it('stores everything once, while the folder grows', async () => {
    const { id, folder: results, workOrder } = replicates[0]!;
    const writer = ResultWriter.create(results, workOrder);
    expect((await ingestReplicate(library, results)).records).toEqual([]);
    writer.started(buildStarted());
    for (let epoch = 0; epoch < 3; epoch += 1) {
      writer.saveState(epoch, buildTensors(epoch));
      if (epoch === 2) {
        writer.checkpoint(epoch, buildTensors(epoch));
      }
      writer.epoch(buildEpoch(epoch));
      const { records } = await ingestReplicate(library, results);
      expect(records.map(({ type }) => type)).toEqual(epoch === 0 ? ['started', 'epoch'] : ['epoch']);
      expect((await ingestReplicate(other, results)).records).toEqual([]);
    }
    writer.close();
    expect(await library.replicate(id)).toMatchObject({ status: 'running', epochs: 3 });
    expect((await library.checkpoint(id))?.bytes).toEqual(
      new Uint8Array(readFileSync(path.join(results, 'checkpoints/epoch-2.safetensors'))),
    );
    const predictions = await library.predictionsAt(`study-${made}`, 1);
    expect(predictions[0]?.classes).toEqual(Uint8Array.of(1, 1, 2, 3, 4));
  });

  it('by two hosts at once stores everything once', async () => {
    for (const { folder: results, workOrder } of replicates) {
      writeReplicate(results, workOrder);
    }
    const rounds = await Promise.all(
      [library, other, library, other].map((host) => ingestStudy(host, `study-${made}`)),
    );
    const stored = rounds.flatMap(({ ingested }) => ingested.flatMap(({ records }) => records));
    expect(stored).toHaveLength(4 * 6);
    expect(rounds.flatMap(({ failures }) => failures)).toEqual([]);
    expect((await library.study(`study-${made}`)).status).toBe('finished');
  });

  it('of a replicate that is being killed never sees anything but whole epochs', async () => {
    const { id, folder: results, workOrder } = replicates[0]!;
    prepareResultFolder(results, workOrder);
    const script = path.join(import.meta.dirname, '../fixtures/results/writeForever.ts');
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(process.execPath, [script, results], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = new Promise((resolve) => child.once('close', resolve));
      await new Promise((resolve) => child.stdout.once('data', resolve));
      for (let look = 0; look < 5; look += 1) {
        await ingestReplicate(library, results);
      }
      child.kill('SIGKILL');
      await ended;
    }
    await ingestReplicate(library, results);
    const { epochs } = await library.fingerprints(id);
    expect(epochs.map(({ epoch }) => epoch)).toEqual(epochs.map((_, index) => index));
    for (const { epoch, fingerprints } of epochs) {
      expect(fingerprints.every((value) => value === epoch)).toBe(true);
    }
    expect((await library.replicate(id)).attempts).toBe(4);
  });

  it('stores what comes before damage, reports it, and goes on once the folder is whole again', async () => {
    const { id, folder: results, workOrder } = replicates[0]!;
    writeReplicate(results, workOrder);
    writeReplicate(replicates[1]!.folder, replicates[1]!.workOrder);
    const log = path.join(results, 'records.log');
    const whole = readFileSync(log);
    const damaged = Buffer.from(whole);
    const at = Math.floor(whole.length * 0.7);
    damaged[at] = damaged[at]! ^ 4;
    writeFileSync(log, damaged);
    const { ingested, failures } = await ingestStudy(library, `study-${made}`);
    expect(failures).toMatchObject([{ replicateId: id, error: { code: 'result-folder-damaged' } }]);
    expect(failures[0]?.error.message).toContain(log);
    expect(ingested.map(({ replicateId }) => replicateId)).toEqual([replicates[1]!.id]);
    const { epochs } = await library.replicate(id);
    expect(epochs).toBeGreaterThanOrEqual(1);
    expect(epochs).toBeLessThan(4);
    writeFileSync(log, whole);
    await ingestReplicate(library, results);
    expect(await library.replicate(id)).toMatchObject({ epochs: 4, status: 'finished' });
  });

  it('stores the epochs before one whose checkpoint is gone', async () => {
    const { id, folder: results, workOrder } = replicates[0]!;
    writeReplicate(results, workOrder);
    rmSync(path.join(results, 'checkpoints'), { recursive: true });
    await expect(ingestReplicate(library, results)).rejects.toMatchObject({ code: 'result-folder-damaged' });
    expect((await library.replicate(id)).epochs).toBe(3);
  });

  it('replaces what it knew when the replicate was trained anew', async () => {
    const { id, folder: results, workOrder } = replicates[0]!;
    writeReplicate(results, workOrder);
    await ingestReplicate(library, results);
    rmSync(results, { recursive: true });
    const writer = ResultWriter.create(results, workOrder);
    await ingestReplicate(library, results);
    expect((await library.replicate(id)).epochs).toBe(4);
    writer.started(buildStarted({ at: '2026-01-01T00:00:00Z' }));
    await ingestReplicate(library, results);
    expect(await library.replicate(id)).toMatchObject({
      epochs: 0,
      status: 'running',
      startedAt: '2026-01-01T00:00:00Z',
      endedAt: null,
    });
    writer.close();
  });

  it('replaces what it knew also when the new log is as long as the old one', async () => {
    const { id, folder: results, workOrder } = replicates[0]!;
    const { at } = buildStarted();
    const later = at.replace(/^\d{4}/, '2031');
    writeReplicate(results, workOrder);
    await ingestReplicate(library, results);
    const { ingestOffset } = await library.replicate(id);
    writeReplicate(results, workOrder, buildStarted({ at: later }));
    expect((await ingestReplicate(library, results)).records).toHaveLength(6);
    expect(await library.replicate(id)).toMatchObject({ ingestOffset, startedAt: later, epochs: 4 });
    expect((await ingestReplicate(library, results)).records).toHaveLength(0);
  });

  it('refuses a folder that is of another replicate, or of none', async () => {
    const [first, second] = replicates;
    writeReplicate(first!.folder, first!.workOrder);
    const altered = { ...first!.workOrder, seeds: { ...first!.workOrder.seeds, order: 1 } };
    writeReplicate(first!.folder, altered);
    await expect(ingestReplicate(library, first!.folder)).rejects.toMatchObject({
      code: 'result-folder-foreign',
    });
    await expect(ingestReplicate(library, second!.folder)).rejects.toMatchObject({
      code: 'result-folder-missing',
    });
    const stranger = path.join(folder, `stranger-${made}`);
    writeReplicate(stranger, { ...first!.workOrder, id: 'nobody' });
    await expect(ingestReplicate(library, stranger)).rejects.toMatchObject({ code: 'replicate-unknown' });
  });

  it('is done by a thread of its own as by this one, errors included', async () => {
    const [first, second, third] = replicates;
    writeReplicate(first!.folder, first!.workOrder);
    writeReplicate(third!.folder, third!.workOrder);
    rmSync(path.join(third!.folder, 'checkpoints'), { recursive: true });
    const reader = new ThreadReader();
    const from = { offset: 0, anew: false, bytesAtOnce: 1_000_000 };
    const [there, here] = await Promise.all([
      reader.read(first!.folder, from),
      inThisThread.read(first!.folder, from),
    ]);
    const plain = (read: typeof here) => ({
      ...read,
      checkpoints: [...read.checkpoints].map(([epoch, bytes]) => [epoch, Uint8Array.from(bytes)]),
    });
    expect(here.checkpoints.size).toBeGreaterThan(0);
    expect(plain(there)).toEqual(plain(here));
    expect((await ingestReplicate(library, first!.folder, reader)).records).toHaveLength(6);
    expect((await ingestReplicate(library, first!.folder)).records).toEqual([]);
    await expect(ingestReplicate(library, second!.folder, reader)).rejects.toMatchObject({
      code: 'result-folder-missing',
      details: { folder: second!.folder },
    });
    await expect(ingestReplicate(library, third!.folder, reader)).rejects.toMatchObject({
      code: 'result-folder-damaged',
    });
    await reader.close();
  });

  it('reads a folder that was copied from elsewhere while its last record was being written', async () => {
    const { id, folder: results, workOrder } = replicates[0]!;
    const elsewhere = path.join(folder, `elsewhere-${made}`);
    writeReplicate(elsewhere, workOrder);
    truncateSync(
      path.join(elsewhere, 'records.log'),
      readFileSync(path.join(elsewhere, 'records.log')).length - 3,
    );
    cpSync(elsewhere, results, { recursive: true });
    await ingestReplicate(library, results);
    expect(await library.replicate(id)).toMatchObject({ epochs: 4, status: 'running' });
  });
});
