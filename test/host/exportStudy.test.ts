import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { File, ready, type Dataset, type Group } from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { analyseStudy, type StudyAnalysis } from '../../src/analysis/summary.ts';
import { readNpy } from '../../src/formats/npy.ts';
import { exportStudy, type ExportFormat, type StudyExport } from '../../src/host/exportStudy.ts';
import { readStudyAtEpoch } from '../../src/host/readStudy.ts';
import type { LibraryClient } from '../../src/library/client.ts';
import type { StudyDetail } from '../../src/library/studies.ts';
import { decodeSafetensors } from '../../src/results/safetensors.ts';
import { storeStudy, temporaryFolder } from '../fixtures/library/library.ts';
import { Library } from '../../src/library/library.ts';

const folder = temporaryFolder();
const libraryFile = path.join(folder, 'library.sqlite');
const last = 19;
const report = { folder: path.join(folder, 'nowhere'), version: '1.0.0' };
let library: LibraryClient;
let study: StudyDetail;
let analysis: StudyAnalysis;

/** Exports the sample, whose first replicate is excluded. */
async function give(format: ExportFormat, epoch: number | null = last): Promise<StudyExport> {
  return exportStudy(library, study, format, {
    target: path.join(folder, `${format}-${String(epoch)}`),
    epoch,
    report,
  });
}
const linesOf = (...parts: string[]): string[] => readFileSync(path.join(...parts), 'utf8').split('\n');

beforeAll(async () => {
  copyFileSync(path.join(import.meta.dirname, '../../resources/sample/sample.sqlite'), libraryFile);
  const opened = Library.open(libraryFile);
  storeStudy(opened, 'another');
  opened.close();
  library = await openLibrary(libraryFile);
  const sample = await library.study('sample');
  const [first] = await library.replicates(sample.id);
  await library.excludeReplicate(first!.id, 'its disk was full');
  study = await library.study(sample.id);
  analysis = analyseStudy(await readStudyAtEpoch(library, study.id, last));
});
afterAll(() => library.close());

describe('a study that is given back', () => {
  it('is tidy tables of all that was recorded and measured', async () => {
    const { path: target, replicates, excluded, epochs } = await give('csv');
    expect({ replicates, excluded, epochs }).toEqual({ replicates: 39, excluded: 1, epochs: [last] });
    expect(readdirSync(target).toSorted()).toEqual([
      ...['labels.csv', 'measures.csv', 'metrics.csv', 'predictions.csv', 'replicates.csv', 'study.json'],
    ]);
    expect(linesOf(target, 'replicates.csv')).toHaveLength(1 + 40 + 1);
    expect(linesOf(target, 'replicates.csv')[1]).toContain('its disk was full');
    expect(linesOf(target, 'metrics.csv')).toHaveLength(1 + 39 * 20 + 1);
    expect(linesOf(target, 'predictions.csv')).toHaveLength(1 + 39 * 2000 + 1);
    expect(linesOf(target, 'labels.csv')).toHaveLength(1 + 2000 + 1);
    const [algoImpl] = analysis.variants;
    const measures = linesOf(target, 'measures.csv');
    const sd = measures.find((line) => line.startsWith(`ALGO+IMPL,${last},accuracy_sd,`))!.split(',');
    expect(Number(sd[5])).toBe(algoImpl!.accuracy.sd);
    expect(Number(sd[6])).toBe(algoImpl!.accuracy.sdInterval!.low);
    expect(measures.filter((line) => /,class_accuracy_sd,/.test(line))).toHaveLength(4 * 10);
  });

  it('is arrays in one file that name their rows', async () => {
    const { path: target } = await give('npz');
    const arrays = unzipSync(readFileSync(target));
    const shapeOf = (name: string): readonly number[] => readNpy(arrays[`${name}.npy`]!).shape;
    expect(shapeOf('test_accuracy')).toEqual([39, 20]);
    expect(shapeOf('labels')).toEqual([2000]);
    expect(shapeOf(`predictions_${last}`)).toEqual([39, 2000]);
    const rows = await library.predictionsAt(study.id, last);
    const { bytes } = readNpy(arrays[`predictions_${last}.npy`]!);
    expect(Buffer.compare(bytes.subarray(38 * 2000), rows[38]!.classes as Uint8Array)).toBe(0);
  });

  it('is kept weights by variant, replicate and epoch', async () => {
    const { path: target } = await give('safetensors');
    expect(readdirSync(target).toSorted()).toEqual(['ALGO', 'ALGO+IMPL', 'CONTROL', 'IMPL']);
    const file = path.join(target, 'IMPL', '3', `epoch-${last}.safetensors`);
    const { tensors, metadata } = decodeSafetensors(readFileSync(file), file);
    expect(metadata).toMatchObject({ study: study.id, variant: 'IMPL', replicate: '3', epoch: String(last) });
    expect(tensors.map(({ name }) => name)).toContain('conv2d/kernel');
    expect(tensors.every(({ role }) => role !== 'optimizer')).toBe(true);
  });

  it("is logs in the layout of the paper's code", async () => {
    const { path: target } = await give('reference');
    const replicate = path.join(target, 'logs_smallcnn_fashionmnistsample_default_1');
    expect(readdirSync(target)).toHaveLength(39 + 1);
    expect(existsSync(path.join(target, 'logs_smallcnn_fashionmnistsample_default_0'))).toBe(false);
    const log = readFileSync(path.join(replicate, 'log.csv'), 'utf8');
    expect(log.startsWith('epoch,accuracy,loss,lr,val_accuracy,val_loss\r\n0,')).toBe(true);
    expect(readFileSync(path.join(replicate, `pred${last}.txt`), 'utf8')).toMatch(/^(\d\n){1999}\d$/);
    expect(linesOf(target, 'labels.csv')[0]).toBe('index,label,class_name');
    await ready;
    const checkpoint = new File(path.join(replicate, `ckpt${last}.h5`), 'r');
    const model = checkpoint.get('model_weights') as Group;
    expect(model.get_attribute('layer_names', false)).toEqual([
      'conv2d',
      'conv2d_1',
      'conv2d_2',
      'dense',
      'dense_1',
    ]);
    expect((model.get('conv2d/conv2d/kernel:0') as Dataset).shape).toEqual([3, 3, 1, 16]);
    checkpoint.close();
  });

  it('is a library of the study alone, which says the same', async () => {
    const { path: target } = await give('library', null);
    const copy = await openLibrary(target);
    expect((await copy.listStudies()).map(({ id }) => id)).toEqual([study.id]);
    expect(analyseStudy(await readStudyAtEpoch(copy, study.id, last))).toEqual(analysis);
    await copy.close();
    expect((await library.listStudies()).map(({ id }) => id)).toContain('another');
  });

  it('never takes the place of what is there, and leaves nothing of what could not be written', async () => {
    await expect(give('npz')).rejects.toMatchObject({ code: 'export-exists' });
    const target = path.join(libraryFile, 'below-a-file');
    const refused = exportStudy(library, study, 'csv', { target, epoch: last, report });
    await expect(refused).rejects.toMatchObject({ code: 'not-writable' });
    const empty = await library.study('another');
    const nothing = exportStudy(library, empty, 'csv', {
      target: path.join(folder, 'empty'),
      epoch: null,
      report,
    });
    await expect(nothing).rejects.toMatchObject({ code: 'nothing-recorded' });
    expect(readdirSync(folder).filter((name) => name.includes('partial') || name === 'empty')).toEqual([]);
  });
});
