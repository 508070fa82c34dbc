import { analyseStudy } from '../analysis/summary.ts';
import { exportNpz } from '../interchange/exportNpz.ts';
import { exportReferenceLogs } from '../interchange/exportReferenceLogs.ts';
import { exportSafetensors } from '../interchange/exportSafetensors.ts';
import { exportTidyCsv } from '../interchange/exportTidyCsv.ts';
import { readExportedStudy, type ExportedStudy } from '../interchange/exportedStudy.ts';
import { exportTo, type ExportTarget } from '../interchange/exportFolder.ts';
import type { LibraryClient } from '../library/client.ts';
import type { StudyDetail } from '../library/studies.ts';
import { NoisefloorError } from '../study/errors.ts';
import { chosenEpoch, readStudyAtEpoch } from './readStudy.ts';
import { recordStudy } from './report/recordStudy.ts';
import { reportPage, type ReportProgram } from './report/reportPage.ts';

/** What a study can be given back as; `html`, `npz` and `library` are files, the others folders. */
export const exportFormats = ['html', 'csv', 'npz', 'safetensors', 'reference', 'library'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What was written. */
export interface StudyExport {
  /** Absolute. */
  readonly path: string;
  readonly format: ExportFormat;
  readonly replicates: number;
  /** Replicates that were left out, since they are excluded. */
  readonly excluded: number;
  /** Epochs whose predictions are there, ascending; every one of a `library`. */
  readonly epochs: readonly number[];
}

export interface ExportOptions {
  readonly target: string;
  readonly epoch: number | null;
  readonly report: ReportProgram;
}

const writers: Readonly<
  Record<
    Exclude<ExportFormat, 'library' | 'html'>,
    (study: ExportedStudy, target: ExportTarget) => Promise<unknown>
  >
> = {
  reference: exportReferenceLogs,
  csv: exportTidyCsv,
  npz: exportNpz,
  safetensors: exportSafetensors,
};

/**
 * Gives a study back in a format that others read. The export appears as a whole or not at all.
 * @param epoch the only one whose predictions are given back, counted from 0; null for all.
 * @param target file or folder that is not there yet.
 * @param report folder of the built pages of reports; its version goes into them.
 * @throws NoisefloorError `export-exists`, `nothing-recorded`, `invalid-epoch`, `not-writable`, `disk-full`.
 */
export async function exportStudy(
  library: LibraryClient,
  detail: StudyDetail,
  format: ExportFormat,
  { target, epoch, report }: ExportOptions,
): Promise<StudyExport> {
  if (format === 'library') return exportLibrary(library, detail, target);
  const last = await chosenEpoch(library, detail, epoch);
  const analysis = format === 'csv' ? analyseStudy(await readStudyAtEpoch(library, detail.id, last)) : null;
  const study = await readExportedStudy(library, detail, { epoch, analysis });
  if (format === 'html') return exportReport(library, study, { target, report });
  if (format === 'safetensors' && (await library.keptCheckpoints(detail.id)).length === 0) {
    throw new NoisefloorError(
      'nothing-recorded',
      `No replicate of ${detail.name} that counts has kept its weights, so there is nothing to write as safetensors.`,
      { details: { study: detail.id } },
    );
  }
  const written = await exportTo(target, async (place) => {
    await writers[format](study, place);
  });
  return {
    ...{ path: written, format },
    replicates: study.counted.length,
    excluded: study.replicates.length - study.counted.length,
    epochs: study.epochs,
  };
}

/** What the studio shows of a study, in one file that opens offline. */
async function exportReport(
  library: LibraryClient,
  study: ExportedStudy,
  { target, report }: Pick<ExportOptions, 'target' | 'report'>,
): Promise<StudyExport> {
  const { version, folder } = report;
  const recorded = await recordStudy(library, study.detail, { epochs: study.epochs, version });
  const written = await exportTo(target, (place) =>
    place.writeText([], [reportPage(study.detail.name, recorded.recording, folder)]),
  );
  return {
    ...{ path: written, format: 'html', epochs: recorded.epochs },
    replicates: study.counted.length,
    excluded: study.replicates.length - study.counted.length,
  };
}

/** The study alone, in a library file of its own; excluded replicates stay what they are. */
async function exportLibrary(
  library: LibraryClient,
  detail: StudyDetail,
  target: string,
): Promise<StudyExport> {
  const path = await exportTo(target, async (place) => {
    await library.writeStudyCopy(detail.id, place.place());
  });
  const recorded = await library.predictionEpochs(detail.id);
  const epochs = [...new Set(recorded.map(({ epoch }) => epoch))].toSorted((one, other) => one - other);
  return { path, format: 'library', replicates: detail.replicates, excluded: 0, epochs };
}
