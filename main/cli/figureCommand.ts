import { Option, type Command } from 'commander';
import {
  figureEditsSchema,
  fontNames,
  paletteNames,
  widthNames,
  type FigureEdits,
} from '../../src/figures/edits.ts';
import { fewestDpi, mostDpi, usualDpi } from '../../src/figures/formats.ts';
import { figureNames, type FigureName } from '../../src/figures/names.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { suggestion } from '../../src/study/nearest.ts';
import { collect, wholeNumber } from './options.ts';

/** How a figure is to look, as it stands on a command line. */
export interface LookOptions {
  width?: string;
  span?: string;
  font?: string;
  size?: string;
  palette?: string;
  order?: string;
  hide?: string;
  label: readonly string[];
  replicates: boolean;
  saved: boolean;
  dpi?: string;
}

/** Options that change how figures look; the same for one and for all. */
export function addLookOptions(command: Command): Command {
  return command
    .addOption(new Option('--width <venue>', 'as wide as a column or page of').choices(widthNames))
    .addOption(new Option('--span <span>', 'width of a column or of the page').choices(['column', 'page']))
    .addOption(new Option('--font <font>', 'typeface').choices(fontNames))
    .option('--size <points>', 'size of the labels, from 6')
    .addOption(new Option('--palette <palette>', 'colours of the variants').choices(paletteNames))
    .option('--order <variants>', 'variants from the top, separated by commas')
    .option('--hide <variants>', 'variants to leave out, separated by commas')
    .option('--label <text=other>', 'another text for a label; can be given more than once', collect, [])
    .option('--no-replicates', 'leave single replicates out')
    .option('--no-saved', 'draw it as it comes, not as it was saved with the study')
    .option('--dpi <n>', `dots an inch of a PNG, from ${fewestDpi} to ${mostDpi}; ${usualDpi} by default`);
}

/**
 * What the options say.
 * @throws NoisefloorError `invalid-figure-option`.
 */
export function editsOfOptions(options: LookOptions): FigureEdits {
  const labels = Object.fromEntries(options.label.map(splitLabel));
  const list = (text: string): string[] => text.split(',').map((name) => name.trim());
  const parsed = figureEditsSchema.safeParse({
    ...(options.width === undefined ? {} : { width: options.width }),
    ...(options.span === undefined ? {} : { span: options.span }),
    ...(options.font === undefined ? {} : { font: options.font }),
    ...(options.size === undefined ? {} : { size: Number(options.size) }),
    ...(options.palette === undefined ? {} : { palette: options.palette }),
    ...(options.order === undefined ? {} : { order: list(options.order) }),
    ...(options.hide === undefined ? {} : { hidden: list(options.hide) }),
    ...(options.label.length === 0 ? {} : { labels }),
    ...(options.replicates ? {} : { replicates: false }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new NoisefloorError(
    'invalid-figure-option',
    `--${String(issue?.path[0] ?? 'label')} is not right: ${issue?.message ?? 'unknown'}.`,
  );
}

function splitLabel(text: string): [from: string, to: string] {
  const at = text.indexOf('=');
  if (at <= 0) {
    throw new NoisefloorError(
      'invalid-figure-option',
      `--label is "${text}"; it takes a label, "=", and the text for it.`,
    );
  }
  return [text.slice(0, at), text.slice(at + 1)];
}

/** @throws NoisefloorError `invalid-figure-option`. */
export function dpiOfOption(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = wholeNumber(text);
  if (value >= fewestDpi && value <= mostDpi) return value;
  throw new NoisefloorError(
    'invalid-figure-option',
    `--dpi is "${text}"; it takes a whole number from ${fewestDpi} to ${mostDpi}.`,
  );
}

/** @throws NoisefloorError `unknown-figure` with the nearest names. */
export function figureNamed(name: string): FigureName {
  const found = figureNames.find((each) => each === name.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new NoisefloorError(
    'unknown-figure',
    `There is no figure "${name}". ${suggestion(name, figureNames)}`,
    {
      details: { name, known: figureNames },
    },
  );
}
