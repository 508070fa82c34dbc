import { spawn } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLibrary } from '../../../main/library/openLibrary.ts';
import { analyseStudy, type StudyAnalysis } from '../../../src/analysis/summary.ts';
import { certificateText } from '../../../src/determinism/certificateText.ts';
import { AnalysisPool } from '../../../src/host/analysisPool.ts';
import { certifyStudy } from '../../../src/host/certifyStudy.ts';
import { exportStudy } from '../../../src/host/exportStudy.ts';
import { checkImport, importLogs, type ImportRequest } from '../../../src/host/importing/importLogs.ts';
import { readStudyAtEpoch } from '../../../src/host/readStudy.ts';
import type { LibraryClient } from '../../../src/library/client.ts';
import { expectedVariants, referenceLogsPresent } from '../../analysis/referenceLogs.ts';
import { temporaryFolder } from '../../fixtures/library/library.ts';

const folder = temporaryFolder();
const logs = fileURLToPath(new URL('../../../../shared/fixtures/reference-logs/', import.meta.url));
let library: LibraryClient;
let file: string;
let number = 0;

beforeAll(async () => {
  file = path.join(folder, 'library.sqlite');
  library = await openLibrary(file);
});
afterAll(() => library.close());

const means = () => ({ library, openLibrary, version: '1.2.3' });
const request = (given: Partial<ImportRequest> & { folder: string }): ImportRequest => ({
  ...{ pattern: null, labels: null, labelsOf: null, leaveOutFaulty: false },
  ...given,
});
const analyse = async (id: string): Promise<StudyAnalysis> =>
  analyseStudy(await readStudyAtEpoch(library, id, null));

/** A folder of runs of three test examples, by the files that are given in place of sound ones. */
function writeRuns(given: Record<string, string | null> = {}, runs = ['a_0', 'a_1']): string {
  const root = path.join(folder, `runs-${String((number += 1))}`);
  for (const run of runs) {
    const own = path.join(root, `logs_net_data_${run}`);
    mkdirSync(own, { recursive: true });
    const files: Record<string, string | null> = {
      'log.csv':
        'epoch,accuracy,loss,lr,val_accuracy,val_loss\r\n0,0.5,1.5,0.1,0.25,2\r\n1,0.75,1,NA,0.5,NA\r\n',
      'pred1.txt': run === 'a_0' ? '0\n1\n2' : '0\n2\n2',
      ...(run === 'a_1' ? given : {}),
    };
    for (const [name, text] of Object.entries(files))
      if (text !== null) writeFileSync(path.join(own, name), text, 'latin1');
  }
  return root;
}

describe.skipIf(!referenceLogsPresent)("the paper's reference logs", () => {
  it('give the numbers that separate code computed from them', async () => {
    const given = request({ folder: logs, labels: path.join(logs, 'labels.csv') });
    const { studies, replicates } = await importLogs(means(), given);
    expect(replicates).toBe(14);
    const [plain, normalised] = await Promise.all(studies.map(({ id }) => analyse(id)));
    const names = { default: 'ALGO+IMPL', algo: 'ALGO', impl: 'IMPL', control: 'CONTROL', impl_bn: 'IMPL' };
    for (const [name, wanted] of Object.entries(expectedVariants())) {
      const { variants } = name === 'impl_bn' ? normalised! : plain!;
      const found = variants.find((variant) => variant.name === names[name as keyof typeof names])!;
      const accuracy = wanted.final_accuracy_from_predictions;
      expect(found.accuracy.mean).toBeCloseTo(accuracy.mean, 12);
      expect(found.accuracy.sd).toBeCloseTo(accuracy.std_ddof1, 12);
      expect(found.accuracy.sdOfReplicates).toBeCloseTo(accuracy.std_ddof0, 12);
      expect(found.churn.mean).toBeCloseTo(wanted.pairwise_churn.mean, 12);
      expect(found.l2.mean).toBeCloseTo(wanted.l2.trainable.raw.mean, 9);
      expect(found.l2.normalizedMean).toBeCloseTo(wanted.l2.trainable.unit_normalised.mean, 9);
      expect(found.l2WithMovingStatistics.mean).toBeCloseTo(wanted.l2.with_bn_moving_statistics.raw.mean, 9);
      for (const [index, sd] of wanted.per_class_accuracy.std_ddof1.entries()) {
        expect(found.perClassSd![index]!.sd).toBeCloseTo(sd, 12);
      }
      expect(found.bitIdentical).toBe(name === 'control');
    }
    const again = await importLogs(means(), given);
    expect({ replicates: again.replicates, continued: again.continued }).toEqual({
      replicates: 0,
      continued: 0,
    });
  });
});

