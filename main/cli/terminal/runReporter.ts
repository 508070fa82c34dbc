import { createLogUpdate } from 'log-update';
import type { RunEvent } from '../../../src/host/runEvents.ts';
import { formatPercent } from './format.ts';
import { RunState } from './runState.ts';
import { plainRunLine, renderRun, type ViewSize } from './runView.ts';
import { wrap } from './wrap.ts';

/** Shows a run while it goes on; `close` leaves its last state on the screen. */
export interface RunReporter {
  event(event: RunEvent): void;
  close(): void;
}

const redrawInterval = 120;
const plainInterval = 10_000;

const secondsNow = (): number => performance.now() / 1000;

/** What stays on the screen or in a log about an event; null for one that is seen in the overall standing alone. */
function lineOf(event: RunEvent, state: RunState): string | null {
  const label = (id: string): string => {
    const replicate = state.replicates.get(id);
    return replicate === undefined ? id : `${replicate.variant} ${replicate.index + 1}`;
  };
  switch (event.type) {
    case 'preparing':
    case 'note':
      return event.message;
    case 'planned': {
      const { study, replicates, epochs, parallel } = event;
      return `${study.name}: ${replicates.length} ${replicates.length === 1 ? 'replicate' : 'replicates'} of ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}, ${parallel} at once`;
    }
    case 'adopted':
      return `${label(event.replicate)}: still being trained by process ${event.process.pid} of an earlier run; waiting for it`;
    case 'started':
      return `${label(event.replicate)}: started${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`;
    case 'ended': {
      const accuracy = state.replicates.get(event.replicate)?.accuracies.at(-1);
      const score =
        event.outcome === 'finished' && accuracy !== undefined
          ? `, test accuracy ${formatPercent(accuracy)} %`
          : '';
      const reason = event.reason === null ? '' : `: ${event.reason}`;
      return `${label(event.replicate)}: ${event.outcome}${score}${reason}${event.retry ? '; trying once more' : ''}`;
    }
    case 'stopping':
    case 'waiting':
    case 'epoch':
    case 'progress':
      return null;
  }
}

/** Whether an event is worth a line that stays above the live view. */
function staysOnScreen(event: RunEvent): boolean {
  const troubled = event.type === 'ended' && event.outcome !== 'finished' && event.outcome !== 'stopped';
  return event.type === 'note' || event.type === 'adopted' || troubled;
}

/** A terminal that does not tell its size gives 0. */
function sizeOf({ columns, rows }: NodeJS.WriteStream): ViewSize {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

const indented = (text: string, columns: number): string =>
  wrap(text, columns - 3)
    .map((line) => `  ${line}`)
    .join('\n');

/** Redraws one block of lines in place. */
function liveReporter(stream: NodeJS.WriteStream): RunReporter {
  const state = new RunState();
  const update = createLogUpdate(stream);
  const draw = (): void => {
    update(renderRun(state, secondsNow(), sizeOf(stream)));
  };
  const timer = setInterval(draw, redrawInterval);
  return {
    event: (event) => {
      state.apply(event, secondsNow());
      if (staysOnScreen(event)) {
        update.persist(indented(lineOf(event, state) ?? '', sizeOf(stream).columns));
        draw();
      }
    },
    close: () => {
      clearInterval(timer);
      draw();
      update.done();
      stream.write('\n');
    },
  };
}

/** Plain lines for a pipe or a log file: each replicate's beginning and end, and now and then the overall standing. */
function plainReporter(stream: NodeJS.WritableStream): RunReporter {
  const state = new RunState();
  const write = (line: string): void => {
    stream.write(`${line}\n`);
  };
  const timer = setInterval(() => {
    if (state.running.length > 0) {
      write(plainRunLine(state, secondsNow()));
    }
  }, plainInterval);
  return {
    event: (event) => {
      state.apply(event, secondsNow());
      const line = lineOf(event, state);
      if (line !== null) {
        write(line);
      }
    },
    close: () => {
      clearInterval(timer);
    },
  };
}

/** A reporter on standard error: live on a terminal, plain lines otherwise. */
export function createRunReporter(stream: NodeJS.WriteStream = process.stderr): RunReporter {
  return stream.isTTY ? liveReporter(stream) : plainReporter(stream);
}
