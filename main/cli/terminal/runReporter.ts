import { createLogUpdate } from 'log-update';
import type { RunEvent } from '../../../src/host/runEvents.ts';
import { formatPercent } from './format.ts';
import { RunState } from './runState.ts';
import { plainRunLine, renderRun } from './runView.ts';

/** Shows a run while it goes on; `close` leaves its last state on the screen. */
export interface RunReporter {
  event(event: RunEvent): void;
  close(): void;
}

const secondsNow = (): number => performance.now() / 1000;

/** Redraws one block of lines in place. */
function liveReporter(stream: NodeJS.WriteStream): RunReporter {
  const state = new RunState();
  const update = createLogUpdate(stream);
  const draw = (): void => {
    update(renderRun(state, secondsNow()));
  };
  const timer = setInterval(draw, 120);
  return {
    event: (event) => {
      state.apply(event, secondsNow());
      if (event.type === 'note') {
        update.clear();
        stream.write(`  ${event.message}\n`);
      }
    },
    close: () => {
      clearInterval(timer);
      draw();
      update.done();
    },
  };
}

/** Plain lines for a pipe or a log file: every event that matters, and the overall standing every ten seconds. */
function plainReporter(stream: NodeJS.WritableStream): RunReporter {
  const state = new RunState();
  const write = (line: string): void => {
    stream.write(`${line}\n`);
  };
  const label = (id: string): string => {
    const replicate = state.replicates.get(id);
    return replicate === undefined ? id : `${replicate.variant} ${replicate.index + 1}`;
  };
  const timer = setInterval(() => {
    if (state.replicates.size > 0) {
      write(plainRunLine(state, secondsNow()));
    }
  }, 10_000);
  return {
    event: (event) => {
      state.apply(event, secondsNow());
      switch (event.type) {
        case 'preparing':
        case 'note':
          write(event.message);
          break;
        case 'planned':
          write(
            `${event.study.name}: ${event.replicates.length} replicates of ${event.epochs} epochs, ${event.parallel} at once`,
          );
          break;
        case 'started':
          write(`${label(event.replicate)}: started${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`);
          break;
        case 'epoch':
          write(
            `${label(event.replicate)}: epoch ${event.epoch + 1}, test accuracy ${formatPercent(event.testAccuracy)} %`,
          );
          break;
        case 'ended':
          write(
            `${label(event.replicate)}: ${event.outcome}${event.reason === null ? '' : `: ${event.reason}`}${event.retry ? '; trying once more' : ''}`,
          );
          break;
        case 'progress':
          break;
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
