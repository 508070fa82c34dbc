import type { TimeEstimate } from '../../../src/host/needs/trainingPace.ts';
import { formatCount, roughDuration } from './format.ts';

/** How long something takes and how that is known: `about 5 h, measured: ...`. */
export function estimateText(time: TimeEstimate): string {
  const { seconds, basis, parallel, examplesPerSecond, replicates, operationsPerSecond } = time;
  const atOnce = parallel === 1 ? 'one replicate at a time' : `each of ${parallel} replicates at once`;
  if (basis === 'measured') {
    return `about ${roughDuration(seconds)} of training, as measured on this machine in ${formatCount(replicates ?? 0)} replicates of this network: ${formatCount(examplesPerSecond)} examples a second, ${atOnce}`;
  }
  const billions = formatCount((operationsPerSecond ?? 0) / 1e9);
  return `very roughly ${roughDuration(seconds)} of training, counted and not measured: ${billions} billion floating-point operations a second are assumed of ${atOnce}`;
}
