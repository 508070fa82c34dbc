import { describe, expect, it } from 'vitest';
import type { Chart, RowsChart } from '../../src/figures/chart.ts';
import { fontNames, styleOf, widthNames } from '../../src/figures/edits.ts';
import { layOut } from '../../src/rendering/layout.ts';
import { buildCurves, buildFigure, buildMark, buildMatrix, buildRows } from '../fixtures/figures/charts.ts';
import { faultsOf, roundedScene } from '../fixtures/figures/inspectScene.ts';

const print = styleOf({}, 'column');

/** A row of each of eight classes, with four variants that a legend names. */
function buildCrowded(): RowsChart {
  const rows = ['Shirt', 'Coat', 'Pullover', 'T-shirt/top', 'Ankle boot', 'Dress', 'Bag', 'Trouser'];
  const names = ['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL'];
  const { panels, ...chart } = buildRows(rows);
  const marks = names.map((name, index) => buildMark(name, { value: index / 100, low: null, high: null }));
  return {
    ...chart,
    panels: panels.slice(1).map((panel) => ({ ...panel, cells: rows.map(() => marks) })),
    legend: marks.map(({ series, look }) => ({ label: series, look })),
  };
}

/** Two tasks under headings, with three panels: as much as a page holds. */
function buildTasks(): RowsChart {
  const { panels, ...chart } = buildRows(['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL']);
  const heading = { label: 'SmallCNN with batch norm, Fashion-MNIST sample', isHeading: true };
  return {
    ...chart,
    rows: [heading, ...chart.rows, heading, ...chart.rows],
    panels: [...panels, ...panels.slice(1)].map((panel) => ({
      ...panel,
      cells: [[], ...panel.cells, [], ...panel.cells],
    })),
  };
}

const charts: readonly [what: string, chart: () => Chart][] = [
  ['rows', buildRows],
  ['rows of several marks', buildCrowded],
  ['rows of several tasks', buildTasks],
  ['curves', () => buildCurves(20, 3)],
  ['a matrix', () => buildMatrix(4)],
];

