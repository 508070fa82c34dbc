import { describe, expect, it } from 'vitest';
import { RunState } from '../../../main/cli/terminal/runState.ts';
import { plannedRun } from './plannedRun.ts';

describe('the state of a run', () => {
  it('counts epochs that were finished before, and replicates that ended', () => {
    const state = new RunState();
    state.apply(plannedRun({ a: 0, b: 4 }, 10), 0);
    expect(state.fraction).toBeCloseTo(0.2);
    state.apply({ type: 'started', replicate: 'a', attempt: 1 }, 0);
    state.apply(
      { type: 'progress', replicate: 'a', epoch: 0, step: 5, stepsPerEpoch: 10, examplesPerSecond: 9 },
      0,
    );
    expect(state.fraction).toBeCloseTo(0.225);
    state.apply({ type: 'epoch', replicate: 'a', epoch: 0, testAccuracy: 0.5 }, 1);
    expect(state.fraction).toBeCloseTo(0.25);
    expect(state.running.map(({ id }) => id)).toEqual(['a']);
    state.apply({ type: 'ended', replicate: 'a', outcome: 'diverged', reason: 'NaN', retry: false }, 1);
    expect(state.fraction).toBeCloseTo(0.7);
    expect(state.endedCount).toBe(1);
    expect(state.running).toEqual([]);
  });

  it('estimates what is left from the pace since the first progress, not from before', () => {
    const state = new RunState();
    state.apply(plannedRun({ a: 5 }, 10), 0);
    state.apply({ type: 'started', replicate: 'a', attempt: 1 }, 1);
    expect(state.remainingSeconds(50)).toBeNull();
    state.apply(
      { type: 'progress', replicate: 'a', epoch: 5, step: 1, stepsPerEpoch: 10, examplesPerSecond: 9 },
      100,
    );
    state.apply({ type: 'epoch', replicate: 'a', epoch: 5, testAccuracy: 0.5 }, 101);
    expect(state.remainingSeconds(101)).toBeNull();
    state.apply(
      { type: 'progress', replicate: 'a', epoch: 6, step: 1, stepsPerEpoch: 10, examplesPerSecond: 9 },
      110,
    );
    // One epoch in 10 seconds, and 3.9 are left.
    expect(state.remainingSeconds(110)).toBeCloseTo(39);
  });

  it('lets a crashed replicate that is tried again wait, and one that runs again run', () => {
    const state = new RunState();
    state.apply(plannedRun({ a: 0 }, 10), 0);
    state.apply({ type: 'started', replicate: 'a', attempt: 1 }, 0);
    state.apply({ type: 'ended', replicate: 'a', outcome: 'crashed', reason: 'x', retry: true }, 1);
    expect(state.replicates.get('a')).toMatchObject({ status: 'waiting', ended: false });
    state.apply({ type: 'started', replicate: 'a', attempt: 2 }, 2);
    expect(state.replicates.get('a')).toMatchObject({ status: 'running', ended: false });
    state.apply({ type: 'ended', replicate: 'a', outcome: 'crashed', reason: 'x', retry: false }, 3);
    expect(state.replicates.get('a')).toMatchObject({ status: 'crashed', ended: true });
  });

  it('knows how a replicate of an earlier run ended, and follows one that goes on', () => {
    const state = new RunState();
    const planned = plannedRun({ a: 2, b: 3 }, 10);
    planned.replicates[0]!.outcome = 'diverged';
    state.apply(planned, 0);
    expect(state.replicates.get('a')?.status).toBe('diverged');
    expect(state.fraction).toBeCloseTo(0.65);
    state.apply({ type: 'adopted', replicate: 'b', process: { pid: 1, host: 'here' } }, 0);
    state.apply({ type: 'epoch', replicate: 'b', epoch: 3, testAccuracy: 0.5 }, 1);
    expect(state.replicates.get('b')).toMatchObject({ status: 'running', epoch: 4 });
  });
});
