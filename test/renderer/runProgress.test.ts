import { describe, expect, it } from 'vitest';
import { CellMaker } from '../../renderer/measures/runCells.ts';
import {
  rate,
  remainingSeconds,
  remainingText,
  runSentence,
  standingOf,
} from '../../renderer/measures/runProgress.ts';
import { movedCell } from '../../renderer/pages/run/gridCursor.ts';
import { LogTail } from '../../renderer/controls/logTail.ts';
import { applyRunChanges, newRunState, type RunChange, type RunState } from '../../src/contract/runState.ts';
import { stagedStudy } from './stagedData.ts';

const study = stagedStudy({ id: 's', name: 'S', replicates: 2, epochs: 10, finished: 1 });
const plannedAt = '2026-03-14T10:00:00.000Z';

/** Four replicates were finished before, four are to be trained for ten epochs each, two at once. */
function runOf(...changes: RunChange[]): RunState {
  const planned: RunChange = {
    ...{ type: 'planned', at: plannedAt, study: { id: 's', name: 'S' }, epochs: 10, parallel: 2 },
    replicates: study.replicates.map(({ id, variant, index, epochs, status }) => ({
      ...{ id, variant, index, finishedEpochs: epochs, outcome: status === 'finished' ? 'finished' : null },
    })),
  };
  return applyRunChanges(newRunState({ id: 's', name: 'S' }, plannedAt), [planned, ...changes]);
}
const started = (replicate: string): RunChange => ({ type: 'started', replicate, attempt: 1 });
const progress = (replicate: string, epoch: number, step: number): RunChange => ({
  ...{ type: 'progress', replicate, epoch, step, stepsPerEpoch: 100, examplesPerSecond: 1500 },
});
const after = (seconds: number): number => Date.parse(plannedAt) + 1000 * seconds;
const cellsOf = (run: RunState | null) => new CellMaker().cells(study.replicates, 10, new Map(), run);
const nobody = { alive: 0, left: 0 };