describe('a layout', () => {
  it.each(charts)('of %s is as it was', async (what, chart) => {
    const scene = layOut(buildFigure(chart(), { title: 'A title' }), print);
    const file = `../fixtures/figures/golden/${what.replaceAll(' ', '-')}.txt`;
    await expect(roundedScene(scene)).toMatchFileSnapshot(file);
  });

  it.each(widthNames)('as wide as for %s has no text that is cut, covered or too small', (width) => {
    for (const font of fontNames) {
      for (const span of ['column', 'page'] as const) {
        for (const [what, chart] of charts) {
          const style = styleOf({ width, font, span }, 'column');
          const scene = layOut(
            buildFigure(chart(), { title: 'A title that says what is to be seen here' }),
            style,
          );
          expect(faultsOf(scene, font), `${what}, ${width}, ${span}, ${font}`).toEqual([]);
          expect(scene.width).toBe(style.inches * 72);
        }
      }
    }
  });

  it.each([6, 12])('keeps to what there is room for at %s points', (size) => {
    for (const [what, chart] of charts) {
      expect(faultsOf(layOut(buildFigure(chart()), styleOf({ size }, 'column')), 'sans'), what).toEqual([]);
    }
  });

  const odd = [
    'A label of eighty characters that no column of any paper has room for, whatever.',
    'Unbrokenlabelwithoutanyspaceswhatsoeverthatgoesonandonandonforalongtimeindeed',
    `"quotes" & <tags> ]]> \\ {braces} $x_1^2$ 50 % #~`,
    '',
  ];
  it('breaks names where they are made of parts', () => {
    const chart = buildRows(['initialisation+order+augmentation+dropout'], {});
    const texts = layOut(buildFigure(chart), print).items.flatMap((item) =>
      item.kind === 'text' ? [item.text] : [],
    );
    expect(texts).toContain('initialisation+');
  });

  it('shortens and breaks labels that are too long', () => {
    for (const chart of [buildRows(odd), buildCurves(20, 0, odd), buildMatrix(3, odd)]) {
      expect(
        faultsOf(layOut(buildFigure(chart, { title: odd.join(' ') }), print), 'sans'),
        chart.kind,
      ).toEqual([]);
    }
    const scene = layOut(buildFigure(buildRows(odd)), print);
    expect(scene.items.some((item) => item.kind === 'text' && item.text.endsWith('…'))).toBe(true);
  });

  it('draws one variant, one replicate, equal values, nothing and what is not a number', () => {
    const [panel] = buildRows().panels;
    const alone = buildMark('ALGO', { value: null, low: null, high: null, note: 'one replicate' });
    const equal = buildMark('ALGO', { value: 0, low: 0, high: 0 });
    for (const mark of [
      alone,
      equal,
      buildMark('ALGO', { dots: [{ replicate: 0, value: 0.5 }], value: null }),
    ]) {
      for (const fromZero of [true, false]) {
        const axis = { ...panel!.axis, fromZero };
        const chart = buildRows(['ALGO'], { panels: [{ axis, band: null, cells: [[mark]] }] });
        const scene = layOut(buildFigure(chart), print);
        expect(faultsOf(scene, 'sans')).toEqual([]);
        const marks = scene.items.filter(({ kind }) => kind === 'mark');
        expect(marks).toHaveLength(mark === alone ? 0 : 1);
      }
    }
    const noted = layOut(
      buildFigure(buildRows(['ALGO'], { panels: [{ ...panel!, cells: [[alone]] }] })),
      print,
    );
    expect(noted.items.some((item) => item.kind === 'text' && item.text === 'one replicate')).toBe(true);
    for (const chart of [buildCurves(1, 1), buildCurves(0, 0), buildMatrix(1), buildMatrix(1, ['ALGO'])]) {
      expect(faultsOf(layOut(buildFigure(chart), print), 'sans'), chart.kind).toEqual([]);
    }
    const unknown = buildMatrix(3);
    unknown.values.fill(Number.NaN);
    expect(faultsOf(layOut(buildFigure(unknown), print), 'sans')).toEqual([]);
    const flat = buildMatrix(3);
    flat.values.fill(0);
    expect(faultsOf(layOut(buildFigure(flat), print), 'sans')).toEqual([]);
  });

  it('breaks curves where epochs are missing', () => {
    const chart = buildCurves(20, 1, ['ALGO']);
    const [curve] = chart.curves;
    curve!.members[0]!.values.fill(Number.NaN, 5, 8);
    const points = curve!.points.filter(({ x }) => x < 5 || x >= 8);
    const scene = layOut(buildFigure({ ...chart, curves: [{ ...curve!, points }] }), print);
    const long = scene.items.filter((item) => item.kind === 'line' && item.points.length > 6);
    // Two parts of the mean and two of the replicate.
    expect(long).toHaveLength(4);
    expect(faultsOf(scene, 'sans')).toEqual([]);
  });

  it('cuts an interval that would flatten everything else, with an arrow', () => {
    const [, deviation] = buildRows().panels;
    const cells = [[buildMark('ALGO', { value: 0.01, low: 0.005, high: 3 })]];
    const scene = layOut(buildFigure(buildRows(['ALGO'], { panels: [{ ...deviation!, cells }] })), print);
    const arrows = scene.items.filter((item) => item.kind === 'line' && item.points.length === 6);
    expect(arrows).toHaveLength(1);
    expect(faultsOf(scene, 'sans')).toEqual([]);
  });

  it('makes one image of a matrix above 200 x 200, with vector labels', () => {
    const scene = layOut(buildFigure(buildMatrix(51)), print);
    expect(scene.items.filter(({ kind }) => kind === 'image')).toHaveLength(1);
    expect(scene.items.some(({ kind }) => kind === 'cells')).toBe(false);
    expect(scene.items.some((item) => item.kind === 'text' && item.text === 'CONTROL')).toBe(true);
    const small = layOut(buildFigure(buildMatrix(50)), print);
    expect(small.items.some(({ kind }) => kind === 'image')).toBe(false);
  });
});
