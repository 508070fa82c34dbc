import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { styleOf, type FigureEdits } from '../../figures/edits.ts';
import { figureFormats, type FigureFormat } from '../../figures/formats.ts';
import { describeFigure, type FigureName } from '../../figures/names.ts';
import type { StudyDetail } from '../../library/studies.ts';
import type { RenderedFigure, renderFigure } from '../../rendering/render.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { listFigures, makeFigure, type EditableFigure, type FigureRequest } from './makeFigure.ts';
import type { FigureMeasures } from './readMeasured.ts';

/** A figure as a file. */
export interface DrawnFigure extends RenderedFigure, EditableFigure {}

/** What figures are measured and drawn with. */
export interface FigureMeans {
  readonly measures: FigureMeasures;
  /** Draws wherever that is done: on this thread or another. */
  readonly render: typeof renderFigure;
}

/** Makes a figure and draws it. @throws NoisefloorError as {@link makeFigure}. */
export async function drawFigure(
  { measures, render }: FigureMeans,
  request: FigureRequest,
  format: FigureFormat,
  dpi?: number,
): Promise<DrawnFigure> {
  const made = await makeFigure(measures, request);
  const style = styleOf(request.edits, describeFigure(request.figure).span);
  return { ...made, ...(await render(made.figure, style, format, dpi)) };
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

/** What became of a figure when all of a study were drawn. */
export interface DrawnFiles {
  readonly name: FigureName;
  /** How many figures are done with this one, and how many there are. */
  readonly position: number;
  readonly figures: number;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly caption: string | null;
  readonly notes: readonly string[];
  /** Why there is no file. */
  readonly reason: string | null;
}

/** Draws every figure that can be made of a study, one after the other. */
export async function* drawFigures(
  { measures, render }: FigureMeans,
  study: StudyDetail,
  given: {
    readonly formats: readonly FigureFormat[];
    readonly epoch: number | null;
    readonly dpi?: number | undefined;
    /** What a person changed of each. */
    readonly editsOf: (name: FigureName) => FigureEdits;
  },
): AsyncGenerator<DrawnFiles> {
  const listed = await listFigures(measures.library, study);
  for (const [index, { name, reason }] of listed.entries()) {
    const progress = { name, position: index + 1, figures: listed.length };
    if (reason !== null) {
      yield { ...progress, files: [], caption: null, notes: [], reason };
      continue;
    }
    const edits = given.editsOf(name);
    const made = await makeUnlessMissing(measures, { study, figure: name, epoch: given.epoch, edits });
    if ('missing' in made) {
      yield { ...progress, files: [], caption: null, notes: [], reason: made.missing };
      continue;
    }
    const { figure } = made;
    const style = styleOf(edits, describeFigure(name).span);
    const files: { name: string; bytes: Uint8Array }[] = [];
    const notes = new Set<string>();
    for (const format of given.formats) {
      const drawn = await render(figure, style, format, given.dpi);
      files.push({ name: `${name}.${format}`, bytes: drawn.bytes });
      for (const note of drawn.notes) notes.add(note);
    }
    yield { ...progress, files, caption: figure.caption, notes: [...notes], reason: null };
  }
}

/** One figure that cannot be made, or whose every part a person hid, keeps none of the others from being drawn. */
async function makeUnlessMissing(
  measures: FigureMeasures,
  request: FigureRequest,
): Promise<EditableFigure | { readonly missing: string }> {
  try {
    return await makeFigure(measures, request);
  } catch (error) {
    const isOfFigure =
      error instanceof NoisefloorError && ['figure-unavailable', 'figure-empty'].includes(error.code);
    if (isOfFigure) return { missing: error.message };
    throw error;
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