describe('how a run stands', () => {
  it('joins what the library holds and what the run tells', () => {
    const run = runOf(
      started('s/ALGO/1'),
      progress('s/ALGO/1', 4, 50),
      { type: 'epoch', replicate: 's/IMPL/1', epoch: 0, testAccuracy: 0.5 },
      { type: 'ended', replicate: 's/IMPL/1', outcome: 'crashed', reason: 'signal', retry: false },
      { type: 'ended', replicate: 's/CONTROL/1', outcome: 'stopped', reason: null, retry: false },
    );
    const cells = cellsOf(run);
    expect(cells.map(({ status }) => status)).toEqual([
      ...['finished', 'waiting', 'finished', 'running', 'finished', 'failed', 'finished', 'planned'],
    ]);
    expect(cells[3]).toMatchObject({ epoch: 4, fraction: 0.45, examplesPerSecond: 1500 });
    expect(cells[5]).toMatchObject({ epoch: 1, testAccuracy: 0.5, reason: 'signal' });
    const standing = standingOf(cells);
    expect(standing).toMatchObject({
      ...{ replicates: 8, finished: 4, broken: 1, failed: 1, training: 1, unfinished: 3 },
      examplesPerSecond: 1500,
    });
    expect(standing.fraction).toBeCloseTo((4 + 1 + 0.45) / 8);
    expect(runSentence(standing, { phase: 'running', remaining: 125, elsewhere: nobody })).toBe(
      '4 replicates of 8 have finished, 1 failed or diverged; 1 is training at 1,500 examples/s together; about 2 min left.',
    );
    expect(
      runSentence(standing, { phase: null, remaining: null, elsewhere: { alive: 1, left: 0 } }),
    ).toContain('Another process runs this study and has 1 replicate in hand');
  });

  it('makes no new cell where nothing has changed', () => {
    const maker = new CellMaker();
    const before = maker.cells(study.replicates, 10, new Map(), runOf(started('s/ALGO/1')));
    const now = maker.cells(
      study.replicates,
      10,
      new Map(),
      applyRunChanges(runOf(), [started('s/ALGO/1'), progress('s/ALGO/1', 0, 1)]),
    );
    expect(now[3]).not.toBe(before[3]);
    const state = runOf(started('s/ALGO/1'));
    const first = maker.cells(study.replicates, 10, new Map(), state);
    const later = maker.cells(
      study.replicates,
      10,
      new Map(),
      applyRunChanges(state, [progress('s/ALGO/1', 0, 1)]),
    );
    expect(later.map((cell, at) => cell === first[at])).toEqual([
      true,
      true,
      true,
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  it('estimates from the epochs that this run trained, and never less than its longest replicate takes', () => {
    const two = runOf(
      started('s/ALGO/1'),
      started('s/IMPL/1'),
      progress('s/ALGO/1', 2, 0),
      progress('s/IMPL/1', 2, 0),
    );
    expect(remainingSeconds(two, after(2))).toBeNull();
    // Four epochs in 20 seconds; 36 are left.
    expect(remainingSeconds(two, after(20))).toBeCloseTo(180);
    const ended = ['s/ALGO+IMPL/1', 's/IMPL/1', 's/CONTROL/1'].flatMap((replicate): RunChange[] => [
      { type: 'epoch', replicate, epoch: 9, testAccuracy: 0.5 },
      { type: 'ended', replicate, outcome: 'finished', reason: null, retry: false },
    ]);
    const one = runOf(started('s/ALGO/1'), progress('s/ALGO/1', 0, 0), ...ended, progress('s/ALGO/1', 6, 0));
    // 36 epochs in 90 seconds, and one replicate has four left.
    expect(remainingSeconds(one, after(90))).toBeCloseTo(10);
    expect(remainingSeconds({ ...one, phase: 'stopping' }, after(90))).toBeNull();
  });

  it('says no more than it knows', () => {
    expect([4, 34, 70, 1300, 3500, 8300, 200_000, 1_000_000].map(remainingText)).toEqual([
      ...['less than 10 s', 'about 30 s', 'about 1 min', 'about 20 min', 'about 1 h', 'about 2 h 20 min'],
      ...['about 2 days', 'about 12 days'],
    ]);
    expect([18_432.7, 412.4, 3.14159].map(rate)).toEqual([
      '18,400 examples/s',
      '412 examples/s',
      '3.1 examples/s',
    ]);
    const all = standingOf(
      new CellMaker().cells(
        stagedStudy({ id: 't', name: 'T', replicates: 3, epochs: 2 }).replicates,
        2,
        new Map(),
        null,
      ),
    );
    expect(runSentence(all, { phase: null, remaining: null, elsewhere: nobody })).toBe(
      'All 12 replicates have finished.',
    );
  });
});

describe('the keyboard in the grid', () => {
  const rows = [
    ['a0', 'a1', 'a2', 'a3', 'a4'],
    ['b0', 'b1'],
  ];
  it.each([
    ['a0', 'ArrowRight', 'a1'],
    ['a4', 'ArrowRight', 'b0'],
    ['b0', 'ArrowLeft', 'a4'],
    ['a1', 'ArrowDown', 'a4'],
    ['a4', 'ArrowDown', 'b1'],
    ['b0', 'ArrowUp', 'a3'],
    ['a2', 'ArrowUp', null],
    ['a2', 'End', 'a4'],
    ['b1', 'Home', 'b0'],
    ['a2', 'x', null],
  ])('from %s by %s goes to %s', (from, key, to) => {
    expect(movedCell(rows, { from, key, perLine: 3 })).toBe(to);
  });
});

describe('the end of a log', () => {
  it('is put together from parts, bounded, and begun anew with the log', () => {
    const tail = new LogTail();
    expect(tail.take({ text: 'one\n', from: 10, next: 14, size: 20 })).toBe(true);
    expect(tail.take({ text: 'two\n', from: 14, next: 20, size: 20 })).toBe(false);
    expect(tail).toMatchObject({ text: 'one\ntwo\n', next: 20, isCut: true });
    tail.take({ text: `${'x'.repeat(99)}\n`.repeat(2500), from: 20, next: 250_020, size: 250_020 });
    expect(tail.text.length).toBeLessThanOrEqual(200_000);
    expect(tail.text.startsWith('x')).toBe(true);
    expect(tail.take({ text: '', from: 5, next: 5, size: 5 })).toBe(true);
    expect(tail).toMatchObject({ text: '', next: null, isCut: false });
  });
});
