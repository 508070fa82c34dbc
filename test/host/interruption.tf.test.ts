import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  noisefloor,
  jsonOf,
  startNoisefloor,
  type Ended,
  type RunningCommand,
} from '../fixtures/cli/noisefloor.ts';
import {
  epochsIn,
  eventually,
  isAlive,
  processesOf,
  resultFolder,
  studyIdOf,
  writeStudy,
} from '../fixtures/cli/studyFile.ts';
import { outcomeOf, recordedReplicate, scratchFolder } from '../fixtures/training/replicate.ts';
import { writeTinyImages } from '../fixtures/training/tinyImages.ts';
import { tinyStudy } from '../fixtures/training/tinyStudy.ts';

const folder = scratchFolder();
const images = path.join(folder, 'images');
const studyFile = path.join(folder, 'study.json');
const replicates = [
  ['ALGO', 0],
  ['CONTROL', 0],
  ['ALGO', 1],
  ['CONTROL', 1],
] as const;
/** So many that a replicate is in training for seconds: a test on a busy machine must still find it there. */
const epochs = 16;
/** What each replicate comes to when nobody interrupts it. */
let reference: unknown[];

beforeAll(async () => {
  writeTinyImages(images, { train: 1600, test: 100 });
  const variants = tinyStudy(images).variants.filter(({ name }) => name === 'ALGO' || name === 'CONTROL');
  writeStudy(studyFile, tinyStudy(images, { recipe: { epochs }, variants }));
  const library = path.join(folder, 'reference.sqlite');
  const ended = await noisefloor(['run', studyFile, '--parallel', '2', '--json', '--library', library]);
  expect(ended.code, ended.stderr).toBe(0);
  reference = replicates.map(([variant, index]) =>
    outcomeOf(resultFolder(library, studyIdOf(ended), variant, index)),
  );
});

interface Run {
  library: string;
  running: RunningCommand;
  /** The result folders of all replicates, in the order they are planned. */
  folders: string[];
}

/** Starts the study in a library of its own, and waits until the first two replicates have an epoch each. */
async function startRun(name: string): Promise<Run> {
  const library = path.join(folder, `${name}.sqlite`);
  const running = startNoisefloor(['run', studyFile, '--parallel', '2', '--json', '--library', library]);
  const id = await eventually(() => existsSync(`${library}.results`) && readdirSync(`${library}.results`)[0]);
  const folders = replicates.map(([variant, index]) => resultFolder(library, id, variant, index));
  await eventually(() => folders.slice(0, 2).every((results) => epochsIn(results) > 0));
  return { library, running, folders };
}

const resume = (library: string): RunningCommand =>
  startNoisefloor(['resume', 'tiny', '--parallel', '2', '--json', '--library', library]);

function expectFinished(ended: Ended, { folders }: Run): void {
  expect(ended.code, ended.stderr).toBe(0);
  for (const results of folders) {
    const { epochs: recorded, ended: end } = recordedReplicate(results);
    expect(recorded.map(({ epoch }) => epoch)).toEqual(Array.from({ length: epochs }, (_, epoch) => epoch));
    expect(end?.status).toBe('finished');
  }
  expect(folders.map(outcomeOf)).toEqual(reference);
  const analysis = jsonOf(ended) as {
    variants: { name: string; replicates: number; bitIdentical: boolean }[];
  };
  expect(analysis.variants).toMatchObject([
    { name: 'ALGO', replicates: 2, bitIdentical: false },
    { name: 'CONTROL', replicates: 2, bitIdentical: true },
  ]);
}

describe('a host that is killed', () => {
  it('leaves its replicates running; the next host waits for those, and trains nothing twice', async () => {
    const run = await startRun('killed');
    run.running.child.kill('SIGKILL');
    await run.running.ended;
    const orphans = run.folders.slice(0, 2).flatMap(processesOf);
    expect(orphans.map(isAlive)).toEqual([true, true]);
    const alreadyThere = run.folders.slice(0, 2).map(epochsIn);
    // They are held still, so that they cannot have ended before the next host comes.
    for (const pid of orphans) process.kill(pid, 'SIGSTOP');
    const next = resume(run.library);
    await next.said(/ALGO 1: still being trained by process \d+[^]*CONTROL 1: still being trained/);
    for (const pid of orphans) process.kill(pid, 'SIGCONT');
    expectFinished(await next.ended, run);
    expect(run.folders.map((results) => processesOf(results).length)).toEqual([1, 1, 1, 1]);
    expect(run.folders.slice(0, 2).flatMap(processesOf)).toEqual(orphans);
    run.folders.slice(0, 2).forEach((results, position) => {
      expect(epochsIn(results)).toBeGreaterThanOrEqual(alreadyThere[position]!);
    });
  });

  it('has left replicates that the next host can stop', async () => {
    const run = await startRun('left');
    run.running.child.kill('SIGKILL');
    await run.running.ended;
    const orphans = run.folders.slice(0, 2).flatMap(processesOf);
    for (const pid of orphans) process.kill(pid, 'SIGSTOP');
    const next = resume(run.library);
    await next.said(/CONTROL 1: still being trained/);
    next.child.kill('SIGINT');
    await next.said(/Stopping/);
    for (const pid of orphans) process.kill(pid, 'SIGCONT');
    expect((await next.ended).code).toBe(130);
    expect(orphans.map(isAlive)).toEqual([false, false]);
    for (const results of run.folders.slice(0, 2)) {
      expect(recordedReplicate(results).ended?.status).toMatch(/stopped|finished/);
    }
  });
});

