import type { Imported, ImportReport, CheckedRun } from '../../../src/host/importing/importLogs.ts';
import { tableText } from './table.ts';

/** More left out than these are counted. */
const mostListed = 12;

/** What an import brought beside its report; null for a dry run. */
type Brought = Omit<Imported, 'report'> | null;

/** A report as `import --json` prints it. */
export function importReportJson(report: ImportReport, imported: Brought): object {
  return {
    dryRun: imported === null,
    path: report.root,
    labels: report.labels,
    studies: report.studies.map(({ id, name, runs }) => ({
      ...{ id, name },
      runs: runs.map(({ planned, epochs, fault }) => ({
        folder: planned.run.folder,
        variant: planned.run.variant,
        replicate: planned.run.index,
        epochs,
        predictions: [...planned.run.predictions.keys()],
        checkpoints: [...planned.run.checkpoints.keys()],
        fault: fault === null ? null : { code: fault.code, message: fault.message },
      })),
    })),
    leftOut: leftOutOf(report),
    ...(imported === null ? {} : { replicates: imported.replicates, continued: imported.continued }),
  };
}

/** A report for people: what was recognised, run by run, and what is not taken in and why. */
export function importReportText(report: ImportReport, imported: Brought): string {
  const lines: string[] = [];
  for (const { id, name, runs } of report.studies) {
    lines.push(`${name}  (${id})`, runTable(runs), '');
  }
  lines.push(`true classes: ${report.labels}`);
  const left = leftOutOf(report);
  for (const { path, why } of left.slice(0, mostListed)) lines.push(`left out: ${path}: ${why}`);
  if (left.length > mostListed) lines.push(`left out: ${left.length - mostListed} more`);
  const faults = report.studies.flatMap(({ runs }) => runs.flatMap(({ fault }) => fault ?? []));
  for (const { message } of faults) lines.push(`cannot be read: ${message}`);
  lines.push(
    imported === null
      ? 'Nothing was changed: this was a dry run.'
      : `${imported.replicates} new replicates, ${imported.continued} of which there is more now.`,
  );
  return lines.join('\n');
}

const leftOutOf = (report: ImportReport): { path: string; why: string }[] => [
  ...report.leftOut,
  ...report.studies.flatMap(({ runs }) => runs.flatMap(({ leftOut }) => leftOut)),
];

function runTable(runs: readonly CheckedRun[]): string {
  return tableText(
    [
      { title: 'variant' },
      { title: 'replicate', align: 'right' },
      { title: 'epochs', align: 'right' },
      { title: 'predictions after' },
      { title: 'weights after' },
      { title: 'folder' },
    ],
    runs.map(({ planned: { run }, epochs, fault }) => [
      run.variant,
      String(run.index),
      fault === null ? String(epochs) : 'faulty',
      listed(run.predictions),
      listed(run.checkpoints),
      run.folder,
    ]),
  );
}

const listed = (files: ReadonlyMap<number, string>): string =>
  files.size === 0 ? '–' : [...files.keys()].join(', ');
