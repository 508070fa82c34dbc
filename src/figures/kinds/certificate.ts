import { exclusionWords, countWords, sentences } from '../caption.ts';
import type { RowsChart } from '../chart.ts';
import { arranged, type FigureEdits } from '../edits.ts';
import type { DrawnMeasures, MeasuredStudy } from '../measured.ts';
import { looksOf } from '../palettes.ts';
import { valueMark } from '../rowMarks.ts';
import { namesOf } from './variance.ts';

/** What a certificate says of each variant, as a figure needs it. */
export interface MeasuredPartings {
  readonly steps: number;
  readonly tensors: number;
  readonly variants: readonly {
    readonly variant: string;
    readonly replicates: number;
    readonly bitIdentical: boolean | null;
    readonly partings: readonly { readonly replicate: number; readonly step: number | null }[];
  }[];
}

/** The step at which each replicate parts from the first of its variant; variants that never part say so. */
export function certificateFigure(
  { analysis, task }: MeasuredStudy,
  { steps, tensors, variants: certified }: MeasuredPartings,
  edits: FigureEdits,
): DrawnMeasures<RowsChart> {
  const look = looksOf(namesOf(analysis), edits);
  const variants = arranged(analysis.variants, edits);
  const cells = variants.map(({ name }) => {
    const found = certified.find(({ variant }) => variant === name);
    const dots = (found?.partings ?? []).flatMap(({ replicate, step }) =>
      // Steps are counted from 0, and a logarithm has none: a replicate parts after so many steps.
      step === null ? [] : [{ replicate, value: step + 1 }],
    );
    return [valueMark(name, look(name), null, null, { dots, note: verdict(found) })];
  });
  return {
    chart: {
      kind: 'rows',
      rows: variants.map(({ name }) => ({ label: name, isHeading: false })),
      panels: [
        {
          axis: {
            title: 'Training steps until replicates part',
            scale: 1,
            fromZero: true,
            logarithmic: true,
          },
          band: null,
          cells,
          extent: { low: 1, high: Math.max(10, steps) },
        },
      ],
      legend: [],
    },
    caption: sentences(
      `After how many training steps each replicate of ${task} first differs from the first replicate of its variant in any bit of ${tensors} tensors, compared after each of ${steps} steps; ${countWords(variants)}`,
      exclusionWords(variants),
    ),
  };
}

function verdict(found: MeasuredPartings['variants'][number] | undefined): string {
  if (found === undefined || found.replicates === 0) return 'nothing recorded';
  if (found.replicates === 1) return 'one replicate';
  if (found.bitIdentical === true) return `all ${found.replicates} bit-identical`;
  return found.bitIdentical === null ? 'too little was recorded' : 'same weights, other predictions';
}
