import { logUpdateStderr } from 'log-update';
import type { FetchEvent } from '../../../src/host/datasets/fetchDataset.ts';
import { formatBytes, formatDuration } from './format.ts';

/** How often a plain line is written where there is no terminal to redraw. */
const plainEveryMilliseconds = 10_000;
const drawnEveryMilliseconds = 200;

/** Shows how a transfer goes: one line that is redrawn on a terminal, now and then a line where it is piped. */
export function createTransferReporter(now: () => number = Date.now): {
  tell: (event: FetchEvent) => void;
  end: () => void;
} {
  const isTerminal = process.stderr.isTTY;
  const started = now();
  let shown = 0;
  let begin: { file: string; bytes: number; at: number } | null = null;
  return {
    tell: (event) => {
      const at = now();
      if (event.type === 'unpacking') {
        write(`Unpacking ${event.file} ...`, isTerminal);
        return;
      }
      if (begin?.file !== event.file) begin = { file: event.file, bytes: event.bytes, at };
      const isDone = event.bytes === event.total;
      if (!isDone && at - shown < (isTerminal ? drawnEveryMilliseconds : plainEveryMilliseconds)) return;
      shown = at;
      write(progressLine(event, begin, at, started), isTerminal);
    },
    end: () => {
      if (isTerminal) logUpdateStderr.done();
    },
  };
}

function progressLine(
  { file, bytes, total }: Extract<FetchEvent, { type: 'fetching' }>,
  begin: { bytes: number; at: number },
  at: number,
  started: number,
): string {
  const seconds = (at - begin.at) / 1000;
  const pace = seconds > 0.5 ? (bytes - begin.bytes) / seconds : null;
  const left = pace === null || pace === 0 ? '' : `, ${formatDuration((total - bytes) / pace)} left`;
  const speed = pace === null ? '' : `, ${formatBytes(pace)}/s`;
  const percent = Math.floor((100 * bytes) / total);
  const end = bytes === total ? ` in ${formatDuration((at - started) / 1000)}` : left;
  return `Fetching ${file}: ${percent} %, ${formatBytes(bytes)} of ${formatBytes(total)}${speed}${end}`;
}

function write(line: string, isTerminal: boolean): void {
  if (isTerminal) logUpdateStderr(line);
  else process.stderr.write(`${line}\n`);
}
