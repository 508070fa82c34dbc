import colours from 'picocolors';
import { formatCount, formatDuration, formatPercent } from './format.ts';
import type { ReplicateState, RunState } from './runState.ts';

const sparkLevels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

type Paint = (text: string) => string;
const ownVariantPaints: readonly Paint[] = [colours.green, colours.magenta, colours.cyan];

/** The colour of a variant: the paper's four keep theirs, others take turns. */
export function variantPaint(name: string, position: number): Paint {
  switch (name) {
    case 'ALGO+IMPL':
      return colours.red;
    case 'ALGO':
      return colours.blue;
    case 'IMPL':
      return colours.yellow;
    case 'CONTROL':
      return colours.gray;
    default:
      return ownVariantPaints[position % ownVariantPaints.length] ?? colours.white;
  }
}

function statusMark(replicate: ReplicateState): string {
  switch (replicate.status) {
    case 'finished':
      return '●';
    case 'running':
      return '◐';
    case 'waiting':
      return '○';
    case 'stopped':
      return '■';
    default:
      return colours.red('✗');
  }
}

function bar(fraction: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return '━'.repeat(filled) + colours.dim('─'.repeat(width - filled));
}

/** Test accuracy by epoch as a row of blocks, scaled to its own range, newest last. */
function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  return shown
    .map(
      (value) => sparkLevels[span === 0 ? 3 : Math.round(((value - low) / span) * (sparkLevels.length - 1))],
    )
    .join('');
}

function variantRows(state: RunState): string[] {
  const byVariant = Map.groupBy(state.replicates.values(), (replicate) => replicate.variant);
  const width = Math.max(...[...byVariant.keys()].map((name) => name.length));
  return [...byVariant].map(([name, replicates], position) => {
    const paint = variantPaint(name, position);
    const last = replicates.flatMap((replicate) => replicate.accuracies.slice(-1));
    const accuracy =
      last.length === 0 ? '' : `${formatPercent(Math.min(...last))} to ${formatPercent(Math.max(...last))} %`;
    return `  ${paint(name.padEnd(width))}  ${paint(replicates.map(statusMark).join(' '))}   ${colours.dim(accuracy)}`;
  });
}

function runningRow(state: RunState, replicate: ReplicateState): string {
  const fraction = (replicate.epoch + replicate.epochFraction) / state.epochs;
  const epoch = Math.min(replicate.epoch + 1, state.epochs);
  const accuracy = replicate.accuracies.at(-1);
  const parts = [
    `  ${replicate.variant} ${replicate.index + 1}`.padEnd(16),
    bar(fraction, 20),
    ` epoch ${String(epoch).padStart(String(state.epochs).length)}/${state.epochs}`,
    `  ${formatCount(replicate.examplesPerSecond).padStart(7)} examples/s`,
  ];
  if (accuracy !== undefined) {
    parts.push(`  ${formatPercent(accuracy)} % ${colours.dim(sparkline(replicate.accuracies, 16))}`);
  }
  return parts.join('');
}

/**
 * The run as a block of lines for a terminal that can be redrawn.
 * @param now seconds, on the clock the state's events were applied with.
 */
export function renderRun(state: RunState, now: number): string {
  if (state.replicates.size === 0) {
    return `  ${colours.dim(state.preparing)}`;
  }
  const remaining = state.remainingSeconds(now);
  const head = [
    `  ${colours.bold(state.studyName)}`,
    bar(state.fraction, 24),
    `${Math.floor(state.fraction * 100)} %`,
    `${state.endedCount} of ${state.replicates.size} replicates`,
    remaining === null ? 'estimating' : `${formatDuration(remaining)} left`,
  ].join('  ');
  return [
    head,
    '',
    ...variantRows(state),
    '',
    ...state.running.map((replicate) => runningRow(state, replicate)),
    '',
  ].join('\n');
}

/** The overall standing as one plain line, for output that is piped. */
export function plainRunLine(state: RunState, now: number): string {
  const remaining = state.remainingSeconds(now);
  const throughput = state.running.reduce((sum, replicate) => sum + replicate.examplesPerSecond, 0);
  return [
    `${state.endedCount}/${state.replicates.size} replicates`,
    `${Math.floor(state.fraction * 100)} %`,
    `${formatCount(throughput)} examples/s`,
    remaining === null ? 'estimating' : `${formatDuration(remaining)} left`,
  ].join(', ');
}
