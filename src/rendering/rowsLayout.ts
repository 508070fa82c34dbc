import { beeswarmLanes } from '../figures/beeswarm.ts';
import type { ChartRow, RowMark, RowsChart, RowsPanel } from '../figures/chart.ts';
import { panelDomain } from '../figures/domain.ts';
import {
  axisTitle,
  drawHorizontalAxis,
  horizontalAxisHeight,
  horizontalTicks,
  inset,
  placeOf,
  type Box,
} from './axis.ts';
import { leading, type Drawing } from './drawing.ts';
import { drawLegend } from './legend.ts';
import { faintInk, grid, softInk } from './scene.ts';

/** The labels of rows take at most so much of the width, by the number of panels beside them. */
const mostLabelShares = [0.42, 0.3, 0.26];

interface PlacedRow extends ChartRow {
  readonly lines: readonly string[];
  readonly lanes: number;
  readonly top: number;
  readonly height: number;
}

/** Draws rows with panels side by side below `top`; gives the height that was needed. */
export function drawRows(drawing: Drawing, chart: RowsChart, top: number): number {
  const { size, tickSize } = drawing.style;
  const labelWidth = labelColumn(drawing, chart);
  const afterLegend = drawLegend(drawing, legendOf(chart), top);
  const rows = placedRows(drawing, chart, labelWidth, afterLegend);
  const bottom = rows.reduce((end, { height }) => end + height, afterLegend);
  const gap = size * 1.7;
  const left = labelWidth + size * 0.6;
  const right = drawing.width - drawing.widthOf('00', tickSize) / 2;
  const width = (right - left - gap * (chart.panels.length - 1)) / chart.panels.length;
  const titles = chart.panels.map(({ axis }, index) => {
    const centre = left + index * (width + gap) + width / 2;
    return axisTitle(drawing, axis, Math.min(width + gap * 0.8, 2 * (drawing.width - centre)));
  });
  chart.panels.forEach((panel, index) => {
    const start = left + index * (width + gap);
    const box = { left: start, top: afterLegend, right: start + width, bottom };
    drawPanel(drawing, panel, rows, box, titles[index] ?? []);
  });
  drawLabels(drawing, rows, right);
  return bottom + horizontalAxisHeight(drawing, Math.max(...titles.map((lines) => lines.length)));
}

function legendOf({ legend, panels }: RowsChart): Parameters<typeof drawLegend>[1] {
  const bands = panels.flatMap(({ band }) => (band === null ? [] : [{ label: band.label, look: null }]));
  return [...legend, ...bands];
}

function labelColumn(drawing: Drawing, { rows, panels }: RowsChart): number {
  const widths = rows.filter(({ isHeading }) => !isHeading).map(({ label }) => drawing.widthOf(label));
  return Math.min(Math.max(0, ...widths), drawing.width * (mostLabelShares[panels.length - 1] ?? 0.2));
}

function placedRows(
  drawing: Drawing,
  { rows, panels }: RowsChart,
  labelWidth: number,
  from: number,
): PlacedRow[] {
  const { size } = drawing.style;
  let top = from;
  return rows.map((row, index) => {
    const lines = row.isHeading
      ? drawing.lines(row.label, drawing.width, 1, size, 'bold')
      : drawing.lines(row.label, labelWidth + 0.01, 2);
    const marks = panels.map(({ cells }) => cells[index] ?? []);
    const lanes = Math.max(1, ...marks.map((own) => own.length));
    const drawn = lanes * size * laneHeight(marks.flat(), lanes) + (lanes > 1 ? size * 0.5 : 0);
    const text = lines.length * size * leading + size * 0.25;
    const height = row.isHeading ? size * (index === 0 ? 1.5 : 1.9) : Math.max(drawn, text);
    const placed = { ...row, lines, lanes, top, height };
    top += height;
    return placed;
  });
}

/** Of one mark, in ems: replicates need most; points without intervals may stand close, as their shapes differ. */
function laneHeight(marks: readonly RowMark[], lanes: number): number {
  if (marks.some(({ dots }) => dots.length > 0)) return 2.1;
  if (lanes === 1) return 1.45;
  return marks.some(({ low }) => low !== null) ? 0.7 : 0.36;
}

function drawLabels(drawing: Drawing, rows: readonly PlacedRow[], right: number): void {
  const { size } = drawing.style;
  for (const { lines, top, height, isHeading } of rows) {
    if (isHeading) {
      // Grid lines do not run through a heading.
      drawing.rectangle(0, top, drawing.width, height, '#ffffff');
      drawing.text(lines[0] ?? '', 0, top + height - size * 0.4, { weight: 'bold' });
      continue;
    }
    const first = top + height / 2 - ((lines.length - 1) * size * leading) / 2 + size * 0.34;
    lines.forEach((line, index) => {
      drawing.text(line, 0, first + index * size * leading);
    });
  }
  const isCrowded = rows.some(({ lanes }) => lanes > 1);
  rows.slice(1).forEach(({ top, isHeading }) => {
    const y = isHeading ? top + size * 0.2 : top;
    if (isHeading || isCrowded) drawing.line([0, y, right, y], { colour: grid, width: 0.4 });
  });
}

