import type { Chart, Figure, NumberAxis } from './chart.ts';
import type { FigureEdits } from './edits.ts';

/** A figure with the title and the labels that a person gave it. */
export function relabelled(figure: Figure, { title, labels = {} }: FigureEdits): Figure {
  const say = (text: string): string => (Object.hasOwn(labels, text) ? (labels[text] ?? text) : text);
  const wanted = title?.trim();
  return {
    ...figure,
    title: wanted === undefined || wanted === '' ? figure.title : wanted,
    chart: relabelledChart(figure.chart, say),
  };
}

function relabelledChart(chart: Chart, say: (text: string) => string): Chart {
  const axis = (given: NumberAxis): NumberAxis => ({ ...given, title: say(given.title) });
  const named = <Item extends { readonly label: string }>(item: Item): Item => ({
    ...item,
    label: say(item.label),
  });
  switch (chart.kind) {
    case 'rows':
      return {
        ...chart,
        rows: chart.rows.map(named),
        legend: chart.legend.map(named),
        panels: chart.panels.map((panel) => ({
          ...panel,
          axis: axis(panel.axis),
          cells: panel.cells.map((marks) => marks.map((mark) => ({ ...mark, series: say(mark.series) }))),
          band: panel.band === null ? null : named(panel.band),
        })),
      };
    case 'curves':
      return { ...chart, x: axis(chart.x), y: axis(chart.y), curves: chart.curves.map(named) };
    case 'matrix':
      return { ...chart, axis: axis(chart.axis), blocks: chart.blocks.map(named) };
  }
}

/** Every text of a chart that a person may replace, each once, in the order in which they are drawn. */
export function labelsOf(chart: Chart): string[] {
  const found = new Set<string>();
  relabelledChart(chart, (text) => {
    if (text !== '') found.add(text);
    return text;
  });
  return [...found];
}
