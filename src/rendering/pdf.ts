import PDFDocument from 'pdfkit';
import type { Typeface } from './fonts.ts';
import { outlineOf, outlineSize } from './foreignText.ts';
import { cornersOf, type Item, type Scene, type TextItem } from './scene.ts';

/** What a PDF says about itself. */
export interface PdfAbout {
  readonly title: string;
  readonly subject: string;
  readonly keywords: string;
  readonly creator: string;
}

/** A file says when its figure was made from what, not when it was written: the same figure is the same bytes. */
const unchangingDate = new Date(0);

/** A scene as a PDF of one page of its size: vectors, and text in embedded subsets of the fonts' TrueType. */
export async function pdfOf(
  { width, height, items }: Scene,
  face: Typeface,
  about: PdfAbout,
): Promise<Uint8Array> {
  const document = new PDFDocument({
    size: [width, height],
    margin: 0,
    font: face.files.regular,
    info: {
      Title: about.title,
      Subject: about.subject,
      Keywords: about.keywords,
      Creator: about.creator,
      Producer: about.creator,
      CreationDate: unchangingDate,
      ModDate: unchangingDate,
    },
  });
  const written = collected(document);
  document.rect(0, 0, width, height).fill('#ffffff');
  for (const item of items) drawItem(document, item, face);
  document.end();
  return written;
}

async function collected(document: PDFKit.PDFDocument): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of document) parts.push(part as Buffer);
  return new Uint8Array(Buffer.concat(parts));
}

function drawItem(document: PDFKit.PDFDocument, item: Item, face: Typeface): void {
  switch (item.kind) {
    case 'text':
      drawText(document, item, face);
      return;
    case 'line': {
      const { points, colour, width, dash, opacity } = item;
      trace(document, points);
      document.lineWidth(width).lineJoin('round');
      if (dash.length > 0) document.dash(dash[0] ?? 1, { space: dash[1] ?? 1 });
      document.strokeOpacity(opacity).stroke(colour);
      if (dash.length > 0) document.undash();
      return;
    }
    case 'area':
      trace(document, item.points);
      document.closePath().fillOpacity(item.opacity).fill(item.colour);
      return;
    case 'mark': {
      const corners = cornersOf(item);
      if (corners === null) document.circle(item.x, item.y, item.radius);
      else {
        trace(document, corners);
        document.closePath();
      }
      document.lineWidth(item.edgeWidth).fillOpacity(item.opacity).strokeOpacity(1);
      document.fillAndStroke(item.fill, item.edge);
      return;
    }
    case 'image': {
      const { x, y, width, height, png } = item;
      const data = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
      document.fillOpacity(1).image(data, x, y, { width, height });
      return;
    }
    case 'cells': {
      const { x, y, unit, colour, runs } = item;
      // Neighbours overlap a little, so that no white shines through where they meet.
      const over = 0.05;
      for (let index = 0; index < runs.length; index += 3) {
        const [column = 0, row = 0, length = 0] = runs.slice(index, index + 3);
        document.rect(x + column * unit, y + row * unit, length * unit + over, unit + over);
      }
      document.fillOpacity(1).fill(colour);
    }
  }
}

function trace(document: PDFKit.PDFDocument, points: readonly number[]): void {
  document.moveTo(points[0] ?? 0, points[1] ?? 0);
  for (let index = 2; index + 1 < points.length; index += 2) {
    document.lineTo(points[index] ?? 0, points[index + 1] ?? 0);
  }
}

function drawText(document: PDFKit.PDFDocument, item: TextItem, face: Typeface): void {
  const { x, y, text, size, weight, anchor, colour, isUpright } = item;
  const width = face.width(text, size, weight);
  const start = anchor === 'start' ? 0 : anchor === 'middle' ? -width / 2 : -width;
  document.save().translate(x, y);
  if (isUpright) document.rotate(-90);
  document.fillOpacity(1).fillColor(colour);
  if (face.lacks(text, weight)) {
    document.translate(start, 0).scale(size / outlineSize);
    document.path(outlineOf(face, text, weight).path).fill(colour);
  } else {
    document.font(face.files[weight]).fontSize(size);
    document.text(text, start, 0, { lineBreak: false, baseline: 'alphabetic' });
  }
  document.restore();
}