/** In points. */
const lineWidth = 0.7;

function drawPanel(
  drawing: Drawing,
  panel: RowsPanel,
  rows: readonly PlacedRow[],
  box: Box,
  title: readonly string[],
): void {
  const { size } = drawing.style;
  const domain = panelDomain(panel);
  const margin = size * inset;
  const x = placeOf(domain, box.left + margin, box.right - margin, panel.axis.logarithmic === true);
  if (panel.band !== null) {
    const [low, high] = [x(Math.max(domain.low, panel.band.low)), x(Math.min(domain.high, panel.band.high))];
    // A band of no width is a line.
    const isLine = panel.band.low === panel.band.high;
    const width = isLine ? lineWidth : high - low;
    drawing.rectangle(low, box.top, width, box.bottom - box.top, '#000000', isLine ? 0.5 : 0.08);
  }
  drawHorizontalAxis(
    drawing,
    box,
    horizontalTicks(drawing, panel.axis, domain, box.right - box.left),
    x,
    title,
  );
  panel.cells.forEach((marks, index) => {
    const row = rows[index];
    if (row === undefined || marks.length === 0) return;
    const lane = row.height / marks.length;
    const room = marks.length > 1 ? (row.height - size * 0.5) / marks.length : lane;
    const start = marks.length > 1 ? row.top + size * 0.25 : row.top;
    marks.forEach((mark, position) => {
      drawMark(drawing, mark, { y: start + (position + 0.5) * room, height: room, x, domain, box });
    });
  });
}

interface Lane {
  readonly y: number;
  readonly height: number;
  readonly x: (value: number) => number;
  readonly domain: { readonly low: number; readonly high: number };
  readonly box: Box;
}

function drawMark(drawing: Drawing, mark: RowMark, lane: Lane): void {
  const { size, tickSize } = drawing.style;
  const { x, y, box } = lane;
  if (mark.value === null && mark.dots.length === 0) {
    const [line = ''] = drawing.lines(mark.note ?? '–', box.right - box.left - size * 0.5, 1, tickSize);
    drawing.text(line, box.left + size * 0.4, y + tickSize * 0.34, { size: tickSize, colour: faintInk });
    return;
  }
  const hasDots = mark.dots.length > 0;
  if (hasDots) drawDots(drawing, mark, lane);
  const middle = hasDots ? y + size * 0.48 : y;
  drawInterval(drawing, mark, middle, lane);
  if (mark.value !== null) drawing.mark(mark.look, x(mark.value), middle);
}

/** A line with caps; where it goes on beyond the panel, an arrow in place of the cap. */
function drawInterval(drawing: Drawing, { low, high, look }: RowMark, y: number, { x, domain }: Lane): void {
  if (low === null || high === null) return;
  const cap = drawing.style.size * 0.22;
  const [left, right] = [x(Math.max(domain.low, low)), x(Math.min(domain.high, high))];
  const stroke = { colour: look.colour, width: drawing.style.size * 0.12 };
  drawing.line([left, y, right, y], stroke);
  if (low < domain.low) drawing.line([left + cap, y - cap, left, y, left + cap, y + cap], stroke);
  else drawing.line([left, y - cap, left, y + cap], stroke);
  if (high > domain.high) drawing.line([right - cap, y - cap, right, y, right - cap, y + cap], stroke);
  else drawing.line([right, y - cap, right, y + cap], stroke);
}

/** Replicates in a lane of their own over the mean, moved apart where they would hide each other. */
function drawDots(drawing: Drawing, { dots, look, value }: RowMark, { x, y, height }: Lane): void {
  const { size } = drawing.style;
  const radius = size * 0.17;
  const places = dots.map((dot) => x(dot.value));
  const lanes = beeswarmLanes(places, radius * 1.9);
  const most = Math.max(1, ...lanes.map(Math.abs));
  const room = value === null ? height * 0.4 : height * 0.2;
  const apart = Math.min(radius * 1.6, room / most);
  const middle = value === null ? y : y - size * 0.42;
  dots.forEach((_, index) => {
    drawing.mark(look, places[index] ?? 0, middle + (lanes[index] ?? 0) * apart, {
      ...{ radius, edgeWidth: 0.35, edge: softInk, fill: look.colour, opacity: 0.75 },
    });
  });
}
