import { countWords, exclusionWords, sentences } from '../caption.ts';
import type { RowsChart, RowsPanel } from '../chart.ts';
import { arranged, type FigureEdits } from '../edits.ts';
import type { DrawnMeasures, MeasuredStudy } from '../measured.ts';
import { looksOf } from '../palettes.ts';
import { valueMark, whyMissing } from '../rowMarks.ts';
import { namesOf } from './variance.ts';

/** As many classes as a column of a paper can name. */
const mostClasses = 20;

/** How far the accuracy on each class spreads, beside that over all classes. */
export function classesFigure(
  { analysis, task }: MeasuredStudy,
  edits: FigureEdits,
): DrawnMeasures<RowsChart> {
  const look = looksOf(namesOf(analysis), edits);
  const variants = arranged(analysis.variants, edits);
  const classes = variants.find(({ perClassSd }) => perClassSd !== null)?.perClassSd ?? [];
  const largest = (index: number): number =>
    Math.max(
      0,
      ...variants.map(({ perClassSd }) => perClassSd?.find((each) => each.class === index)?.sd ?? 0),
    );
  const shown = classes
    .toSorted((one, other) => largest(other.class) - largest(one.class))
    .slice(0, mostClasses);
  const panel: RowsPanel = {
    axis: { title: 'SD of test accuracy (percentage points)', scale: 100, fromZero: true },
    band: null,
    cells: [
      variants.map(({ name, accuracy }) =>
        valueMark(name, look(name), accuracy.sd, null, { note: whyMissing(accuracy.n, 'accuracy') }),
      ),
      ...shown.map((of) =>
        variants.map(({ name, accuracy, perClassSd }) =>
          valueMark(name, look(name), perClassSd?.find((each) => each.class === of.class)?.sd ?? null, null, {
            note: whyMissing(accuracy.n, 'predictions'),
          }),
        ),
      ),
    ],
  };
  return {
    chart: {
      kind: 'rows',
      rows: [
        { label: 'All classes', isHeading: false },
        ...shown.map(({ class: index, name }) => ({ label: name ?? `Class ${index}`, isHeading: false })),
      ],
      panels: [panel],
      legend: variants.map(({ name }) => ({ label: name, look: look(name) })),
    },
    caption: sentences(
      `Standard deviation of the accuracy on each class of ${task} after epoch ${analysis.epoch} (counted from 0), ${countWords(variants)}, the class that spreads most on top`,
      'SD divides by n − 1; no interval is drawn',
      ...variants.map(({ name, perClassRatio }) => ratioWords(name, perClassRatio)),
      shown.length < classes.length ? `${shown.length} of ${classes.length} classes are shown` : null,
      exclusionWords(variants),
    ),
  };
}

/** The largest class against the top line, and whether chance alone would give as much. */
function ratioWords(
  name: string,
  ratio: MeasuredStudy['analysis']['variants'][number]['perClassRatio'],
): string | null {
  if (ratio === null) return null;
  const said = `${name}: the largest is ${ratio.ratio.toFixed(1)} times that of all classes`;
  if (ratio.null === null || ratio.insideNull === null) return said;
  const range = `${ratio.null.low.toFixed(1)} to ${ratio.null.high.toFixed(1)}`;
  return `${said}; independent errors would give ${range} (5 to 95 %), so it is ${ratio.insideNull ? 'no more than sampling noise' : 'more than sampling noise'}`;
}
