import type { ProfiledActivity } from '../../analysis/kernelProfile.ts';
import { readCsvTable } from '../logs/csvRows.ts';
import { invalidLog } from '../logs/textFile.ts';
import { countIn, numberIn } from './nvprof.ts';
import { nanosecondsOf, type ProfileFile } from './profileFile.ts';

const timeColumn = /^Total Time \(([^)]+)\)$/;

/** Whether a text is a `cuda_gpu_kern_sum` or `cuda_gpu_sum` report of `nsys stats --format csv`. */
export function isNsys(text: string): boolean {
  const [first = ''] = text.split('\n', 1);
  return /^"?Time \(%\)"?,"?Total Time \(/.test(first) && /Instances/.test(first) && /Name/.test(first);
}

/**
 * Reads a report of `nsys stats`: `cuda_gpu_kern_sum`, which has kernels alone. `--timeunit` changes the unit, which stands in
 * the header.
 * @throws NoisefloorError `log-invalid` with file and line.
 */
export function readNsys(file: string): ProfileFile {
  const { header, rows } = readCsvTable(file);
  const time = header.findIndex((name) => timeColumn.test(name));
  const [calls, name] = [header.indexOf('Instances'), header.indexOf('Name')];
  const unit = nanosecondsOf(timeColumn.exec(header[time] ?? '')?.[1] ?? '');
  if (unit === null || calls < 0 || name < 0) {
    throw invalidLog(file, 1, 'the columns Total Time (ns), Instances and Name of nsys were expected.');
  }
  const activities = rows.map(({ cells, line }): ProfiledActivity => {
    const known = cells[name] ?? '';
    return {
      name: known,
      kind: /^\[CUDA mem/.test(known) ? 'memory' : 'kernel',
      calls: countIn(file, line, cells[calls]),
      nanoseconds: Math.round(unit * numberIn(file, line, cells[time])),
    };
  });
  if (activities.length === 0) throw invalidLog(file, 1, 'it has no kernels.');
  return { file, profiler: 'nsys', command: null, referenceTime: null, activities };
}
