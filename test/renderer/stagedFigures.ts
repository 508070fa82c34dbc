import type { Implementation } from '../../src/contract/procedure.ts';
import type { StudioContract } from '../../src/contract/studio.ts';
import { styleOf, type FigureEdits } from '../../src/figures/edits.ts';
import { describeFigure, figureNames, type FigureName } from '../../src/figures/names.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import type { StagedStudy } from './stagedData.ts';

type Answer = <Value>(name: string, answer: () => Value) => Promise<Value>;
type FigureProcedures = Implementation<StudioContract>['figures'];

/** Why figures cannot be made of a staged study; those that are not named can. */
const missing: Partial<Record<FigureName, string>> = {
  figure2: 'This figure needs two studies, with and without batch normalisation.',
  figure4: 'This figure needs replicates trained on CelebA.',
  figure5: 'This figure needs a study of ResNet18 on a data set of 100 classes.',
  overhead: 'No study in this library measures overhead.',
  figure6: 'No study in this library measures overhead.',
  figure7: 'No study in this library measures overhead.',
  figure8: 'No study in this library measures overhead.',
};
const nothing = 'No replicate of this study that counts has recorded predictions yet.';

function seriesOf(study: StagedStudy): string[] {
  return study.detail.variants.map(({ variant }) => variant.name);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** A plain picture: the names of the series below each other. */
function draw(study: StagedStudy, figure: FigureName, edits: FigureEdits) {
  const series = seriesOf(study);
  const shown = series.filter((name) => edits.hidden?.includes(name) !== true);
  if (shown.length === 0) {
    throw new NoisefloorError(
      'figure-empty',
      'Everything that this figure shows is hidden. Show something to draw it.',
    );
  }
  const width = styleOf(edits, describeFigure(figure).span).inches * 72;
  const texts = [edits.title ?? '', ...shown.map((name) => edits.labels?.[name] ?? name)];
  const lines = texts.map((text, place) => `<text x="4" y="${16 + 18 * place}">${escaped(text)}</text>`);
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}pt" height="120pt" viewBox="0 0 ${width} 120" font-size="9"><rect width="${width}" height="120" fill="#fff"/>${lines.join('')}</svg>`,
    caption: `What ${describeFigure(figure).title} shows of ${study.row.name}, n = ${study.metrics.replicates.length} replicates.`,
    sources: [{ study: study.row.id, name: study.row.name, revision: 'a'.repeat(64), epoch: 11 }],
    labels: [...shown, 'Test accuracy (%)', 'Epoch (counted from 0)'],
    series,
  };
}

/** Figures of a host without a library. */
export class StagedFigures {
  readonly saved = new Map<string, FigureEdits>();
  /** Said of every exported file. */
  notes: readonly string[] = [];

  procedures(answer: Answer, find: (study: string) => StagedStudy): FigureProcedures {
    const editsOf = (study: string, figure: FigureName): FigureEdits | null =>
      this.saved.get(`${study}/${figure}`) ?? null;
    const listed = (id: string) => {
      const study = find(id);
      const isRecorded = study.metrics.epochs > 0;
      return figureNames.map((name) => {
        const reason = isRecorded ? (missing[name] ?? null) : nothing;
        return {
          ...{ name, ...describeFigure(name), reason, available: reason === null },
          revision: reason === null ? `of ${study.row.counts.finished}` : null,
          edits: editsOf(id, name),
        };
      });
    };
    const fileOf = (id: string, figure: FigureName, edits: FigureEdits | null, format: string) => {
      const { svg, caption } = draw(find(id), figure, edits ?? editsOf(id, figure) ?? {});
      return { name: `${figure}.${format}`, bytes: new TextEncoder().encode(svg), caption };
    };
    return {
      list: ({ study }) => answer('figures.list', () => ({ items: listed(study) })),
      preview: ({ study, figure, edits }) =>
        answer('figures.preview', () => draw(find(study), figure, edits ?? editsOf(study, figure) ?? {})),
      save: ({ study, figure, edits }) =>
        answer('figures.save', () => {
          this.saved.set(`${study}/${figure}`, edits);
          return null;
        }),
      reset: ({ study, figure }) =>
        answer('figures.reset', () => {
          this.saved.delete(`${study}/${figure}`);
          return null;
        }),
      export: ({ study, figure, edits, format }) =>
        answer('figures.export', () => ({ ...fileOf(study, figure, edits, format), notes: this.notes })),
      exportAll: ({ study, formats }) =>
        this.#exportAll(answer, listed(study), (figure) =>
          formats.map((format) => fileOf(study, figure, null, format)),
        ),
    };
  }

  async *#exportAll(
    answer: Answer,
    listed: readonly { readonly name: FigureName; readonly reason: string | null }[],
    filesOf: (figure: FigureName) => { name: string; bytes: Uint8Array; caption: string }[],
  ): AsyncGenerator<{
    figure: FigureName;
    position: number;
    figures: number;
    files: { name: string; bytes: Uint8Array }[];
    caption: string | null;
    notes: readonly string[];
    reason: string | null;
  }> {
    for (const [index, { name, reason }] of listed.entries()) {
      const files = await answer('figures.exportAll', () => (reason === null ? filesOf(name) : []));
      yield {
        ...{ figure: name, position: index + 1, figures: listed.length, reason },
        ...{ files, caption: files[0]?.caption ?? null, notes: reason === null ? this.notes : [] },
      };
    }
  }
}
