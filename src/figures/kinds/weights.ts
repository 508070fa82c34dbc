import { countWords, exclusionWords, intervalWords, sentences } from '../caption.ts';
import type { RowsChart, RowsPanel } from '../chart.ts';
import { arranged, type FigureEdits } from '../edits.ts';
import type { DrawnMeasures, MeasuredStudy } from '../measured.ts';
import { looksOf } from '../palettes.ts';
import { arrowWords, valueMark, whyMissing } from '../rowMarks.ts';
import { namesOf } from './variance.ts';

/** Larger networks show the layers that move most; a CSV file of the analysis has them all. */
const mostLayers = 24;

/** Distance between the weights of two replicates, in all and layer by layer, each divided by its own length. */
export function weightsFigure(
  { analysis, task }: MeasuredStudy,
  edits: FigureEdits,
): DrawnMeasures<RowsChart> {
  const look = looksOf(namesOf(analysis), edits);
  const variants = arranged(analysis.variants, edits);
  const layers = variants.find(({ l2 }) => l2.layers.length > 0)?.l2.layers.map(({ layer }) => layer) ?? [];
  const largest = (layer: string): number =>
    Math.max(
      ...variants.map(({ l2 }) => l2.layers.find((each) => each.layer === layer)?.normalizedMean ?? 0),
    );
  const kept = new Set(layers.toSorted((one, other) => largest(other) - largest(one)).slice(0, mostLayers));
  const shown = layers.filter((layer) => kept.has(layer));
  const panel: RowsPanel = {
    axis: { title: 'Normalised L2 distance', scale: 1, fromZero: true, highest: 2 },
    band: null,
    cells: [
      variants.map(({ name, l2 }) =>
        valueMark(name, look(name), l2.normalizedMean, l2.normalizedInterval, {
          note: whyMissing(l2.n, 'weights'),
        }),
      ),
      ...shown.map((layer) =>
        variants.map(({ name, l2 }) => {
          const found = l2.layers.find((each) => each.layer === layer);
          return valueMark(
            name,
            look(name),
            found?.normalizedMean ?? null,
            found?.normalizedInterval ?? null,
            {
              note: whyMissing(l2.n, 'weights'),
            },
          );
        }),
      ),
    ],
  };
  const interval = intervalWords(variants.map(({ l2 }) => l2.normalizedInterval));
  return {
    chart: {
      kind: 'rows',
      rows: ['All layers', ...shown].map((label) => ({ label, isHeading: false })),
      panels: [panel],
      legend: variants.map(({ name }) => ({ label: name, look: look(name) })),
    },
    caption: sentences(
      `Distance between the trainable weights of two replicates of ${task} after epoch ${analysis.epoch} (counted from 0), ${countWords(variants)}`,
      'Weights are divided by their own length before the Euclidean distance is taken; means over all pairs',
      interval === null ? null : `Bars are the ${interval}`,
      shown.length < layers.length
        ? `The ${shown.length} of ${layers.length} layers with the largest distance are shown`
        : null,
      arrowWords([panel]),
      exclusionWords(variants),
    ),
  };
}
