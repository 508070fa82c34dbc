import type { Implementation } from '../../contract/procedure.ts';
import type { StudioContract } from '../../contract/studio.ts';
import type { FigureEdits } from '../../figures/edits.ts';
import { describeFigure, type FigureName } from '../../figures/names.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { StudyDetail } from '../../library/studies.ts';
import type { AnalysisPool } from '../analysisPool.ts';
import { drawFigure, drawFigures, type DrawnFigure, type FigureMeans } from '../figures/exportFigure.ts';
import type { FigureFormat } from '../../figures/formats.ts';
import { listFigures, revisionOf } from '../figures/makeFigure.ts';
import { readCurves, readMeasured, type FigureMeasures } from '../figures/readMeasured.ts';
import { savedEdits, savedEditsOf } from '../figures/savedEdits.ts';
import { KeptResults } from './keptResults.ts';
import { storedStudy } from './storedStudy.ts';

type Measures = Implementation<StudioContract>['measures'];

/** Measures of so many studies, epochs and kinds are kept: all but curves of many epochs are small. */
const mostKept = 32;

/** A call that nobody gives up. */
const untilDone = { signal: new AbortController().signal };

/** The measures that pages ask for, kept as long as a study does not change. */
function keptMeasures(library: LibraryClient, measures: Measures): FigureMeasures {
  const kept = new KeptResults(mostKept);
  const keyOf = async (what: string, { id }: StudyDetail, epoch: number | null): Promise<string> =>
    JSON.stringify([what, id, epoch, await library.studyRevision(id)]);
  return {
    library,
    measured: async (study, epoch) =>
      kept.get(await keyOf('measured', study, epoch), async () => {
        const { analysis } = await measures.analysis({ study: study.id, epoch }, untilDone);
        return readMeasured(library, study, analysis);
      }),
    churn: (study, epoch) => measures.churn({ study: study.id, epoch }, untilDone),
    curves: async (study) => kept.get(await keyOf('curves', study, null), () => readCurves(library, study)),
    subgroups: (study, epoch) =>
      measures.subgroups({ study: study.id, epoch, attribute: null, splits: null }, untilDone),
    partings: async (study, epoch) => {
      const { certificate } = await measures.certificate({ study: study.id, epoch }, untilDone);
      return certificate;
    },
  };
}

/**
 * Figures for papers: listed, previewed, changed and exported.
 * @param drawing draws them, so that nobody else waits.
 */
export function figureProcedures(
  library: LibraryClient,
  pages: Measures,
  drawing: AnalysisPool,
): Implementation<StudioContract>['figures'] {
  const means: FigureMeans = {
    measures: keptMeasures(library, pages),
    render: (...figure) => drawing.compute('render', figure),
  };
  const draw = async (
    wanted: { study: string; figure: FigureName; epoch: number | null; edits: FigureEdits | null },
    format: FigureFormat,
    dpi?: number,
  ): Promise<DrawnFigure> => {
    const study = await storedStudy(library, wanted.study);
    const edits = wanted.edits ?? (await savedEditsOf(library, study.id, wanted.figure));
    const { figure, epoch } = wanted;
    return drawFigure(means, { study, figure, epoch, edits }, format, dpi);
  };
  return {
    list: async ({ study: id }) => {
      const study = await storedStudy(library, id);
      const saved = await savedEdits(library, id);
      const items = await listFigures(library, study);
      const revisionsOf = revisionOf(library);
      return {
        items: await Promise.all(
          items.map(async ({ studies, ...item }) => ({
            ...item,
            span: describeFigure(item.name).span,
            revision: studies.length === 0 ? null : await revisionsOf(studies),
            edits: saved.get(item.name) ?? null,
          })),
        ),
      };
    },
    preview: async (wanted) => {
      const { bytes, figure, labels, series } = await draw(wanted, 'svg');
      const { caption, sources } = figure;
      return { svg: new TextDecoder().decode(bytes), caption, sources, labels, series };
    },
    save: async ({ study: id, figure, edits }) => {
      await storedStudy(library, id);
      await library.saveFigure(id, { figure, edits });
      return null;
    },
    reset: async ({ study: id, figure }) => {
      await storedStudy(library, id);
      await library.resetFigure(id, figure);
      return null;
    },
    export: async ({ format, dpi, ...wanted }) => {
      const { bytes, figure, notes } = await draw(wanted, format, dpi);
      return { name: `${wanted.figure}.${format}`, bytes, caption: figure.caption, notes };
    },
    async *exportAll({ study: id, epoch, formats, dpi }, { signal }) {
      const study = await storedStudy(library, id);
      const saved = await savedEdits(library, id);
      const given = { formats, epoch, dpi, editsOf: (name: FigureName) => saved.get(name) ?? {} };
      for await (const { name, ...drawn } of drawFigures(means, study, given)) {
        if (signal.aborted) return;
        yield { figure: name, ...drawn };
      }
    },
  };
}
