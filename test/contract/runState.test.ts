import { describe, expect, it } from 'vitest';
import { applyRunChange, applyRunChanges, newRunState, type RunChange } from '../../src/contract/runState.ts';

const planned = (replicates: number, finishedEpochs = 0): RunChange => ({
  type: 'planned',
  at: '2026-03-14T09:26:53.000Z',
  study: { id: 'study', name: 'Study' },
  replicates: Array.from({ length: replicates }, (_, index) => ({
    ...{ id: `r${index}`, variant: 'ALGO', index, finishedEpochs, outcome: null },
  })),
  epochs: 10,
  parallel: 2,
});
const progress = (replicate: string, step: number): RunChange => ({
  ...{ type: 'progress', replicate, epoch: 1, step, stepsPerEpoch: 100, examplesPerSecond: 50 },
});
const start = newRunState({ id: 'study', name: 'Study' }, '2026-03-14T09:26:00.000Z');

describe('changes of a run', () => {
  it('come to the same one by one and together, and leave the old state as it was', () => {
    const changes: RunChange[] = [
      planned(3, 1),
      { type: 'started', replicate: 'r0', attempt: 1 },
      { type: 'adopted', replicate: 'r1', process: { pid: 1, host: 'here' } },
      progress('r0', 3),
      { type: 'epoch', replicate: 'r0', epoch: 1, testAccuracy: 0.5 },
      { type: 'stopping', replicate: 'r1' },
      { type: 'ended', replicate: 'r1', outcome: 'stopped', reason: 'why', retry: false },
      { type: 'waiting', replicate: 'r1' },
      progress('nobody', 3),
    ];
    const before = applyRunChange(start, planned(3, 1));
    const kept = structuredClone(before);
    const together = applyRunChanges(before, changes);
    expect(before).toEqual(kept);
    expect(together).toEqual(changes.reduce(applyRunChange, before));
    expect(together.replicates).toMatchObject([
      { status: 'running', epoch: 2, step: 0, testAccuracy: 0.5, adopted: false },
      { status: 'waiting', epoch: 1, adopted: true, reason: null },
      { status: 'waiting', epoch: 1 },
    ]);
    expect(together).toMatchObject({ plannedAt: '2026-03-14T09:26:53.000Z', epochsBefore: 3 });
    // What has not changed is the same object, so that whoever draws it need not look.
    expect(together.replicates[2]).toBe(applyRunChange(together, progress('r0', 5)).replicates[2]);
  });

  it('of a thousand replicates are applied in a few milliseconds', () => {
    const state = applyRunChange(start, planned(1000));
    const changes = Array.from({ length: 20_000 }, (_, at) => progress(`r${at % 1000}`, at));
    const from = performance.now();
    const end = applyRunChanges(state, changes);
    expect(performance.now() - from).toBeLessThan(250);
    expect(end.replicates[999]?.step).toBe(19_999);
  });
});
