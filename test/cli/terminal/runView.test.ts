import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { RunState } from '../../../main/cli/terminal/runState.ts';
import { plainRunLine, renderRun } from '../../../main/cli/terminal/runView.ts';
import type { RunEvent } from '../../../src/host/runEvents.ts';

const variants = ['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL'];

function plan(perVariant: number): RunEvent {
  const replicates = Array.from({ length: perVariant }, (_, index) =>
    variants.map((variant) => ({
      id: `${variant}/${index}`,
      variant,
      index,
      finishedEpochs: 0,
      outcome: null,
    })),
  ).flat();
  return {
    type: 'planned',
    at: '2026-03-14T09:26:53.000Z',
    study: { id: 'quickstart-abcde', name: 'quickstart' },
    replicates,
    epochs: 12,
    parallel: 2,
  };
}

/** A run in its middle: one replicate finished, one failed, two running. */
function middle(): RunState {
  const state = new RunState();
  state.apply(plan(3), 0);
  const apply = (...events: RunEvent[]) => events.forEach((event) => state.apply(event, 10));
  const started = (replicate: string): RunEvent => ({ type: 'started', replicate, attempt: 1 });
  const progress = (replicate: string, epoch: number, examplesPerSecond: number): RunEvent => ({
    type: 'progress',
    replicate,
    epoch,
    step: 30,
    stepsPerEpoch: 60,
    examplesPerSecond,
  });
  apply(started('ALGO+IMPL/0'), progress('ALGO+IMPL/0', 0, 5000));
  apply(
    ...[0.5, 0.7, 0.75].map((testAccuracy, epoch): RunEvent => ({
      type: 'epoch',
      replicate: 'ALGO+IMPL/0',
      epoch,
      testAccuracy,
    })),
  );
  apply({ type: 'ended', replicate: 'ALGO+IMPL/0', outcome: 'finished', reason: null, retry: false });
  apply(started('ALGO/0'), {
    type: 'ended',
    replicate: 'ALGO/0',
    outcome: 'failed',
    reason: 'x',
    retry: false,
  });
  apply(started('IMPL/0'), progress('IMPL/0', 0, 9000));
  apply(
    ...[0.4, 0.6, 0.7].map((testAccuracy, epoch): RunEvent => ({
      type: 'epoch',
      replicate: 'IMPL/0',
      epoch,
      testAccuracy,
    })),
  );
  apply(progress('IMPL/0', 3, 12_345.6), started('CONTROL/0'));
  return state;
}

const plain = (state: RunState, columns = 80, rows = 24): string[] =>
  stripVTControlCharacters(renderRun(state, 40, { columns, rows })).split('\n');

describe('the live view', () => {
  it('shows the whole, each variant, and each running replicate', () => {
    expect(plain(middle())).toMatchInlineSnapshot(`
      [
        "",
        "  quickstart  ━━━━────────────────   19 %  2/12 replicates  9:43 left",
        "",
        "  ALGO+IMPL  ● ○ ○   75.0 %",
        "  ALGO       ✗ ○ ○",
        "  IMPL       ◐ ○ ○   70.0 %",
        "  CONTROL    ◐ ○ ○",
        "",
        "  IMPL 1       ━━━━━───────────  epoch  4/12   12,346/s  70.0 % ▁▆█",
        "  CONTROL 1    ────────────────  epoch  1/12           ",
        "",
      ]
    `);
  });

  it.each([200, 80, 60, 40, 20])('is never wider than %i columns', (columns) => {
    for (const line of plain(middle(), columns)) {
      expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  it('is never higher than the terminal, however many run at once', () => {
    const state = new RunState();
    state.apply(plan(50), 0);
    for (const id of state.replicates.keys()) state.apply({ type: 'started', replicate: id, attempt: 1 }, 0);
    const lines = plain(state, 80, 24);
    expect(lines.length).toBeLessThan(24);
    expect(lines.join('\n')).toMatch(/and 187 more/);
  });

  it('counts replicates where there are too many for a mark each', () => {
    const state = new RunState();
    state.apply(plan(1000), 0);
    state.apply({ type: 'started', replicate: 'IMPL/0', attempt: 1 }, 0);
    expect(plain(state)[5]).toMatch(/^ {2}IMPL {7}1 running, 999 waiting$/);
  });

  it('says what is being prepared before there is a plan', () => {
    const state = new RunState();
    state.apply({ type: 'preparing', message: 'Loading the data' }, 0);
    expect(plain(state)).toEqual(['  Loading the data']);
  });
});

it('the plain line says the same in short', () => {
  // 6 epochs were trained in 30 seconds, and 144 - 27.5 are left; those a failed replicate did not train say nothing of the pace.
  expect(plainRunLine(middle(), 40)).toBe('19 %, 2 of 12 replicates, 12,346 examples/s, 9:43 left');
});