describe('two hosts with one library', () => {
  it('share the replicates, and train none twice', async () => {
    const run = await startRun('shared');
    run.running.child.kill('SIGKILL');
    await run.running.ended;
    const both = await Promise.all([resume(run.library).ended, resume(run.library).ended]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    // One may have ended while the other still trained; a third look is complete.
    expectFinished(await resume(run.library).ended, run);
    expect(run.folders.map((results) => processesOf(results).length)).toEqual([1, 1, 1, 1]);
  });
});

describe('Ctrl-C', () => {
  it('stops in good order with exit code 130, and the study ends like one that was never stopped', async () => {
    const run = await startRun('stopped');
    run.running.child.kill('SIGINT');
    const stopped = await run.running.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(/Go on with "noisefloor resume tiny-/);
    expect(jsonOf(stopped)).toMatchObject({
      study: { name: 'tiny' },
      variants: [{ name: 'ALGO' }, { name: 'CONTROL' }],
    });
    expect(run.folders.slice(0, 2).flatMap(processesOf).map(isAlive)).toEqual([false, false]);
    expect(run.folders.slice(2).map((results) => existsSync(results))).toEqual([false, false]);
    for (const results of run.folders.slice(0, 2)) {
      expect(recordedReplicate(results).ended).toMatchObject({ status: 'stopped', reason: 'asked to stop' });
    }
    expectFinished(await resume(run.library).ended, run);
    expect(run.folders.map((results) => processesOf(results).length)).toEqual([2, 2, 1, 1]);
  });

  it('twice ends everything at once, and loses no finished epoch', async () => {
    const run = await startRun('ended');
    const pids = run.folders.slice(0, 2).flatMap(processesOf);
    // Processes that do not answer a request to stop.
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    const recorded = run.folders.map(epochsIn);
    run.running.child.kill('SIGINT');
    await run.running.said(/Ctrl-C again ends at once/);
    run.running.child.kill('SIGINT');
    expect((await run.running.ended).code).toBe(130);
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(run.folders.map(epochsIn)).toEqual(recorded);
  });
});

describe('a replicate whose process dies', () => {
  it('once is recorded and tried again; twice, it has failed, and the study goes on', async () => {
    const run = await startRun('crashed');
    const [once, twice] = run.folders as [string, string];
    process.kill(processesOf(once)[0]!, 'SIGKILL');
    process.kill(processesOf(twice)[0]!, 'SIGKILL');
    await run.running.said(/CONTROL 1: crashed: its process ended with signal SIGKILL.*trying once more/);
    const again = await eventually(() => processesOf(twice)[1]);
    process.kill(again, 'SIGKILL');
    const ended = await run.running.ended;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/ALGO 1: started, attempt 2/);
    expect(ended.stderr).toMatch(/CONTROL 1: crashed: its process ended with signal SIGKILL.*output\.log\n/);
    expect(ended.stderr).toMatch(/1 of 4 replicates failed\. "noisefloor show tiny-.*says why/);
    expect(jsonOf(ended)).toMatchObject({
      variants: [
        { name: 'ALGO', replicates: 2, excluded: [] },
        {
          name: 'CONTROL',
          replicates: 1,
          excluded: [{ index: 0, reason: expect.stringContaining('SIGKILL') as string }],
        },
      ],
    });
    const shown = jsonOf(await noisefloor(['show', 'tiny', '--json', '--library', run.library]));
    expect(shown.counts).toMatchObject({ finished: 3, failed: 1 });
    expectFinished(await resume(run.library).ended, run);
    expect(run.folders.map((results) => processesOf(results).length)).toEqual([2, 3, 1, 1]);
  });
});
