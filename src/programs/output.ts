import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LoggedEpoch } from '../interchange/logs/loggedEpochs.ts';
import { readMetricsTable } from '../interchange/logs/metricsTable.ts';
import { recogniseRun } from '../interchange/logs/recogniseRuns.ts';
import { readRun, type ReadRun } from '../interchange/logs/readRun.ts';
import { NoisefloorError } from '../study/errors.ts';

const metricsName = 'metrics.csv';

/** Looks at the metrics of a program while it writes them. */
export function watchMetrics(out: string): { news: () => LoggedEpoch[] } {
  const file = path.join(out, metricsName);
  let told = -1;
  let size = -1;
  return {
    news: () => {
      const now = statSync(file, { throwIfNoEntry: false })?.size ?? -1;
      if (now === size) return [];
      size = now;
      try {
        const fresh = readMetricsTable(file).epochs.filter(({ epoch }) => epoch > told);
        told = lastOf(fresh, told);
        return fresh;
      } catch {
        // A line that is only half there; whatever is wrong with the whole is said at the end.
        return [];
      }
    },
  };
}

/** The last epoch of some. @param none where there is none. */
const lastOf = (epochs: readonly LoggedEpoch[], none: number): number => epochs.at(-1)?.epoch ?? none;

/**
 * Reads what a program has written, by the readers of logs made elsewhere. Files without an epoch in their name are of the last
 * that it wrote about.
 * @param examples how many test examples there are; null where that is not known.
 * @throws NoisefloorError `program-wrote-nothing`, and what a file is refused for.
 */
export async function readOutput(out: string, examples: number | null): Promise<ReadRun> {
  const run = recogniseRun(out);
  if (run === null) {
    const names = readdirSync(out);
    const found = names.length === 0 ? 'nothing' : names.slice(0, 5).join(', ');
    throw new NoisefloorError(
      'program-wrote-nothing',
      `The program wrote ${found} into ${out}; ${metricsName}, event files of TensorBoard, predictions or weights were expected there.`,
      { details: { folder: out } },
    );
  }
  return readRun(run, examples);
}
