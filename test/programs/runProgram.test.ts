import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataOfProgram } from '../../src/programs/programData.ts';
import { runProgram } from '../../src/programs/runProgram.ts';
import { prepareResultFolder } from '../../src/results/folder.ts';
import { readRecords } from '../../src/results/reader.ts';
import type { EpochRecord } from '../../src/results/record.ts';
import { parseStudy } from '../../src/study/parse.ts';
import { planReplicates } from '../../src/study/plan.ts';
import { paperVariants } from '../../src/study/variant.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';

const scratch = temporaryFolder();

/** A result folder whose program is a text for Node. */
function folderOf(name: string, script: string, more: { labels?: string } = {}): string {
  const work = path.join(scratch, `${name}-work`);
  mkdirSync(work, { recursive: true });
  writeFileSync(path.join(work, 'train.mjs'), script);
  const study = parseStudy({
    noisefloor: 1,
    name,
    program: { command: [process.execPath, 'train.mjs', '{out}', '{seed:order}'], folder: work, ...more },
    variants: paperVariants('device').slice(0, 1),
    replicates: 1,
  });
  const data = study.program === undefined ? null : dataOfProgram(study.program);
  const [order] = planReplicates(study, name, data?.hash ?? null);
  if (order === undefined) throw new RangeError('There is one replicate.');
  const folder = path.join(scratch, name);
  prepareResultFolder(folder, order);
  return folder;
}

const write = `
  import { writeFileSync, appendFileSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  const out = process.argv[2];
  const write = (name, text) => writeFileSync(out + '/' + name, text);
`;
const nobody = { epoch: () => undefined, shouldStop: () => false };

const epochsOf = (folder: string): EpochRecord[] =>
  readRecords(folder).records.flatMap((record) => (record.type === 'epoch' ? [record] : []));

describe('a program of one’s own', () => {
  it('trains a replicate: epochs with gaps, predictions of some, the last without a number', async () => {
    const labels = path.join(scratch, 'labels.txt');
    writeFileSync(labels, '0\n1\n1\n0\n');
    const folder = folderOf(
      'good',
      `${write}
      write('metrics.csv', 'epoch,loss,val_loss\\n0,1.5,1.6\\n4,0.5,0.7\\n9,0.25,0.5\\n');
      write('predictions_4.txt', '0\\n0\\n0\\n0\\n');
      write('predictions.txt', '0\\n1\\n1\\n1\\n');`,
      { labels },
    );
    const told: number[] = [];
    const ended = await runProgram(folder, { ...nobody, epoch: (epoch) => told.push(epoch) });
    expect(ended).toMatchObject({ status: 'finished', epoch: 9 });
    expect(told).toEqual([0, 4, 9]);
    const epochs = epochsOf(folder);
    expect(epochs.map(({ epoch, loss, testLoss }) => [epoch, loss, testLoss])).toEqual([
      [0, 1.5, 1.6],
      [4, 0.5, 0.7],
      [9, 0.25, 0.5],
    ]);
    // Counted by hand: two of four are right, then three.
    expect(epochs.map(({ testAccuracy }) => testAccuracy)).toEqual([Number.NaN, 0.5, 0.75]);
    expect([...(epochs[2]?.predictions ?? [])]).toEqual([0, 1, 1, 1]);
    // Asked for again, it has ended.
    expect(await runProgram(folder, nobody)).toMatchObject({ status: 'finished' });
    expect(readRecords(folder).records.filter(({ type }) => type === 'started')).toHaveLength(1);
  });

  it('fails with its exit code and what it said last, and begins anew when it is tried again', async () => {
    const folder = folderOf(
      'bad',
      `${write}
      import { existsSync } from 'node:fs';
      if (existsSync('again')) { write('metrics.csv', 'epoch,val_accuracy\\n0,0.5\\n'); process.exit(0); }
      writeFileSync('again', ''); write('metrics.csv', 'epoch,val_accuracy\\n0,0.1\\n1,0.2\\n'); process.exit(3);`,
    );
    writeFileSync(path.join(folder, 'output.log'), 'loading\nKeyError: learning rate\n');
    const ended = await runProgram(folder, nobody);
    expect(ended).toMatchObject({ status: 'failed' });
    expect(ended.reason).toMatch(/exit code 3: KeyError: learning rate; what it printed is in output\.log/);
    expect(epochsOf(folder)).toEqual([]);
    expect(await runProgram(folder, nobody)).toMatchObject({ status: 'finished' });
    expect(epochsOf(folder).map(({ testAccuracy }) => testAccuracy)).toEqual([0.5]);
  });

  it('is ended with what it started when it is asked to stop', async () => {
    const folder = folderOf(
      'slow',
      `${write}
      import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      writeFileSync('child', String(child.pid));
      await sleep(60_000);`,
    );
    const child = path.join(scratch, 'slow-work', 'child');
    const ended = await runProgram(folder, { ...nobody, shouldStop: () => existsSync(child) });
    expect(ended).toMatchObject({ status: 'stopped', reason: 'asked to stop' });
  });

  it.each([
    [
      'nothing',
      `${write} write('notes.md', 'x');`,
      /wrote notes\.md into .*metrics\.csv, .*predictions or weights/,
    ],
    [
      'words',
      `${write} write('predictions.txt', 'cat\\ndog\\n');`,
      /predictions\.txt, line 1: "cat" is no class/,
    ],
    [
      'twice',
      `${write} write('metrics.csv', 'epoch,loss\\n0,1\\n0,2\\n');`,
      /line 3: epoch 0 is there already/,
    ],
  ])('that writes %s has failed, with what is wrong', async (name, script, expected) => {
    const ended = await runProgram(folderOf(name, script), nobody);
    expect(ended.status).toBe('failed');
    expect(ended.reason).toMatch(expected);
  });

  it('that predicts another number of examples than there are labels has failed', async () => {
    const labels = path.join(scratch, 'three.txt');
    writeFileSync(labels, '0\n1\n1\n');
    const folder = folderOf('fewer', `${write} write('predictions.txt', '0\\n1\\n');`, { labels });
    expect((await runProgram(folder, nobody)).reason).toMatch(/2 predictions where 3 were expected/);
    writeFileSync(labels, '1\n1\n1\n');
    expect((await runProgram(folder, nobody)).reason).toMatch(/labels in .*three\.txt have changed/);
  });

  it('that is not there has failed, and says so', async () => {
    const study = parseStudy({
      noisefloor: 1,
      name: 'missing',
      program: { command: ['no-such-program-here'], folder: scratch },
      variants: paperVariants('device').slice(0, 1),
      replicates: 1,
    });
    const [order] = planReplicates(study, 'missing', null);
    const folder = path.join(scratch, 'missing');
    if (order !== undefined) prepareResultFolder(folder, order);
    expect((await runProgram(folder, nobody)).reason).toMatch(/"no-such-program-here" could not be started/);
  });
});
