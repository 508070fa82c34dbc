import { ofLastEpoch } from '../../interchange/logs/recogniseRuns.ts';
import type { Imported, ImportReport } from './importLogs.ts';

/** A run of a report, as plain data. */
export interface DescribedRun {
  readonly folder: string;
  readonly variant: string;
  readonly replicate: number;
  /** What keeps its numbers: a file or what else; null where there are none. */
  readonly metrics: string | null;
  readonly epochs: number;
  /** Epochs counted from 0; null is the last that its numbers tell of. */
  readonly predictions: readonly (number | null)[];
  readonly checkpoints: readonly (number | null)[];
  readonly fault: { readonly code: string; readonly message: string } | null;
}

/** What an import brings or would bring, as plain data. */
export interface DescribedReport {
  readonly dryRun: boolean;
  readonly path: string;
  /** Where the true classes come from, in words. */
  readonly labels: string;
  readonly studies: readonly {
    readonly id: string;
    readonly name: string;
    readonly runs: readonly DescribedRun[];
  }[];
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
  /** How many are new, and of how many there is more; null of a dry run. */
  readonly replicates: number | null;
  readonly continued: number | null;
}

/** @param imported what was taken in; null for a dry run. */
export function describeReport(
  report: ImportReport,
  imported: Omit<Imported, 'report'> | null,
): DescribedReport {
  return {
    ...{ dryRun: imported === null, path: report.root, labels: report.labels },
    studies: report.studies.map(({ id, name, runs }) => ({
      ...{ id, name },
      runs: runs.map(({ planned: { run }, epochs, fault }) => ({
        ...{ folder: run.folder, variant: run.variant, replicate: run.index, epochs },
        metrics:
          run.metrics === null ? null : run.metrics.kind === 'table' ? run.metrics.file : run.metrics.kind,
        predictions: epochsOf(run.predictions),
        checkpoints: epochsOf(run.checkpoints),
        fault: fault === null ? null : { code: fault.code, message: fault.message },
      })),
    })),
    leftOut: [
      ...report.leftOut,
      ...report.studies.flatMap(({ runs }) => runs.flatMap(({ leftOut }) => leftOut)),
    ],
    replicates: imported?.replicates ?? null,
    continued: imported?.continued ?? null,
  };
}

const epochsOf = (files: ReadonlyMap<number, string>): (number | null)[] =>
  [...files.keys()].map((epoch) => (epoch === ofLastEpoch ? null : epoch));
