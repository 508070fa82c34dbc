import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Figure } from '../../figures/chart.ts';
import { styleOf, type FigureEdits } from '../../figures/edits.ts';
import { describeFigure, type FigureName } from '../../figures/names.ts';
import type { StudyDetail } from '../../library/studies.ts';
import {
  figureFormats,
  renderFigure,
  type FigureFormat,
  type RenderedFigure,
} from '../../rendering/render.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { listFigures, makeFigure, type FigureRequest } from './makeFigure.ts';
import type { MeasureMeans } from './readMeasured.ts';

/** A figure as a file. */
export interface DrawnFigure extends RenderedFigure {
  readonly figure: Figure;
}

/** Makes a figure and draws it. @throws NoisefloorError as {@link makeFigure}. */
export async function drawFigure(
  means: MeasureMeans,
  request: FigureRequest,
  format: FigureFormat,
  dpi?: number,
): Promise<DrawnFigure> {
  const figure = await makeFigure(means, request);
  const style = styleOf(request.edits, describeFigure(request.figure).span);
  return { figure, ...(await renderFigure(figure, style, format, dpi)) };
}

/**
 * The format that a file's name asks for.
 * @throws NoisefloorError `invalid-figure-file` naming the formats.
 */
export function formatOfFile(file: string): FigureFormat {
  const ending = path.extname(file).slice(1).toLowerCase();
  const format = figureFormats.find((each) => each === ending);
  if (format === undefined) {
    throw new NoisefloorError(
      'invalid-figure-file',
      `${file} does not end in a format of figures: ${figureFormats.map((each) => `.${each}`).join(', ')}.`,
      { details: { file } },
    );
  }
  return format;
}

/** What became of a figure when all of a study were exported. */
export interface ExportedFigure {
  readonly name: FigureName;
  readonly files: readonly string[];
  readonly notes: readonly string[];
  /** Why there is no file. */
  readonly reason: string | null;
}

/**
 * Writes every figure that can be made of a study into a folder, one after the other.
 * @param editsOf what a person changed of each.
 * @throws NoisefloorError `figure-not-written` where the folder cannot be written to.
 */
export async function* exportFigures(
  means: MeasureMeans,
  study: StudyDetail,
  given: {
    readonly folder: string;
    readonly formats: readonly FigureFormat[];
    readonly epoch: number | null;
    readonly dpi?: number;
    readonly editsOf: (name: FigureName) => FigureEdits;
  },
): AsyncGenerator<ExportedFigure> {
  for (const { name, reason } of await listFigures(means.library, study)) {
    if (reason !== null) {
      yield { name, files: [], notes: [], reason };
      continue;
    }
    const edits = given.editsOf(name);
    const figure = await makeFigure(means, { study, figure: name, epoch: given.epoch, edits });
    const style = styleOf(edits, describeFigure(name).span);
    const files: string[] = [];
    const notes = new Set<string>();
    for (const format of given.formats) {
      const drawn = await renderFigure(figure, style, format, given.dpi);
      const file = path.join(given.folder, `${name}.${format}`);
      await writeFigureFile(file, drawn.bytes);
      files.push(file);
      for (const note of drawn.notes) notes.add(note);
    }
    yield { name, files, notes: [...notes], reason: null };
  }
}

/** @throws NoisefloorError `figure-not-written` saying why. */
export async function writeFigureFile(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new NoisefloorError('figure-not-written', `${file} cannot be written: ${why}`, {
      details: { file },
      cause,
    });
  }
}
