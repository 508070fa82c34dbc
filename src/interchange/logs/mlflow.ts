import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { placesOf, type ColumnMapping } from './columns.ts';
import { addNumber, finished, newEpochs, type ReadLog } from './loggedEpochs.ts';
import { invalidLog, readTextFile } from './textFile.ts';

/** What MLflow keeps of a run beside its metrics. */
export interface MlflowRun {
  readonly name: string;
  readonly experiment: string;
  /** Milliseconds since 1970, as text; empty where it is not kept. */
  readonly started: string;
}

/** Whether a folder is a run of MLflow's file store. */
export const isMlflowRun = (names: readonly string[]): boolean =>
  names.includes('meta.yaml') && names.includes('metrics') && names.includes('params');

/** What `meta.yaml` says of a run; MLflow writes a key and a plain value a line. */
export function describeMlflowRun(folder: string): MlflowRun {
  const own = valuesIn(path.join(folder, 'meta.yaml'));
  const above = valuesIn(path.join(path.dirname(folder), 'meta.yaml'));
  return {
    name: own.get('run_name') ?? path.basename(folder),
    experiment: above.get('name') ?? path.basename(path.dirname(folder)),
    started: own.get('start_time') ?? '',
  };
}

function valuesIn(file: string): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').slice(0, 100_000);
  } catch {
    return new Map();
  }
  return new Map(
    text.split(/\r?\n/).flatMap((line): [string, string][] => {
      const [, key, value] = /^(\w+):\s*(.*)$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value.replace(/^(['"])(.*)\1$/, '$2')]];
    }),
  );
}

/**
 * Reads the metrics of a run of MLflow: a file each, with lines `time value step`; the step is the epoch, and of two values at
 * a step the later one counts.
 * @throws NoisefloorError `log-invalid` with file and line.
 */
export function readMlflow(folder: string, mapping: ColumnMapping = {}): ReadLog {
  const metrics = path.join(folder, 'metrics');
  const files = filesBelow(metrics).sort();
  const names = files.map((file) => path.relative(metrics, file).split(path.sep).join('/'));
  const { epoch: _steps, ...mapped } = mapping;
  const places = placesOf(names, mapped, (why) =>
    invalidLog(metrics, null, why.replaceAll('column', 'metric')),
  );
  const epochs = newEpochs();
  for (const [field, at] of places) {
    const file = files[at];
    if (file === undefined || field === 'epoch') continue;
    for (const [index, line] of readTextFile(file).split(/\r?\n/).entries()) {
      if (line.trim() === '') continue;
      const refuse = (why: string): Error => invalidLog(file, index + 1, why);
      const [, text = '', step = '0'] = line.trim().split(/\s+/);
      const value = /^-?nan$/i.test(text)
        ? Number.NaN
        : Number(text.replace(/^([+-]?)inf(inity)?$/i, '$1Infinity'));
      if (text === '' || (Number.isNaN(value) && !/^-?nan$/i.test(text)) || !/^\d+$/.test(step)) {
        throw refuse(`"${line.slice(0, 60)}" is no time, value and step.`);
      }
      addNumber(epochs, { epoch: Number(step), field, value, line: index + 1 }, refuse);
    }
  }
  const read = new Set(places.values());
  return { epochs: finished(epochs), unread: names.filter((_, at) => !read.has(at)) };
}

/** Names of metrics may have slashes, which are folders then. */
function filesBelow(folder: string, level = 0): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const own = path.join(folder, entry.name);
    if (entry.isFile()) return [own];
    return entry.isDirectory() && level < 4 ? filesBelow(own, level + 1) : [];
  });
}