describe('a study that is exported as logs and taken in again', () => {
  it('has equal measures to the last digit', async () => {
    const other = path.join(folder, 'sample.sqlite');
    copyFileSync(fileURLToPath(new URL('../../../resources/sample/sample.sqlite', import.meta.url)), other);
    const sample = await openLibrary(other);
    const study = await sample.study('sample');
    const target = path.join(folder, 'given-back');
    await exportStudy(sample, study, 'reference', { target, epoch: 19, report: { folder: '', version: '' } });
    const { studies } = await importLogs(
      means(),
      request({ folder: target, labels: path.join(target, 'labels.csv') }),
    );
    const before = analyseStudy(await readStudyAtEpoch(sample, study.id, 19));
    const after = await analyse(studies[0]!.id);
    await sample.close();
    expect(after.variants.map(({ name }) => name)).toEqual(['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL']);
    for (const [index, variant] of before.variants.entries()) {
      const { accuracy, churn, l2, perClassSd } = after.variants[index]!;
      expect({ accuracy, churn, l2, perClassSd }).toEqual({
        ...{
          accuracy: variant.accuracy,
          churn: variant.churn,
          l2: variant.l2,
          perClassSd: variant.perClassSd,
        },
      });
    }
    const curves = await library.metrics(studies[0]!.id);
    expect(curves.epochs).toBe(20);
  });
});

