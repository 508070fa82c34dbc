import { readFile } from 'node:fs/promises';
import { Resvg } from '@resvg/resvg-js';
import { stringify } from 'csv-stringify/sync';
import subsetFont from 'subset-font';
import manifest from '../../package.json' with { type: 'json' };
import type { Figure } from '../figures/chart.ts';
import type { FigureStyle } from '../figures/edits.ts';
import { usualDpi, type FigureFormat } from '../figures/formats.ts';
import { Typeface } from './fonts.ts';
import { outlineOf } from './foreignText.ts';
import { latexOf } from './latex.ts';
import { layOut } from './layout.ts';
import { plottedNumbers } from './numbersTable.ts';
import { pdfOf } from './pdf.ts';
import { describedPng } from './pngFile.ts';
import type { Scene, TextItem, Weight } from './scene.ts';
import { svgOf, type SvgAbout } from './svg.ts';

export interface RenderedFigure {
  readonly bytes: Uint8Array;
  /** What a person should know of the file, one sentence each; mostly nothing. */
  readonly notes: readonly string[];
}

/** A figure as a file: the same figure in the same style is the same bytes, wherever it is made. */
export async function renderFigure(
  figure: Figure,
  style: FigureStyle,
  format: FigureFormat,
  dpi = usualDpi,
): Promise<RenderedFigure> {
  if (format === 'csv' || format === 'tex') {
    return { bytes: new TextEncoder().encode(textOf(figure, format)), notes: [] };
  }
  const scene = layOut(figure, style);
  const face = Typeface.named(style.font);
  const about = aboutOf(figure);
  switch (format) {
    case 'svg': {
      const svg = svgOf(scene, face, about, {
        styleSheet: await fontSheet(scene, face),
        outlinesForeign: false,
      });
      return { bytes: new TextEncoder().encode(svg), notes: [] };
    }
    case 'pdf': {
      const { title, description: subject, metadata: keywords } = about;
      const bytes = await pdfOf(scene, face, { title, subject, keywords, creator });
      return { bytes, notes: missingLetters(scene, face) };
    }
    case 'png':
      return { bytes: pngOf(scene, face, about, dpi), notes: missingLetters(scene, face) };
  }
}

const creator = `Noisefloor ${manifest.version}`;

function textOf(figure: Figure, format: 'csv' | 'tex'): string {
  if (format === 'tex') {
    const made = figure.sources.map(
      ({ study, name, revision, epoch }) =>
        `study ${study} (${name})${epoch === null ? '' : `, epoch ${epoch}`}, revision ${revision}`,
    );
    return latexOf(figure, [`${creator}, figure ${figure.figure}`, ...made]);
  }
  const { header, rows } = plottedNumbers(figure.chart);
  const studies = figure.sources.map(({ study }) => study).join(' ');
  const revisions = figure.sources.map(({ revision }) => revision).join(' ');
  return stringify([[...header, 'studies', 'revisions'], ...rows.map((row) => [...row, studies, revisions])]);
}

function aboutOf({ figure, title, caption, sources }: Figure): SvgAbout {
  const metadata = JSON.stringify({ noisefloor: manifest.version, figure, sources });
  return { title: title ?? sources[0]?.name ?? figure, description: caption, metadata };
}

const textsOf = ({ items }: Scene): TextItem[] => items.filter((item) => item.kind === 'text');

/** The letters that a scene uses, in a style sheet of their own, so that a reader without the font sees the same. */
async function fontSheet(scene: Scene, face: Typeface): Promise<string> {
  const rules: string[] = [];
  for (const weight of ['regular', 'bold'] as const satisfies readonly Weight[]) {
    const letters = new Set(
      textsOf(scene).flatMap((item) => (item.weight === weight ? Array.from(item.text) : [])),
    );
    if (letters.size === 0) continue;
    const font = await subsetFont(await readFile(face.files[weight]), [...letters].sort().join(''), {
      targetFormat: 'sfnt',
    });
    const data = font.toString('base64');
    rules.push(
      `@font-face{font-family:"${face.family}";font-weight:${weight === 'bold' ? 600 : 400};src:url(data:font/ttf;base64,${data})}`,
    );
  }
  return rules.join('');
}

function pngOf(scene: Scene, face: Typeface, about: SvgAbout, dpi: number): Uint8Array {
  const files = [face.files.regular, face.files.bold];
  const resvg = new Resvg(svgOf(scene, face, about, { styleSheet: null, outlinesForeign: true }), {
    font: { fontFiles: files, loadSystemFonts: false, defaultFontFamily: face.family },
    fitTo: { mode: 'width', value: Math.round((scene.width / 72) * dpi) },
  });
  return describedPng(resvg.render().asPng(), dpi, {
    Title: about.title,
    Description: about.description,
    Software: creator,
    noisefloor: about.metadata,
  });
}

/** Says which letters became boxes for want of a font. */
function missingLetters(scene: Scene, face: Typeface): string[] {
  const missing = textsOf(scene).flatMap(({ text, weight }) =>
    face.lacks(text, weight) ? outlineOf(face, text, weight).missing : [],
  );
  if (missing.length === 0) return [];
  const letters = [...new Set(missing)].join(' ');
  return [
    `No font on this machine has ${letters}, so boxes stand in their place. Install one, or export SVG, which keeps the text.`,
  ];
}
