import { inflateSync } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import { styleOf } from '../../src/figures/edits.ts';
import { figureFormats } from '../../src/figures/formats.ts';
import { renderFigure } from '../../src/rendering/render.ts';
import { buildCurves, buildFigure, buildMatrix, buildRows } from '../fixtures/figures/charts.ts';

const print = styleOf({}, 'column');
const text = async (...given: Parameters<typeof renderFigure>): Promise<string> =>
  Buffer.from((await renderFigure(...given)).bytes).toString('latin1');
const utf8 = async (...given: Parameters<typeof renderFigure>): Promise<string> =>
  Buffer.from((await renderFigure(...given)).bytes).toString('utf8');

/** Labels that have broken files of other programs. */
const odd = [`"a" & 'b' <c/>]]>`, 'x\u0000\u0007\uFFFFy\uD800z', '\\alpha_1^2 50% #~{$}', 'שלום עולם'];

describe('a figure', () => {
  it.each(figureFormats)('as %s is the same bytes each time', async (format) => {
    const figure = buildFigure(buildRows());
    const [one, other] = await Promise.all([
      renderFigure(figure, print, format),
      renderFigure(figure, print, format),
    ]);
    expect(Buffer.compare(one.bytes, other.bytes)).toBe(0);
    expect(one.notes).toEqual([]);
  });

  it('says in its file what it was made from', async () => {
    const figure = buildFigure(buildRows());
    expect(await utf8(figure, print, 'svg')).toContain('&quot;study&quot;:&quot;a-study&quot;');
    expect(await text(figure, print, 'pdf')).toMatch(
      /^\(\{"noisefloor":"[\d.]+","figure":"variance","sources":\[\{"study":"a-study"/m,
    );
    expect(await utf8(figure, print, 'png')).toContain('"revision":"abc"');
    expect(await utf8(figure, print, 'tex')).toContain('% study a-study (A study), epoch 4, revision abc');
    expect(await utf8(figure, print, 'csv')).toMatch(
      /^Test accuracy,,ALGO,ALGO,,0\.862,0\.86,0\.864,a-study,abc$/m,
    );
  });

  it('of 60 curves of 200 epochs takes under a second of a core and 300 kB', async () => {
    const figure = buildFigure(buildCurves(200, 15));
    // Fonts and renderers are loaded once.
    await renderFigure(buildFigure(buildCurves(2, 1)), print, 'svg');
    const before = process.cpuUsage();
    const { bytes } = await renderFigure(figure, print, 'svg');
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(1);
    expect(bytes.length).toBeLessThan(300_000);
  });
});

describe('an SVG', () => {
  it('keeps its text, with the letters that it needs', async () => {
    const svg = await utf8(buildFigure(buildRows()), print, 'svg');
    expect(svg).toContain('>ALGO+IMPL</text>');
    expect(svg).toMatch(/^<svg xmlns="[^"]+" width="234pt"/);
    expect(svg).toMatch(
      /@font-face\{font-family:"Source Sans 3";font-weight:400;src:url\(data:font\/ttf;base64,/,
    );
  });

  it('holds whatever a label says', async () => {
    for (const chart of [buildRows(odd), buildCurves(5, 1, odd), buildMatrix(2, odd)]) {
      const svg = await utf8(
        buildFigure(chart, { title: odd.join(' '), caption: odd.join(' ') }),
        print,
        'svg',
      );
      // A strict reader of XML: it throws at the first fault.
      expect(() => new Resvg(svg, { font: { loadSystemFonts: false } })).not.toThrow();
      expect(svg).not.toContain('<c/>');
    }
  });
});

describe('a PDF', () => {
  it('has its text in embedded subsets of the TrueType fonts, and nothing else', async () => {
    for (const [font, name] of [
      ['sans', 'SourceSans3'],
      ['serif', 'STIXTwoText'],
    ] as const) {
      const pdf = await text(
        buildFigure(buildRows(), { title: 'A title' }),
        styleOf({ font }, 'column'),
        'pdf',
      );
      const fonts = [...pdf.matchAll(/\/BaseFont \/(\S+)/g)].map((match) => match[1]);
      expect(fonts.length).toBeGreaterThanOrEqual(4);
      for (const each of fonts) expect(each).toMatch(new RegExp(`^[A-Z]{6}\\+${name}-(Regular|SemiBold)$`));
      expect(pdf.match(/\/FontFile2 /g)).toHaveLength(2);
      expect(pdf).toContain('/Subtype /CIDFontType2');
      expect(pdf.match(/\/ToUnicode /g)).toHaveLength(2);
      expect(pdf).not.toMatch(/\/Subtype \/(Type1|Type3|Image)/);
      expect(pdf).toContain('/MediaBox [0 0 234 ');
    }
  });

  it('draws what its font lacks as outlines, and says which letters no font of the machine has', async () => {
    const unheardOf = '\u{10F123}';
    const figure = buildFigure(buildRows(['שלום', unheardOf, 'ALGO', 'IMPL']));
    const { bytes, notes } = await renderFigure(figure, print, 'pdf');
    expect(notes.join(' ')).toContain(unheardOf);
    expect(notes.join(' ')).toContain('boxes stand in their place');
    expect(Buffer.from(bytes).toString('latin1')).toMatch(/%%EOF\s*$/);
  });

  it('of a matrix above 200 x 200 has one image', async () => {
    const pdf = await text(buildFigure(buildMatrix(60)), print, 'pdf');
    expect(pdf.match(/\/Subtype \/Image/g)).toHaveLength(1);
  });
});

describe('a PNG', () => {
  it('has the dots an inch that are asked for, and says so', async () => {
    const { bytes } = await renderFigure(buildFigure(buildRows()), print, 'png', 600);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect(view.getUint32(16)).toBe(3.25 * 600);
    const physical = Buffer.from(bytes).indexOf('pHYs');
    expect(view.getUint32(physical + 4)).toBe(Math.round(600 / 0.0254));
  });

  it('is readable after whatever was written into it', async () => {
    const { bytes } = await renderFigure(
      buildFigure(buildRows(odd), { title: odd.join(' ') }),
      print,
      'png',
      72,
    );
    const file = Buffer.from(bytes);
    let data = Buffer.alloc(0);
    for (let offset = 8; offset < file.length;) {
      const length = file.readUInt32BE(offset);
      if (file.toString('latin1', offset + 4, offset + 8) === 'IDAT') {
        data = Buffer.concat([data, file.subarray(offset + 8, offset + 8 + length)]);
      }
      offset += length + 12;
    }
    const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
    expect(inflateSync(data)).toHaveLength(height * (4 * width + 1));
  });
});

describe('a LaTeX table', () => {
  it('is a booktabs table whose caption and cells are escaped', async () => {
    const figure = buildFigure(buildRows(odd), { caption: '5 % of a_b & "c" ± σ².', title: '{A} title' });
    const tex = await utf8(figure, print, 'tex');
    expect(tex).toContain("\\caption{\\{A\\} title. 5 \\% of a\\_b \\& ''c'' $\\pm$ $\\sigma$$^2$.}");
    expect(tex).toContain(
      '\\textbackslash{}alpha\\_1\\textasciicircum{}2 50\\% \\#\\textasciitilde{}\\{\\$\\} & ',
    );
    expect(tex).toContain('& 86.00 [85.80, 86.20] & 0.60 [0.40, 1.30] \\\\');
    expect(tex).toContain('% Text in other scripts needs XeLaTeX');
    for (const rule of ['\\toprule', '\\midrule', '\\bottomrule']) expect(tex).toContain(rule);
    // Every brace that opens closes.
    const bare = tex.replace(/\\[{}]/g, '');
    expect(bare.split('{').length).toBe(bare.split('}').length);
  });

  it('of curves has their ends, of a matrix the means of its blocks', async () => {
    expect(await utf8(buildFigure(buildCurves(20, 3)), print, 'tex')).toContain('ALGO+IMPL & 19 & 86');
    const matrix = await utf8(buildFigure(buildMatrix(3)), print, 'tex');
    expect(matrix).toContain('Churn (\\%) & ALGO+IMPL & ALGO & IMPL & CONTROL');
    expect(matrix).toContain('CONTROL & 3.0 & 4.0 & 5.0 & 6.0');
  });
});
