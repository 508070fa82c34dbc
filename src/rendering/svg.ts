import { cornersOf, type Item, type Scene, type TextItem } from './scene.ts';
import type { Typeface } from './fonts.ts';
import { outlineOf, outlineSize } from './foreignText.ts';
import { escapedXml } from './xml.ts';

/** What an SVG says about itself. */
export interface SvgAbout {
  readonly title: string;
  readonly description: string;
  /** JSON. */
  readonly metadata: string;
}

/** Two decimals of a point are a seven-thousandth of an inch. */
const short = (value: number): string => String(Math.round(value * 100) / 100);

/**
 * A scene as SVG. Text stays text.
 * @param given.styleSheet makes the font known where it is not installed; none for a renderer that is given the files.
 * @param given.outlinesForeign whether text that the font lacks is drawn as outlines.
 */
export function svgOf(
  scene: Scene,
  face: Typeface,
  about: SvgAbout,
  given: { readonly styleSheet: string | null; readonly outlinesForeign: boolean },
): string {
  const { styleSheet } = given;
  const { width, height, items } = scene;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${short(width)}pt" height="${short(height)}pt" viewBox="0 0 ${short(width)} ${short(height)}" font-family="${escapedXml(fontList(face))}" role="img">`,
    `<title>${escapedXml(about.title)}</title>`,
    `<desc>${escapedXml(about.description)}</desc>`,
    `<metadata>${escapedXml(about.metadata)}</metadata>`,
    ...(styleSheet === null ? [] : [`<style>${styleSheet}</style>`]),
    `<rect width="${short(width)}" height="${short(height)}" fill="#fff"/>`,
    ...items.map((item) =>
      item.kind === 'text' && given.outlinesForeign && face.lacks(item.text, item.weight)
        ? outlineElement(item, face)
        : itemOf(item),
    ),
    '</svg>',
    '',
  ].join('\n');
}

/** The shipped font, then whatever the reader's machine has for scripts that it lacks. */
function fontList({ family }: Typeface): string {
  // A name with a number in it counts only in quotes.
  return `'${family}', 'Noto Sans', 'Arial Unicode MS', sans-serif`;
}

function itemOf(item: Item): string {
  switch (item.kind) {
    case 'text':
      return textOf(item);
    case 'line': {
      const { points, colour, width, dash, opacity } = item;
      const dashes = dash.length === 0 ? '' : ` stroke-dasharray="${dash.map(short).join(' ')}"`;
      const through = opacity === 1 ? '' : ` stroke-opacity="${short(opacity)}"`;
      return `<path d="${pathOf(points)}" fill="none" stroke="${colour}" stroke-width="${short(width)}" stroke-linejoin="round"${dashes}${through}/>`;
    }
    case 'area': {
      const through = item.opacity === 1 ? '' : ` fill-opacity="${short(item.opacity)}"`;
      return `<path d="${pathOf(item.points)}Z" fill="${item.colour}"${through}/>`;
    }
    case 'mark': {
      const { x, y, radius, fill, edge, edgeWidth, opacity } = item;
      const corners = cornersOf(item);
      const paint = `fill="${fill}"${opacity === 1 ? '' : ` fill-opacity="${short(opacity)}"`} stroke="${edge}" stroke-width="${short(edgeWidth)}"`;
      return corners === null
        ? `<circle cx="${short(x)}" cy="${short(y)}" r="${short(radius)}" ${paint}/>`
        : `<path d="${pathOf(corners)}Z" ${paint}/>`;
    }
    case 'image': {
      const { x, y, width, height, png } = item;
      const data = Buffer.from(png).toString('base64');
      return `<image x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" href="data:image/png;base64,${data}"/>`;
    }
    case 'cells': {
      const { x, y, unit, colour, runs } = item;
      let path = '';
      for (let index = 0; index < runs.length; index += 3) {
        path += `M${runs[index] ?? 0} ${(runs[index + 1] ?? 0) + 0.5}h${runs[index + 2] ?? 0}`;
      }
      return `<path transform="translate(${short(x)} ${short(y)}) scale(${String(Math.round(unit * 1e6) / 1e6)})" d="${path}" stroke="${colour}" shape-rendering="crispEdges"/>`;
    }
  }
}

function textOf({ x, y, text, size, weight, anchor, colour, isUpright }: TextItem): string {
  const place = isUpright
    ? `transform="translate(${short(x)} ${short(y)}) rotate(-90)"`
    : `x="${short(x)}" y="${short(y)}"`;
  const bold = weight === 'bold' ? ' font-weight="600"' : '';
  const at = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text ${place} font-size="${short(size)}" fill="${colour}"${bold}${at}>${escapedXml(text)}</text>`;
}

function outlineElement(item: TextItem, face: Typeface): string {
  const { x, y, text, size, weight, anchor, colour, isUpright } = item;
  const { path, width } = outlineOf(face, text, weight);
  const start = anchor === 'start' ? 0 : anchor === 'middle' ? (-width * size) / 2 : -width * size;
  const turn = isUpright ? ' rotate(-90)' : '';
  const scale = String(size / outlineSize);
  return `<path transform="translate(${short(x)} ${short(y)})${turn} translate(${short(start)} 0) scale(${scale})" d="${path}" fill="${colour}"/>`;
}

/** Relative steps are shorter; they follow the rounded line, so that nothing adds up. */
function pathOf(points: readonly number[]): string {
  let [x, y] = [rounded(points[0]), rounded(points[1])];
  let path = `M${x / 100} ${y / 100}`;
  for (let index = 2; index + 1 < points.length; index += 2) {
    const [nextX, nextY] = [rounded(points[index]), rounded(points[index + 1])];
    const dy = nextY - y;
    path += `l${(nextX - x) / 100}${dy < 0 ? '' : ' '}${dy / 100}`;
    [x, y] = [nextX, nextY];
  }
  return path;
}

function rounded(value: number | undefined): number {
  return Math.round((value ?? 0) * 100);
}
