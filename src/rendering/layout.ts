import type { Figure } from '../figures/chart.ts';
import type { FigureStyle } from '../figures/edits.ts';
import { drawCurves } from './curvesLayout.ts';
import { Drawing, leading } from './drawing.ts';
import { drawMatrix } from './matrixLayout.ts';
import { drawRows } from './rowsLayout.ts';
import type { Scene } from './scene.ts';

/** Lays a figure out on paper: where everything stands, measured with the font that it is drawn with. */
export function layOut({ title, chart }: Figure, style: FigureStyle): Scene {
  const drawing = new Drawing(style);
  const top = drawTitle(drawing, title);
  const height = (() => {
    switch (chart.kind) {
      case 'rows':
        return drawRows(drawing, chart, top);
      case 'curves':
        return drawCurves(drawing, chart, top);
      case 'matrix':
        return drawMatrix(drawing, chart, top);
    }
  })();
  return { width: drawing.width, height: Math.ceil(height), items: drawing.items };
}

function drawTitle(drawing: Drawing, title: string | null): number {
  const { size } = drawing.style;
  if (title === null) return size * 0.3;
  const large = size * 1.1;
  const lines = drawing.lines(title, drawing.width, 3, large, 'bold');
  lines.forEach((line, index) => {
    drawing.text(line, 0, large + index * large * leading, { size: large, weight: 'bold' });
  });
  return lines.length * large * leading + size * 0.6;
}
