import { describeReport } from '../../../src/host/importing/describeReport.ts';
import type { Imported, ImportReport, CheckedRun } from '../../../src/host/importing/importLogs.ts';
import { ofLastEpoch } from '../../../src/interchange/logs/recogniseRuns.ts';
import { tableText } from './table.ts';

/** More left out than these are counted. */
const mostListed = 12;

/** What an import brought beside its report; null for a dry run. */
type Brought = Omit<Imported, 'report'> | null;

/** A report as `import --json` prints it. */
export function importReportJson(report: ImportReport, imported: Brought): object {
  const { replicates, continued, ...described } = describeReport(report, imported);
  return imported === null ? described : { ...described, replicates, continued };
}

/** A report for people: what was recognised, run by run, and what is not taken in and why. */
export function importReportText(report: ImportReport, imported: Brought): string {
  const lines: string[] = [];
  for (const { id, name, runs } of report.studies) {
    lines.push(`${name}  (${id})`, runTable(runs), '');
  }
  lines.push(`true classes: ${report.labels}`);
  const { leftOut: left } = describeReport(report, imported);
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
  files.size === 0
    ? '–'
    : [...files.keys()].map((epoch) => (epoch === ofLastEpoch ? 'the last' : String(epoch))).join(', ');
