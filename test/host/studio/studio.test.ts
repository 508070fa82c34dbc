import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../../src/contract/procedure.ts';
import type { StudioContract } from '../../../src/contract/studio.ts';
import { purgeStudies } from '../../../src/host/deleteStudy.ts';
import { ingestStudy } from '../../../src/host/ingest.ts';
import { planReplicates } from '../../../src/study/plan.ts';
import { purgeMoment } from '../../../src/host/studio/studyProcedures.ts';
import { openTestStudio, type StudioUnderTest } from '../../fixtures/host/studio.ts';
import { buildStudy, temporaryFolder } from '../../fixtures/library/library.ts';
import { writeReplicate } from '../../fixtures/results/resultFolder.ts';

const folder = temporaryFolder();
const file = path.join(folder, 'library.sqlite');
let studio: StudioUnderTest;
let client: Client<StudioContract>;

/** Stores a study, two of whose replicates of each variant are trained, and is on the fixture's data set. */
async function storeTrained(id: string, name = 'Small study'): Promise<void> {
  const study = buildStudy({ name, replicates: 2, epochs: 3 });
  const identity = { hash: 'abc123', name: 'a data set', classNames: ['a', 'b', 'c', 'd', 'e', 'f'] };
  const data = { hash: 'abc123', identity, testLabels: Int32Array.of(3, 1, 4, 1, 5) };
  await studio.library.createStudy(study, planReplicates(study, id, 'abc123'), data);
  for (const replicate of await studio.library.replicates(id)) {
    writeReplicate(replicate.folder, replicate.workOrder);
  }
  await ingestStudy(studio.library, id);
}

beforeAll(async () => {
  studio = await openTestStudio(file);
  client = studio.connect().client;
  await storeTrained('trained-1');
});
afterAll(() => studio.close());

