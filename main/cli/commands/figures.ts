import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { FigureEdits } from '../../../src/figures/edits.ts';
import { describeFigure, figureNames, type FigureName } from '../../../src/figures/names.ts';
import { withDirectMeasures } from '../../../src/host/figures/directMeasures.ts';
import { drawFigures, formatOfFile, writeFigureFile } from '../../../src/host/figures/exportFigure.ts';
import { listFigures } from '../../../src/host/figures/makeFigure.ts';
import { savedEdits } from '../../../src/host/figures/savedEdits.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { examples } from '../examples.ts';
import { addLookOptions, dpiOfOption, editsOfOptions, type LookOptions } from '../figureCommand.ts';
import { epochOption, jsonOption, libraryOption, parseEpoch } from '../options.ts';
import { outputWidth, printJson, printNote, printText } from '../output.ts';
import { wrap } from '../terminal/wrap.ts';
import { withLibrary } from '../withLibrary.ts';

interface FiguresOptions extends LookOptions {
  out?: string;
  format: string;
  epoch?: string;
  library?: string;
  json?: boolean;
}

/** `figures [study]`: lists the figures, says which can be made of a study, or exports them all. */
export function registerFigures(program: Command): void {
  const command = program
    .command('figures')
    .description('list the figures; of a study, say which can be made of it, or export them all')
    .argument('[study]', 'name, id or unique beginning of either')
    .option('--out <folder>', 'write every figure of the study into this folder')
    .option('--format <formats>', 'with --out: svg, pdf, png, csv, tex, separated by commas', 'pdf');
  addLookOptions(command)
    .addOption(epochOption())
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('figures', 'figures quickstart', 'figures quickstart --out figures --format pdf,csv'),
    )
    .action(async (study: string | undefined, options: FiguresOptions) => {
      if (study === undefined) {
        if (options.out !== undefined) {
          throw new NoisefloorError(
            'invalid-figure-option',
            '--out needs a study: noisefloor figures <study> --out FOLDER.',
          );
        }
        const items = figureNames.map((name) => ({ name, ...describeFigure(name) }));
        if (options.json === true) printJson({ items });
        else printText(items.map((item) => line(item.name, item.shows)).join('\n'));
        return;
      }
      const { out } = options;
      await (out === undefined ? list(study, options) : exportAll(study, { ...options, out }));
    });
}

async function list(reference: string, options: FiguresOptions): Promise<void> {
  await withLibrary(options.library, async (library) => {
    const study = await library.study(reference);
    const items = await listFigures(library, study);
    if (options.json === true) {
      printJson({ study: { id: study.id, name: study.name }, items });
      return;
    }
    const text = items.map(({ name, shows, reason }) =>
      line(name, reason === null ? shows : `not available: ${reason}`),
    );
    printText(text.join('\n'));
  });
}

async function exportAll(reference: string, options: FiguresOptions & { out: string }): Promise<void> {
  const changed = editsOfOptions(options);
  const dpi = dpiOfOption(options.dpi);
  const epoch = parseEpoch(options.epoch);
  const formats = options.format.split(',').map((format) => formatOfFile(`figure.${format.trim()}`));
  const folder = resolve(options.out);
  // Fonts and renderers are heavy; no other command needs them.
  const { renderFigure } = await import('../../../src/rendering/render.ts');
  await withLibrary(options.library, async (library) => {
    const study = await library.study(reference);
    const saved = options.saved ? await savedEdits(library, study.id) : new Map<string, FigureEdits>();
    const editsOf = (name: FigureName): FigureEdits => ({ ...saved.get(name), ...changed });
    const items = await withDirectMeasures(library, async (measures) => {
      const done: { name: FigureName; files: string[]; notes: readonly string[]; reason: string | null }[] =
        [];
      for await (const drawn of drawFigures({ measures, render: renderFigure }, study, {
        formats,
        epoch,
        dpi,
        editsOf,
      })) {
        const { name, notes, reason } = drawn;
        const files: string[] = [];
        for (const file of drawn.files) {
          files.push(join(folder, file.name));
          await writeFigureFile(join(folder, file.name), file.bytes);
        }
        done.push({ name, files, notes, reason });
        if (reason === null) printNote(`${name}: ${files.join(', ')}`);
        for (const note of notes) printNote(note);
      }
      return done;
    });
    if (options.json === true) {
      printJson({ study: { id: study.id, name: study.name }, folder, items });
      return;
    }
    const made = items.filter(({ reason }) => reason === null);
    printText(`${made.length} of ${items.length} figures of ${study.name} are in ${folder}.`);
    printText(items.flatMap(({ name, reason }) => (reason === null ? [] : [line(name, reason)])).join('\n'));
  });
}

const nameWidth = 13;

function line(name: string, text: string): string {
  const width = Math.max(20, Math.min(outputWidth(), 100) - nameWidth);
  return wrap(text, width)
    .map((part, index) => `${(index === 0 ? name : '').padEnd(nameWidth)}${part}`)
    .join('\n');
}