describe('an import', () => {
  it('takes in runs without labels, with the accuracies of their logs', async () => {
    const root = writeRuns();
    const { studies } = await importLogs(means(), request({ folder: root }));
    const { variants } = await analyse(studies[0]!.id);
    expect(variants[0]).toMatchObject({
      name: 'a',
      accuracy: { n: 2, mean: 0.5 },
      churn: { n: 2 },
      perClassSd: null,
    });
    expect(variants[0]!.churn.mean).toBeCloseTo(1 / 3, 15);
    const metrics = await library.metrics(studies[0]!.id);
    expect([...metrics.learningRate]).toEqual([0.1, NaN, 0.1, NaN]);
    const [replicate] = await library.replicates(studies[0]!.id);
    expect(replicate!.machine).toMatchObject({
      imported: { folder: path.join(root, 'logs_net_data_a_0'), version: '1.2.3' },
    });
  });

  it('adds only what is new', async () => {
    const root = writeRuns();
    const first = await importLogs(means(), request({ folder: root }));
    cpSync(path.join(root, 'logs_net_data_a_1'), path.join(root, 'logs_net_data_b_0'), { recursive: true });
    cpSync(path.join(root, 'logs_net_data_a_1'), path.join(root, 'logs_net_data_a_2'), { recursive: true });
    writeFileSync(path.join(root, 'logs_net_data_a_0', 'pred2.txt'), '1\n1\n1');
    const second = await importLogs(means(), request({ folder: root }));
    expect(second.studies).toEqual(first.studies);
    expect({ replicates: second.replicates, continued: second.continued }).toEqual({
      replicates: 2,
      continued: 1,
    });
    expect(
      (await library.predictionEpochs(first.studies[0]!.id)).map(({ epoch, replicates }) => [
        epoch,
        replicates,
      ]),
    ).toEqual([
      [1, 3],
      [1, 1],
      [2, 1],
    ]);
  });

  it('follows a pattern of one’s own, and leaves out what it cannot place, saying why', async () => {
    const root = writeRuns();
    mkdirSync(path.join(root, 'other', 'run'), { recursive: true });
    writeFileSync(path.join(root, 'other', 'run', 'log.csv'), 'epoch\n0\n');
    writeFileSync(path.join(root, 'logs_net_data_a_0', 'notes.docx'), '');
    symlinkSync(root, path.join(root, 'loop'));
    const report = await checkImport(means(), request({ folder: root }));
    expect(report.leftOut.map(({ path: left, why }) => [path.relative(root, left), why])).toEqual([
      [path.join('logs_net_data_a_0', 'notes.docx'), 'not a kind of file that is read here'],
      ['loop', 'a link; links are not followed'],
      [path.join('other', 'run'), expect.stringContaining('--pattern')],
    ]);
    const pattern = 'logs_net_data_(?<variant>.)_(?<replicate>.)';
    const own = await checkImport(means(), request({ folder: root, pattern }));
    expect(own.studies[0]!.runs.map(({ planned }) => planned.run.variant)).toEqual(['a', 'a']);
    for (const [wrong, message] of [
      ['logs_(', 'is no regular expression'],
      ['logs_.*', 'has no group (?<replicate>...)'],
    ] as const) {
      await expect(checkImport(means(), request({ folder: root, pattern: wrong }))).rejects.toThrow(message);
    }
  });

  it.each([
    [
      'an epoch twice',
      { 'log.csv': 'epoch,loss\n0,1\n0,2\n' },
      /log\.csv, line 3: epoch 0 is there already, in line 2/,
    ],
    [
      'what is no number',
      { 'log.csv': 'epoch,loss\n0,much\n' },
      /line 2: "much" in the column "loss" is no number/,
    ],
    ['percent', { 'log.csv': 'epoch,val_accuracy\n0,93\n' }, /line 2: the accuracy 93 is no fraction/],
    [
      'other separators',
      { 'log.csv': 'epoch;loss\n0;1\n' },
      /line 1: its columns are not separated by commas/,
    ],
    ['a row that is cut off', { 'log.csv': 'epoch,loss\n0,1\n1' }, /line 3: .*comma-separated/],
    ['UTF-16', { 'log.csv': '\xff\xfee\0p\0' }, /log\.csv: it is UTF-16/],
    ['binary data', { 'pred1.txt': '1\n\0\x01\n' }, /pred1\.txt, line 2: it holds binary data/],
    ['a fraction as a class', { 'pred1.txt': '0\n1.5\n2' }, /pred1\.txt, line 2: "1\.5" is no class/],
    ['a negative class', { 'pred1.txt': '0\n1\n-2' }, /line 3: "-2" is no class/],
    ['an empty line between', { 'pred1.txt': '0\n\n2' }, /line 2: "" is no class/],
    [
      'another number of predictions',
      { 'pred1.txt': '0\n1' },
      /pred1\.txt: it has 2 predictions where 3 were expected/,
    ],
    [
      'a class that the labels do not have',
      { 'pred1.txt': '0\n1\n9' },
      /line 3: class 9 was predicted, and the labels have 3/,
    ],
    ['no HDF5', { 'ckpt1.h5': 'nothing of the kind' }, /ckpt1\.h5 cannot be read as HDF5/],
  ])('refuses %s by its file and line, and takes nothing in', async (_, files, message) => {
    const root = writeRuns(files);
    const labels = path.join(root, 'labels.txt');
    writeFileSync(labels, '0\n1\n2\n');
    const before = (await library.listStudies()).length;
    await expect(importLogs(means(), request({ folder: root, labels }))).rejects.toMatchObject({
      code: 'import-refused',
      message: expect.stringMatching(message) as string,
    });
    expect(await library.listStudies()).toHaveLength(before);
    const { replicates } = await importLogs(means(), request({ folder: root, labels, leaveOutFaulty: true }));
    expect(replicates).toBe(1);
    expect(readdirSync(folder).filter((name) => name.includes('importing'))).toEqual([]);
  });

  it.each([
    ['index 3 of 3', 'index,label\n0,1\n1,1\n3,0\n', /line 4/],
    [
      'two names of a class',
      'label,class_name\n0,cat\n0,dog\n',
      /line 3: class 0 is called "dog" here and "cat" before/,
    ],
    ['no column of labels', 'class\n1\n', /no column "label"/],
  ])('refuses labels with %s', async (_, text, message) => {
    const labels = path.join(folder, 'wrong.csv');
    writeFileSync(labels, text);
    await expect(checkImport(means(), request({ folder: writeRuns(), labels }))).rejects.toThrow(message);
  });

  it('is not said to have had seeds or a configuration that nobody knows', async () => {
    const { studies } = await importLogs(means(), request({ folder: writeRuns() }));
    const pool = new AnalysisPool(1);
    const certificate = await certifyStudy(library, pool, studies[0]!.id, null);
    await pool.close();
    expect(certificate.variants[0]!.partings).toMatchObject([
      { seedDifferences: [], explanation: 'not known: its logs do not say how it was trained' },
    ]);
    expect(certificateText(certificate)).toContain('ends otherwise; of its steps nothing was kept');
  });

  it('cannot be trained on, and says so', async () => {
    const { studies } = await importLogs(means(), request({ folder: writeRuns() }));
    const program = fileURLToPath(new URL('../../../main/cli/main.ts', import.meta.url));
    const child = spawn(
      process.execPath,
      [program, 'resume', studies[0]!.id, '--replicates', '5', '--library', file],
      {
        stdio: 'pipe',
      },
    );
    const said = child.stderr.toArray();
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(1);
    expect(Buffer.concat((await said) as Buffer[]).toString()).toContain(
      'was taken from logs made elsewhere',
    );
  });

  it('leaves the library as it was when it is ended by force', async () => {
    const runs = Array.from({ length: 60 }, (_, index) => `a_${String(index)}`);
    const root = writeRuns({}, runs);
    const long = Array.from({ length: 20_000 }, (_, index) => String(index % 10)).join('\n');
    for (const run of runs) writeFileSync(path.join(root, `logs_net_data_${run}`, 'pred1.txt'), long);
    const own = path.join(folder, 'killed.sqlite');
    await (await openLibrary(own)).close();
    const before = readFileSync(own);
    const program = fileURLToPath(new URL('../../../main/cli/main.ts', import.meta.url));
    const child = spawn(process.execPath, [program, 'import', root, '--library', own], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8');
    for await (const said of child.stderr) if (String(said).includes('of 60 runs')) break;
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const survivor = await openLibrary(own);
    expect(await survivor.listStudies()).toEqual([]);
    await survivor.close();
    expect(before.length).toBeGreaterThan(0);
    for (const name of readdirSync(folder))
      if (name.includes('importing')) rmSync(path.join(folder, name), { force: true });
  });
});
