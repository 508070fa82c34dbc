import type { Figure, FigureSource } from '../../figures/chart.ts';
import type { FigureEdits } from '../../figures/edits.ts';
import { certificateFigure } from '../../figures/kinds/certificate.ts';
import { churnFigure } from '../../figures/kinds/churn.ts';
import { classesFigure } from '../../figures/kinds/classes.ts';
import { compareFigure } from '../../figures/kinds/compare.ts';
import { curvesFigure } from '../../figures/kinds/curves.ts';
import { largestClassFigure, spreadFigure, type TaskGroup } from '../../figures/kinds/tasks.ts';
import { varianceFigure } from '../../figures/kinds/variance.ts';
import { weightsFigure } from '../../figures/kinds/weights.ts';
import { relabelled } from '../../figures/labels.ts';
import type { DrawnMeasures, MeasuredStudy } from '../../figures/measured.ts';
import { describeFigure, figureNames, type FigureName } from '../../figures/names.ts';
import type { Chart } from '../../figures/chart.ts';
import type { StudyDetail } from '../../library/studies.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { certifyStudy } from '../certifyStudy.ts';
import { churnAtEpoch } from '../churnAtEpoch.ts';
import { candidatesFor, studiesOf, type Candidate } from './availability.ts';
import { readCurves, readMeasured, type MeasureMeans } from './readMeasured.ts';

/** A figure that is wanted of a stored study. */
export interface FigureRequest {
  readonly study: StudyDetail;
  readonly figure: FigureName;
  /** Counted from 0; null is the last that was recorded. */
  readonly epoch: number | null;
  readonly edits: FigureEdits;
}

/** A figure as it is listed. */
export interface ListedFigure {
  readonly name: FigureName;
  readonly title: string;
  readonly shows: string;
  readonly available: boolean;
  /** Why it cannot be made. */
  readonly reason: string | null;
}

/** Every figure, and for those that cannot be made of what is in the library, why. */
export async function listFigures(
  library: MeasureMeans['library'],
  study: StudyDetail,
): Promise<ListedFigure[]> {
  const candidates = await candidatesFor(library, study);
  return figureNames.map((name) => {
    const { title, shows } = describeFigure(name);
    const chosen = studiesOf(name, candidates);
    const reason = 'missing' in chosen ? chosen.missing : null;
    return { name, title, shows, available: reason === null, reason };
  });
}

/**
 * Measures what a figure needs and makes it, with a person's edits.
 * @throws NoisefloorError `figure-unavailable` with the sentence why, and what reading a study throws.
 */
export async function makeFigure(means: MeasureMeans, request: FigureRequest): Promise<Figure> {
  const { study, figure, edits } = request;
  const chosen = studiesOf(figure, await candidatesFor(means.library, study));
  if ('missing' in chosen) {
    throw new NoisefloorError('figure-unavailable', chosen.missing, { details: { study: study.id, figure } });
  }
  const measured = await measureAll(means, chosen.studies, request);
  const first = measured[0]?.measured;
  if (first === undefined || first.analysis.variants.every(({ name }) => edits.hidden?.includes(name))) {
    throw new NoisefloorError(
      'figure-empty',
      'Every variant of this figure is hidden. Show one to draw it.',
      {
        details: { study: study.id, figure },
      },
    );
  }
  const { chart, caption } = await draw(means, request, first, measured);
  const sources = measured.map(({ measured: { analysis, revision } }): FigureSource => {
    const { id, name } = analysis.study;
    return { study: id, name, revision, epoch: figure === 'curves' ? null : analysis.epoch };
  });
  return relabelled({ figure, title: null, caption, chart, sources }, edits);
}

/** The study asked for at its epoch; others, whose training may have been longer or shorter, at their last. */
async function measureAll(
  means: MeasureMeans,
  studies: readonly Candidate[],
  { study, epoch }: FigureRequest,
): Promise<TaskGroup[]> {
  const groups: TaskGroup[] = [];
  for (const { detail } of studies) {
    const measured = await readMeasured(means, detail, detail.id === study.id ? epoch : null);
    groups.push({ heading: measured.task, measured });
  }
  return groups;
}

async function draw(
  means: MeasureMeans,
  { study, figure, edits }: FigureRequest,
  measured: MeasuredStudy,
  groups: readonly TaskGroup[],
): Promise<DrawnMeasures<Chart>> {
  const { library, pool } = means;
  switch (figure) {
    case 'variance':
      return varianceFigure(measured, edits);
    case 'churn':
      return churnFigure(measured, await churnAtEpoch(library, pool, study, measured.analysis.epoch), edits);
    case 'weights':
      return weightsFigure(measured, edits);
    case 'classes':
      return classesFigure(measured, edits);
    case 'curves':
      return curvesFigure(measured, await readCurves(library, study), edits);
    case 'certificate':
      return certificateFigure(
        measured,
        await certifyStudy(library, study.id, measured.analysis.epoch),
        edits,
      );
    case 'compare':
      return compareFigure(
        groups.map((group) => group.measured),
        edits,
      );
    case 'figure3':
      return largestClassFigure(groups, edits);
    case 'figure1':
    case 'figure2':
    case 'figure5':
      return spreadFigure(groups, edits);
    case 'figure4':
    case 'overhead':
    case 'figure6':
    case 'figure7':
    case 'figure8':
      throw new NoisefloorError('figure-unavailable', `The library holds nothing for ${figure}.`);
  }
}
