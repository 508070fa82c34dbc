import colours from 'picocolors';
import { variantPaint, type Paint } from './colours.ts';
import { formatCount, formatDuration, formatPercent } from './format.ts';
import { fitLine, type Segment } from './line.ts';
import type { ReplicateState, RunState } from './runState.ts';

/** Room that a view has: characters and lines. */
export interface ViewSize {
  columns: number;
  rows: number;
}

const sparkLevels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const sparkWidth = 12;
/** Of the bar of the whole run. */
const [narrowestBar, widestBar] = [8, 20];
/** Lines of the view that are not those of running replicates: heading, gaps, and the terminal's own last line. */
const otherRows = 6;

const statusMarks: Record<ReplicateState['status'], string> = {
  finished: '●',
  running: '◐',
  waiting: '○',
  stopped: '■',
  diverged: '✗',
  failed: '✗',
  crashed: '✗',
};

function bar(fraction: number, width: number, paint?: Paint): Segment[] {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return [
    paint === undefined ? ['━'.repeat(filled)] : ['━'.repeat(filled), paint],
    ['─'.repeat(width - filled), colours.dim],
  ];
}

/** Test accuracy by epoch as a row of blocks, scaled to its own range, newest last. */
function sparkline(values: readonly number[]): string {
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  return values
    .slice(-sparkWidth)
    .map(
      (value) => sparkLevels[span === 0 ? 3 : Math.round(((value - low) / span) * (sparkLevels.length - 1))],
    )
    .join('');
}

/** One mark a replicate where there is room for them, else how many stand how. */
function standing(replicates: readonly ReplicateState[], paint: Paint, room: number): Segment[] {
  if (2 * replicates.length - 1 <= room) {
    return replicates.map(({ status }, position) => {
      const mark = `${position === 0 ? '' : ' '}${statusMarks[status]}`;
      return [mark, statusMarks[status] === '✗' ? colours.red : paint];
    });
  }
  const counts = Map.groupBy(replicates, ({ status }) => status);
  return [[[...counts].map(([status, all]) => `${formatCount(all.length)} ${status}`).join(', '), paint]];
}

function variantLines(state: RunState, columns: number): string[] {
  const byVariant = Map.groupBy(state.replicates.values(), (replicate) => replicate.variant);
  const nameWidth = Math.max(...[...byVariant.keys()].map((name) => name.length));
  const accuracyWidth = 16;
  const room = columns - nameWidth - accuracyWidth - 7;
  return [...byVariant].map(([name, replicates], position) => {
    const paint = variantPaint(name, position);
    const last = replicates.flatMap((replicate) => replicate.accuracies.slice(-1));
    const [low, high] = [formatPercent(Math.min(...last)), formatPercent(Math.max(...last))];
    const accuracy = last.length === 0 ? '' : low === high ? `${low} %` : `${low} to ${high} %`;
    return fitLine(
      [
        [`  ${name.padEnd(nameWidth)}  `, paint],
        ...standing(replicates, paint, room),
        [accuracy === '' ? '' : `   ${accuracy}`, colours.dim],
      ],
      columns,
    );
  });
}

function runningLine(
  state: RunState,
  replicate: ReplicateState,
  labelWidth: number,
  columns: number,
): string {
  const fraction = (replicate.epoch + replicate.epochFraction) / state.epochs;
  const epoch = Math.min(replicate.epoch + 1, state.epochs);
  const [accuracy] = replicate.accuracies.slice(-1);
  const speed = replicate.examplesPerSecond > 0 ? `${formatCount(replicate.examplesPerSecond)}/s` : '';
  const score: Segment[] =
    accuracy === undefined
      ? []
      : [[`  ${formatPercent(accuracy)} %`], [` ${sparkline(replicate.accuracies)}`, colours.dim]];
  const segments: Segment[] = [
    [`  ${labelOf(replicate).padEnd(labelWidth)}  `],
    ...bar(fraction, 16, colours.cyan),
    [`  epoch ${String(epoch).padStart(String(state.epochs).length)}/${state.epochs}`],
    [`  ${speed.padStart(9)}`, colours.dim],
    ...score,
  ];
  return fitLine(segments, columns);
}

const labelOf = ({ variant, index }: ReplicateState): string => `${variant} ${index + 1}`;

function runningLines(state: RunState, { columns, rows }: ViewSize): string[] {
  const { running } = state;
  const variants = new Set([...state.replicates.values()].map(({ variant }) => variant)).size;
  const most = Math.max(1, rows - otherRows - variants);
  const shown = running.length > most ? running.slice(0, most - 1) : running;
  // As wide as the widest label there will be, so that columns stay where they are.
  const labelWidth = Math.max(
    ...[...state.replicates.values()].map((replicate) => labelOf(replicate).length),
  );
  const lines = shown.map((replicate) => runningLine(state, replicate, labelWidth, columns));
  const more = running.length - shown.length;
  return more === 0 ? lines : [...lines, fitLine([[`  and ${more} more`, colours.dim]], columns)];
}

/** The overall standing, shortened from its end as the terminal gets narrower. */
function headLine(state: RunState, now: number, columns: number): string {
  const remaining = state.remainingSeconds(now);
  const done = state.endedCount === state.replicates.size;
  const rest = [
    `${String(Math.floor(state.fraction * 100)).padStart(3)} %`,
    `${state.endedCount}/${state.replicates.size} replicates`,
    done ? '' : remaining === null ? 'estimating' : `${formatDuration(remaining)} left`,
  ];
  const tail = rest.filter((text) => text !== '').join('  ');
  const roomForBar = columns - tail.length - state.studyName.length - 6;
  const barWidth = Math.min(widestBar, Math.max(narrowestBar, roomForBar));
  const name = fitLine([[state.studyName]], Math.max(narrowestBar, columns - tail.length - barWidth - 6));
  return fitLine(
    [[`  ${name}  `, colours.bold], ...bar(state.fraction, barWidth, colours.green), [`  ${tail}`]],
    columns,
  );
}

/**
 * The run as a block of lines that can be redrawn in place: none is wider than the terminal.
 * @param now seconds, on the clock the state's events were applied with.
 */
export function renderRun(state: RunState, now: number, size: ViewSize): string {
  if (state.replicates.size === 0) {
    return fitLine([[`  ${state.preparing}`, colours.dim]], size.columns);
  }
  const running = runningLines(state, size);
  return [
    '',
    headLine(state, now, size.columns),
    '',
    ...variantLines(state, size.columns),
    ...(running.length === 0 ? [] : ['', ...running]),
    '',
  ].join('\n');
}

/** The overall standing as one plain line, for output that is piped. */
export function plainRunLine(state: RunState, now: number): string {
  const remaining = state.remainingSeconds(now);
  const throughput = state.running.reduce((sum, replicate) => sum + replicate.examplesPerSecond, 0);
  return [
    `${Math.floor(state.fraction * 100)} %`,
    `${state.endedCount} of ${state.replicates.size} replicates`,
    `${formatCount(throughput)} examples/s`,
    remaining === null ? 'estimating the time left' : `${formatDuration(remaining)} left`,
  ].join(', ');
}
