import { pairIndex } from '../analysis/disagreement.ts';
import type { MatrixChart } from '../figures/chart.ts';
import { sequentialTable } from '../figures/sequentialScale.ts';
import { horizontalTicks, placeOf, tickLength } from './axis.ts';
import { leading, type Drawing } from './drawing.ts';
import { encodePng } from './pngFile.ts';
import { faintInk, ink, softInk } from './scene.ts';
import { numberText } from './ticks.ts';

/** Larger matrices are an image: one rectangle a cell would fill the file. */
const mostCells = 200;
/** With white, for what has no value, they fill a palette of bytes. */
const levels = 255;

/** Draws a matrix of replicates in blocks below `top`; gives the height that was needed. */
export function drawMatrix(drawing: Drawing, chart: MatrixChart, top: number): number {
  const { size } = drawing.style;
  const { blocks } = chart;
  const ends = blockEnds(chart);
  const labelRoom = Math.min(
    Math.max(0, ...blocks.map(({ label }) => drawing.widthOf(label))) + size * 0.6,
    drawing.width * 0.3,
  );
  // The last number of the scale stands half beyond it.
  const beyond = drawing.widthOf('0.0', drawing.style.tickSize) / 2;
  const side = Math.min(drawing.width - labelRoom - beyond, size * 60);
  const [left, above] = [labelRoom, top + size * leading];
  const unit = chart.size === 0 ? 0 : side / chart.size;
  const highest = highestOf(chart.values);
  if (chart.size > mostCells) drawImage(drawing, chart, highest, { left, top: above, side });
  else drawCells(drawing, chart, highest, { left, top: above, unit });
  ends.forEach(({ from, to }, index) => {
    const label = blocks[index]?.label ?? '';
    const [length, middle] = [(to - from) * unit, ((from + to) / 2) * unit];
    const [across = ''] = drawing.lines(label, length, 1);
    if (across !== '…') drawing.text(across, left + middle, above - size * 0.35, { anchor: 'middle' });
    const beside = drawing.lines(
      label,
      labelRoom - size * 0.5,
      Math.max(1, Math.min(2, Math.floor(length / (size * leading)))),
    );
    const first = above + middle + size * 0.34 - ((beside.length - 1) * size * leading) / 2;
    if (length >= size) {
      beside.forEach((line, position) => {
        drawing.text(line, left - size * 0.45, first + position * size * leading, { anchor: 'end' });
      });
    }
  });
  for (const { to } of ends.slice(0, -1)) {
    const at = to * unit;
    drawing.line([left + at, above, left + at, above + side], { colour: '#ffffff', width: 1.1 });
    drawing.line([left, above + at, left + side, above + at], { colour: '#ffffff', width: 1.1 });
  }
  drawing.line(
    [left, above, left + side, above, left + side, above + side, left, above + side, left, above],
    {
      ...{ colour: softInk, width: 0.5 },
    },
  );
  drawMeans(drawing, chart, ends, { left, top: above, unit });
  return drawScale(drawing, chart, highest, { left, right: left + side, top: above + side + size * 0.9 });
}

interface Place {
  readonly left: number;
  readonly top: number;
}

function blockEnds({ blocks }: MatrixChart): { from: number; to: number }[] {
  let from = 0;
  return blocks.map(({ replicates }) => {
    const end = { from, to: from + replicates.length };
    from = end.to;
    return end;
  });
}

function highestOf(values: Float64Array): number {
  let highest = 0;
  for (const value of values) if (value > highest) highest = value;
  return highest;
}

/** Which of the scale's colours each cell has; -1 on the diagonal and where a pair has no value. */
function levelOf({ values, size }: MatrixChart, highest: number, row: number, column: number): number {
  if (row === column) return -1;
  const value = values[pairIndex(size, row, column)] ?? Number.NaN;
  if (Number.isNaN(value)) return -1;
  return highest === 0 ? 0 : Math.round((value / highest) * (levels - 1));
}

