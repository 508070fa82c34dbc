import { resolve } from 'node:path';
import type { Command } from 'commander';
import { withDirectMeasures } from '../../../src/host/figures/directMeasures.ts';
import { styleOf, type FigureEdits } from '../../../src/figures/edits.ts';
import type { FigureFormat } from '../../../src/figures/formats.ts';
import { describeFigure } from '../../../src/figures/names.ts';
import {
  drawFigure,
  formatOfFile,
  writeFigureFile,
  type DrawnFigure,
  type FigureMeans,
} from '../../../src/host/figures/exportFigure.ts';
import { makeOverheadFigure } from '../../../src/host/figures/makeFigure.ts';
import { isOverheadFigure, type OverheadFigureName } from '../../../src/host/figures/overheadFigures.ts';
import { readOverheads } from '../../../src/host/overhead/readOverheads.ts';
import type { LibraryClient } from '../../../src/library/client.ts';
import { savedEditsOf } from '../../../src/host/figures/savedEdits.ts';
import { examples } from '../examples.ts';
import {
  addLookOptions,
  dpiOfOption,
  editsOfOptions,
  figureNamed,
  type LookOptions,
} from '../figureCommand.ts';
import { epochOption, jsonOption, libraryOption, parseEpoch } from '../options.ts';
import { printJson, printNote, printText } from '../output.ts';
import { withLibrary } from '../withLibrary.ts';

interface FigureOptions extends LookOptions {
  out: string;
  title?: string;
  epoch?: string;
  library?: string;
  json?: boolean;
}

/** `figure <study> <figure> --out FILE`: a figure for a paper, as a file. */
export function registerFigure(program: Command): void {
  const command = program
    .command('figure')
    .description('draw a figure of a study for a paper; the ending of the file says the format')
    .argument('<study>', 'name, id or unique beginning of either; or of a measurement of overhead')
    .argument('<figure>', 'see "noisefloor figures"')
    .requiredOption('--out <file>', 'file to write: .svg, .pdf, .png, .csv or .tex')
    .option('--title <text>', 'text above the figure');
  addLookOptions(command)
    .addOption(epochOption())
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'figure quickstart variance --out variance.pdf',
        'figure quickstart churn --out churn.svg --width neurips --font serif',
        'figure quickstart figure1 --out figure1.tex',
      ),
    )
    .action(async (study: string, name: string, options: FigureOptions) => {
      const figure = figureNamed(name);
      const dpi = dpiOfOption(options.dpi);
      const changed = editsOfOptions(options);
      const epoch = parseEpoch(options.epoch);
      const format = formatOfFile(options.out);
      // Fonts and renderers are heavy; no other command needs them.
      const { renderFigure } = await import('../../../src/rendering/render.ts');
      await withLibrary(options.library, async (library) => {
        const titled = options.title === undefined ? {} : { title: options.title };
        const edits = { ...changed, ...titled };
        const drawn = isOverheadFigure(figure)
          ? await drawMeasured(library, study, { figure, edits, format, dpi }, renderFigure)
          : await withDirectMeasures(library, async (measures) => {
              const detail = await library.study(study);
              const saved = options.saved ? await savedEditsOf(library, detail.id, figure) : {};
              const request = { study: detail, figure, epoch, edits: { ...saved, ...edits } };
              return drawFigure({ measures, render: renderFigure }, request, format, dpi);
            });
        const file = resolve(options.out);
        await writeFigureFile(file, drawn.bytes);
        const { caption, sources } = drawn.figure;
        if (options.json === true) {
          printJson({
            figure,
            file,
            format,
            bytes: drawn.bytes.length,
            caption,
            sources,
            notes: drawn.notes,
          });
        } else {
          printText(caption);
          printNote(`The figure is in ${file}.`);
        }
        for (const note of drawn.notes) printNote(note);
      });
    });
}

/** A figure of a measurement of overhead, by its id; given a study, of all that the study's library measures. */
async function drawMeasured(
  library: LibraryClient,
  named: string,
  wanted: {
    readonly figure: OverheadFigureName;
    readonly edits: FigureEdits;
    readonly format: FigureFormat;
    readonly dpi: number | undefined;
  },
  render: FigureMeans['render'],
): Promise<DrawnFigure> {
  const { figure, edits, format, dpi } = wanted;
  const all = await readOverheads(library);
  const own = all.filter(({ id, name }) => id.startsWith(named) || name === named);
  if (own.length === 0) await library.study(named);
  const made = makeOverheadFigure(own.length === 0 ? all : own, figure, edits);
  const style = styleOf(edits, describeFigure(figure).span);
  return { ...made, ...(await render(made.figure, style, format, dpi)) };
}