describe('studies', () => {
  it('are listed with a small result', async () => {
    const { items } = await client.studies.list(null);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ id: 'trained-1', status: 'finished', replicates: 8 });
    // Every replicate of the fixture ends at 0.25 + 2 / 100.
    expect(
      items[0]?.results.map(({ variant, accuracies, mean, sd }) => [variant, accuracies, mean, sd]),
    ).toEqual(['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL'].map((name) => [name, [0.27, 0.27], 0.27, 0]));
  });

  it('are shown in detail, and as a study file', async () => {
    const detail = await client.studies.detail({ study: 'trained-1' });
    expect(detail).toMatchObject({
      dataset: { hash: 'abc123', classNames: ['a', 'b', 'c', 'd', 'e', 'f'], testExamples: 5 },
      study: buildStudy({ replicates: 2, epochs: 3 }),
    });
    expect(detail.recorded).toHaveLength(3 * 4);
    expect(detail.variants[3]?.description).toBe('all seeds fixed; implementation: deterministic');
    const { text } = await client.studies.file({ study: 'trained-1' });
    expect(JSON.parse(text)).toEqual(detail.study);
  });

  it('are renamed, noted and copied', async () => {
    await client.studies.rename({ study: 'trained-1', name: ' Another name ' });
    await client.studies.setNotes({ study: 'trained-1', notes: 'odd' });
    const { study } = await client.studies.duplicate({ study: 'trained-1', name: 'A copy' });
    expect(await client.studies.detail({ study: 'trained-1' })).toMatchObject({
      name: 'Another name',
      notes: 'odd',
    });
    expect(await client.studies.detail({ study })).toMatchObject({
      name: 'A copy',
      status: 'planned',
      replicates: 8,
      dataset: { hash: 'abc123' },
    });
    await expect(client.studies.rename({ study, name: ' ' })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await client.studies.discard({ study });
  });

  it('are thrown away and taken back whole, or gone with their folders when their time has come', async () => {
    await storeTrained('thrown-1', 'Thrown');
    const { resultsFolder } = await client.studies.detail({ study: 'thrown-1' });
    const { discarded, gone } = await client.studies.discard({ study: 'thrown-1' });
    expect(Date.parse(gone) - Date.parse(discarded)).toBe(30 * 24 * 3600 * 1000);
    await expect(client.studies.detail({ study: 'thrown-1' })).rejects.toMatchObject({
      code: 'study-unknown',
    });
    expect((await client.studies.discarded(null)).items.map(({ id }) => id)).toContain('thrown-1');
    await client.studies.restore({ study: 'thrown-1' });
    expect((await client.measures.metrics({ study: 'thrown-1' })).epochs).toBe(3);

    await client.studies.discard({ study: 'thrown-1' });
    const again = await openTestStudio(file);
    expect((await again.connect().client.studies.discarded(null)).items.map(({ id }) => id)).toContain(
      'thrown-1',
    );
    await again.close();
    expect(existsSync(resultsFolder)).toBe(true);
    const later = new Date(Date.now() + 1000).toISOString();
    expect(purgeMoment(Date.now()) < later).toBe(true);
    await purgeStudies(studio.library, later);
    expect(existsSync(resultsFolder)).toBe(false);
    await expect(client.studies.restore({ study: 'thrown-1' })).rejects.toMatchObject({
      code: 'study-unknown',
    });
  });

  it('are meant by their whole id only', async () => {
    for (const study of ['trained', 'trained-']) {
      await expect(client.studies.detail({ study })).rejects.toMatchObject({ code: 'study-unknown' });
      await expect(client.studies.discard({ study })).rejects.toMatchObject({ code: 'study-unknown' });
    }
    await expect(client.studies.detail({ study: '../x' })).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('replicates', () => {
  it('come in the order of the rows of every matrix', async () => {
    const { items } = await client.replicates.list({ study: 'trained-1' });
    const metrics = await client.measures.metrics({ study: 'trained-1' });
    const predictions = await client.measures.predictions({ study: 'trained-1', epoch: null });
    expect(items.map(({ id }) => id)).toEqual(metrics.replicates);
    expect(predictions.replicates.map(({ id }) => id)).toEqual(metrics.replicates);
    expect(items[2]).toMatchObject({ variant: 'ALGO', index: 0, status: 'finished', epochs: 3, threads: 1 });
    expect(await client.replicates.detail({ replicate: items[2]!.id })).toMatchObject({
      study: 'trained-1',
      machine: { cpuModel: 'a processor' },
      workOrder: { id: items[2]!.id },
    });
  });

  it('are left out for a reason, everywhere, and taken in again', async () => {
    const [first] = (await client.replicates.list({ study: 'trained-1' })).items;
    const before = await client.measures.analysis({ study: 'trained-1', epoch: null });
    expect(before.analysis.variants[0]?.replicates).toBe(2);
    await client.replicates.exclude({ replicate: first!.id, reason: 'power cut' });
    await client.replicates.setNotes({ replicate: first!.id, notes: 'ran hot' });
    const { analysis, sentences } = await client.measures.analysis({ study: 'trained-1', epoch: null });
    expect(analysis.variants[0]).toMatchObject({
      replicates: 1,
      excluded: [{ index: 0, reason: 'power cut' }],
    });
    expect(sentences.length).toBeGreaterThan(0);
    expect((await client.measures.churn({ study: 'trained-1', epoch: 1 })).replicates).toHaveLength(7);
    await client.replicates.include({ replicate: first!.id });
    expect(await client.measures.analysis({ study: 'trained-1', epoch: null })).toEqual(before);
    expect((await client.replicates.detail({ replicate: first!.id })).notes).toBe('ran hot');
    await expect(client.replicates.exclude({ replicate: 'nobody', reason: 'x' })).rejects.toMatchObject({
      code: 'replicate-unknown',
    });
  });

  it('are tagged, excluded and included together', async () => {
    const { items } = await client.replicates.list({ study: 'trained-1' });
    const [first, second] = items;
    expect(first).toMatchObject({
      ...{ tags: [], cpuModel: 'a processor', gpuModel: null, tensorFlow: null, precision: 'float32' },
      seeds: (await client.replicates.detail({ replicate: first!.id })).workOrder.seeds,
    });
    const epochs = 3;
    expect(first!.examplesPerSecond).toBe((384 * epochs) / first!.trainSeconds);
    const rows = [first!, second!];
    await client.replicates.setTags({
      items: rows.map(({ id }) => ({ replicate: id, tags: [' warm ', 'b'] })),
    });
    await client.replicates.setExclusions({
      items: rows.map(({ id }) => ({ replicate: id, reason: 'power cut' })),
    });
    const tagged = (await client.replicates.list({ study: 'trained-1' })).items.slice(0, 2);
    expect(tagged.map(({ tags, excludedReason }) => [...tags, excludedReason])).toEqual(
      rows.map(() => ['b', 'warm', 'power cut']),
    );
    for (const wrong of ['a, b', ' ', 'x'.repeat(61), 'line\nbreak']) {
      await expect(
        client.replicates.setTags({ items: [{ replicate: first!.id, tags: [wrong] }] }),
      ).rejects.toMatchObject({ code: 'invalid-request' });
    }
    await client.replicates.setTags({ items: rows.map(({ id }) => ({ replicate: id, tags: [] })) });
    await client.replicates.setExclusions({ items: rows.map(({ id }) => ({ replicate: id, reason: null })) });
    expect((await client.replicates.list({ study: 'trained-1' })).items).toEqual(items);
  });

  it('have a log that is read in parts without breaking a character, and never through a link', async () => {
    const [first, second] = (await client.replicates.list({ study: 'trained-1' })).items;
    const { folder: results } = await client.replicates.detail({ replicate: first!.id });
    expect(await client.replicates.log({ replicate: first!.id, from: null })).toEqual({
      text: '',
      from: 0,
      next: 0,
      size: 0,
    });
    mkdirSync(results, { recursive: true });
    const written = 'größer 🎲 '.repeat(20_000);
    writeFileSync(path.join(results, 'output.log'), written);
    let [text, from] = ['', 0];
    for (let size = 1; from < size;) {
      const part = await client.replicates.log({ replicate: first!.id, from });
      expect(part.from).toBe(from);
      text += part.text;
      from = part.next;
      size = part.size;
    }
    expect(text).toBe(written);
    const end = await client.replicates.log({ replicate: first!.id, from: null });
    expect(end.next).toBe(end.size);
    expect(end.text).not.toContain('\uFFFD');
    expect(written.endsWith(end.text)).toBe(true);
    const other = (await client.replicates.detail({ replicate: second!.id })).folder;
    symlinkSync('/etc/passwd', path.join(other, 'output.log'));
    expect((await client.replicates.log({ replicate: second!.id, from: 0 })).text).toBe('');
  });
});

describe('measures', () => {
  it('come as arrays of numbers', async () => {
    const metrics = await client.measures.metrics({ study: 'trained-1' });
    expect(metrics.testAccuracy).toBeInstanceOf(Float64Array);
    expect([...metrics.testAccuracy.slice(0, 3)]).toEqual([0.25, 0.26, 0.27]);
    const predictions = await client.measures.predictions({ study: 'trained-1', epoch: 2 });
    expect(predictions).toMatchObject({ epoch: 2, examples: 5, labels: Int32Array.of(3, 1, 4, 1, 5) });
    expect(predictions.classes.slice(0, 10)).toEqual(Uint8Array.of(2, 1, 2, 3, 4, 2, 1, 2, 3, 4));
  });

  it('are null or not a number where there is nothing, and refused where nothing can be', async () => {
    const study = buildStudy();
    await studio.library.createStudy(study, planReplicates(study, 'planned-1', null), null);
    expect((await client.measures.metrics({ study: 'planned-1' })).epochs).toBe(0);
    for (const ask of [client.measures.analysis, client.measures.churn, client.measures.predictions]) {
      await expect(ask({ study: 'planned-1', epoch: null })).rejects.toMatchObject({
        code: 'nothing-recorded',
      });
      await expect(ask({ study: 'planned-1', epoch: 0 })).rejects.toMatchObject({ code: 'nothing-recorded' });
      await expect(ask({ study: 'trained-1', epoch: 9 })).rejects.toMatchObject({ code: 'invalid-epoch' });
    }
    await client.studies.discard({ study: 'planned-1' });
  });

  it('give the churn of replicates that agree, as a matrix and epoch by epoch', async () => {
    const churn = await client.measures.churn({ study: 'trained-1', epoch: null });
    expect(churn.matrix).toEqual(new Float64Array(28));
    expect(churn.variants[0]).toMatchObject({
      replicates: 2,
      churn: { mean: 0 },
      flipRates: new Float64Array(5),
    });
    expect(churn.between).toHaveLength(6);
    const epochs = [];
    for await (const at of client.measures.churnByEpoch({ study: 'trained-1' })) epochs.push(at);
    expect(epochs.map(({ epoch, position, epochs: all }) => [epoch, position, all])).toEqual([
      [0, 1, 3],
      [1, 2, 3],
      [2, 3, 3],
    ]);
    expect(epochs[1]?.variants[2]).toMatchObject({ name: 'IMPL', n: 2, mean: 0 });
  });

  it('give the distances of weights that are the same, after the epochs that kept them', async () => {
    const { items } = await client.measures.checkpoints({ study: 'trained-1' });
    expect(items).toEqual(
      ['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL'].map((variant) => ({ epoch: 2, variant, replicates: 2 })),
    );
    const weights = await client.measures.weights({ study: 'trained-1', epoch: null });
    expect(weights.epoch).toBe(2);
    expect(weights.variants[1]).toMatchObject({
      name: 'ALGO',
      replicates: ['trained-1-v1-r0', 'trained-1-v1-r1'],
      trainable: { mean: 0, normalizedMean: 0 },
      layers: [{ layer: 'dense', parameters: 4, mean: 0, share: null }],
      distances: new Float64Array(2),
    });
    await expect(client.measures.weights({ study: 'trained-1', epoch: 0 })).rejects.toMatchObject({
      code: 'invalid-epoch',
    });
    const epochs = [];
    for await (const at of client.measures.weightsByEpoch({ study: 'trained-1' })) epochs.push(at);
    expect(epochs.map(({ epoch, position, epochs: all }) => [epoch, position, all])).toEqual([[2, 1, 1]]);
  });

  it('give a certificate of replicates that are bit-identical, also as text', async () => {
    const { certificate, text } = await client.measures.certificate({ study: 'trained-1', epoch: null });
    expect(certificate).toMatchObject({ study: { id: 'trained-1' }, epoch: 2, steps: 9, tensors: 2 });
    expect(certificate.variants[3]).toEqual({
      ...{ variant: 'CONTROL', replicates: 2, bitIdentical: true, groups: [[0, 1]], steps: 9, partings: [] },
    });
    expect(text).toContain('CONTROL: all 2 replicates are bit-identical');
  });

  it('give the spread by class as the whole analysis does, and the confusion of any two', async () => {
    const { epoch, variants } = await client.measures.classes({ study: 'trained-1', epoch: null });
    const { analysis } = await client.measures.analysis({ study: 'trained-1', epoch: null });
    expect(epoch).toBe(2);
    for (const [position, { name, perClassSd, topLine, perClassRatio }] of variants.entries()) {
      expect(analysis.variants[position]).toMatchObject({ name, perClassSd, topLine, perClassRatio });
    }
    // True classes 3 1 4 1 5, predicted 2 1 2 3 4, of six.
    expect(variants[0]?.perClassSd?.[1]).toMatchObject({
      class: 1,
      name: 'b',
      examples: 2,
      mean: 0.5,
      sd: 0,
    });
    const two = { study: 'trained-1', epoch: null, first: 'trained-1-v1-r0' };
    const against = await client.measures.confusion({ ...two, second: null });
    const cells = [...against.counts].flatMap((count, cell) => (count === 0 ? [] : [[cell, count]]));
    expect(against).toMatchObject({ epoch: 2, examples: 5, classes: ['a', 'b', 'c', 'd', 'e', 'f'] });
    expect(cells).toEqual(
      [2 * 6 + 3, 1 * 6 + 1, 2 * 6 + 4, 3 * 6 + 1, 4 * 6 + 5].sort((a, b) => a - b).map((cell) => [cell, 1]),
    );
    await expect(client.measures.confusion({ ...two, second: 'nobody' })).rejects.toMatchObject({
      code: 'replicate-unknown',
    });
  });
});

describe('planning', () => {
  it('offers what there is', async () => {
    const { items } = await client.planning.presets(null);
    expect(items.map(({ name }) => name)).toContain('smallcnn-fashion');
    expect((await client.planning.datasetKinds(null)).items.map(({ kind }) => kind)).toContain(
      'image-folder',
    );
    expect((await client.setup.parts(null)).items[0]).toMatchObject({ name: 'Node', status: 'ok' });
    expect(await client.setup.library(null)).toEqual({ path: file, dataFolders: [] });
  });

  it('says what a draft means, or which of its values are wrong', async () => {
    const { items } = await client.planning.presets(null);
    const { meaning, problems } = await client.planning.validate({ draft: items[0]?.study });
    expect(problems).toEqual([]);
    expect(meaning?.sources.map(({ effective }) => effective)).toEqual([true, true, false, false]);
    const wrong = structuredClone(items[0]?.study) as { task: { recipe: { batchSize: number } } };
    wrong.task.recipe.batchSize = -1;
    const refused = await client.planning.validate({ draft: wrong });
    expect(refused.meaning).toBeNull();
    expect(refused.problems.map((problem) => problem.path)).toEqual(['task.recipe.batchSize']);
    expect((await client.planning.validate({ draft: null })).problems).toHaveLength(1);
  });

  it('measures a study, and stores it on the data it found', async () => {
    const study = buildStudy({ replicates: 2 });
    const events = [];
    for await (const event of client.planning.prepare({ study, parallel: null })) events.push(event);
    expect(events[0]).toMatchObject({ type: 'preparing' });
    const last = events[events.length - 1];
    if (last?.type !== 'prepared') throw new Error('The study was not prepared.');
    expect(last.preparation).toMatchObject({
      dataset: { hash: 'abc123' },
      repeatability: { repeatable: true },
      implementation: { suits: 'configuration' },
    });
    const pace = last.preparation.measured.find(({ processes }) => processes === last.preparation.parallel);
    expect(last.preparation.estimatedSeconds).toBe((8 * 4 * 8000) / pace!.examplesPerSecond);
    const { id } = last.preparation;
    const created = await client.planning.create({ study, preparation: id });
    expect((await client.studies.detail({ study: created.study })).dataset?.testExamples).toBe(5);
    const other = { ...study, execution: { ...study.execution, threads: 2 } };
    await expect(client.planning.create({ study: other, preparation: id })).rejects.toMatchObject({
      code: 'preparation-differs',
    });
    await expect(client.planning.create({ study, preparation: 'x' })).rejects.toMatchObject({
      code: 'preparation-unknown',
    });
    await client.studies.discard({ study: created.study });
  });

  it('opens no data that nobody chose', async () => {
    const study = buildStudy();
    const elsewhere = { ...study, task: { ...study.task, dataset: { kind: 'idx' as const, path: folder } } };
    await expect(client.planning.create({ study: elsewhere, preparation: null })).rejects.toMatchObject({
      code: 'path-not-chosen',
    });
    const events = client.planning.prepare({ study: elsewhere, parallel: 1 });
    await expect(events.next()).rejects.toMatchObject({ code: 'path-not-chosen' });
  });
});