/** One item a colour: runs of equal cells along each row. */
function drawCells(
  drawing: Drawing,
  chart: MatrixChart,
  highest: number,
  { left, top, unit }: Place & { unit: number },
): void {
  const runs = new Map<number, number[]>();
  for (let row = 0; row < chart.size; row++) {
    for (let column = 0; column < chart.size;) {
      const level = levelOf(chart, highest, row, column);
      let end = column + 1;
      while (end < chart.size && levelOf(chart, highest, row, end) === level) end++;
      if (level >= 0) {
        const own = runs.get(level) ?? [];
        own.push(column, row, end - column);
        runs.set(level, own);
      }
      column = end;
    }
  }
  for (const [level, cells] of runs) {
    drawing.items.push({ kind: 'cells', x: left, y: top, unit, colour: colourOf(level), runs: cells });
  }
}

function drawImage(
  drawing: Drawing,
  chart: MatrixChart,
  highest: number,
  { left, top, side }: Place & { side: number },
): void {
  const indices = new Uint8Array(chart.size ** 2);
  for (let row = 0; row < chart.size; row++) {
    for (let column = 0; column < chart.size; column++) {
      const level = levelOf(chart, highest, row, column);
      indices[row * chart.size + column] = level < 0 ? levels : level;
    }
  }
  const table = sequentialTable();
  const palette = Uint8Array.from({ length: 3 * (levels + 1) }, (_, at) => {
    const level = Math.floor(at / 3);
    return level === levels ? 255 : (table[4 * tableLevel(level) + (at % 3)] ?? 0);
  });
  const png = encodePng(chart.size, chart.size, indices, palette);
  drawing.items.push({ kind: 'image', x: left, y: top, width: side, height: side, png });
}

/** Each block's mean in its middle, on white so that it can be read on any colour. */
function drawMeans(
  drawing: Drawing,
  { axis, means }: MatrixChart,
  ends: readonly { from: number; to: number }[],
  { left, top, unit }: Place & { unit: number },
): void {
  const { tickSize } = drawing.style;
  ends.forEach((rows, row) => {
    ends.forEach((columns, column) => {
      const mean = means[row]?.[column] ?? null;
      if (mean === null) return;
      const text = numberText(mean * axis.scale, 1);
      const width = drawing.widthOf(text, tickSize) + tickSize * 0.5;
      const height = tickSize * 1.15;
      if (width > (columns.to - columns.from) * unit * 0.95 || height > (rows.to - rows.from) * unit * 0.95)
        return;
      const x = left + ((columns.from + columns.to) / 2) * unit;
      const y = top + ((rows.from + rows.to) / 2) * unit;
      drawing.rectangle(x - width / 2, y - height / 2, width, height, '#ffffff', 0.9);
      drawing.text(text, x, y + tickSize * 0.34, { size: tickSize, anchor: 'middle', colour: ink });
    });
  });
}

function drawScale(
  drawing: Drawing,
  { axis }: MatrixChart,
  highest: number,
  { left, right, top }: Place & { right: number },
): number {
  const { size, tickSize } = drawing.style;
  const steps = 64;
  const height = size * 0.7;
  const width = (right - left) / steps;
  for (let step = 0; step < steps; step++) {
    const colour = colourOf(Math.round((step / (steps - 1)) * (levels - 1)));
    // Neighbours overlap, so that no white shines through where they meet.
    drawing.rectangle(
      left + step * width,
      top,
      Math.min(width * 1.3, right - left - step * width),
      height,
      colour,
    );
  }
  const domain = { low: 0, high: highest === 0 ? 1 / axis.scale : highest };
  const x = placeOf(domain, left, right);
  for (const { at, label } of horizontalTicks(drawing, axis, domain, right - left)) {
    drawing.line([x(at), top + height, x(at), top + height + tickLength], { colour: softInk });
    drawing.text(label, x(at), top + height + tickLength + tickSize, { size: tickSize, anchor: 'middle' });
  }
  const [title = ''] = drawing.lines(axis.title, right - left, 1);
  const baseline = top + height + tickLength + tickSize * leading + size;
  drawing.text(title, (left + right) / 2, baseline, { anchor: 'middle' });
  if (highest === 0) {
    drawing.text('no pair differs', right, top - size * 0.25, {
      anchor: 'end',
      size: tickSize,
      colour: faintInk,
    });
  }
  return baseline + size * 0.35;
}

/** Which of the scale's 256 colours a level has. */
function tableLevel(level: number): number {
  return Math.round((level / (levels - 1)) * 255);
}

function colourOf(level: number): string {
  const from = 4 * tableLevel(level);
  const [red = 0, green = 0, blue = 0] = sequentialTable().subarray(from, from + 3);
  return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
