import { createHash } from 'node:crypto';
import type { GroupComparison } from '../../analysis/compareGroups.ts';
import type { Figure, FigureSource } from '../../figures/chart.ts';
import type { FigureEdits } from '../../figures/edits.ts';
import { certificateFigure } from '../../figures/kinds/certificate.ts';
import { churnFigure } from '../../figures/kinds/churn.ts';
import { classesFigure } from '../../figures/kinds/classes.ts';
import { compareFigure, representative } from '../../figures/kinds/compare.ts';
import { curvesFigure } from '../../figures/kinds/curves.ts';
import { largestClassFigure, spreadFigure, type TaskGroup } from '../../figures/kinds/tasks.ts';
import { subgroupsFigure } from '../../figures/kinds/subgroups.ts';
import { namesOf, varianceFigure } from '../../figures/kinds/variance.ts';
import { weightsFigure } from '../../figures/kinds/weights.ts';
import { labelsOf, relabelled } from '../../figures/labels.ts';
import type { DrawnMeasures, MeasuredStudy } from '../../figures/measured.ts';
import { describeFigure, figureNames, type FigureName } from '../../figures/names.ts';
import type { Chart } from '../../figures/chart.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { StudyDetail } from '../../library/studies.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { readOverheads, type MeasuredOverhead } from '../overhead/readOverheads.ts';
import {
  drawOverheads,
  isOverheadFigure,
  overheadsOf,
  overheadSeries,
  overheadSources,
  type OverheadFigureName,
} from './overheadFigures.ts';
import { candidatesFor, studiesOf, type Candidate } from './availability.ts';
import { compareMeasured } from './compareMeasured.ts';
import type { FigureMeasures } from './readMeasured.ts';

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
  /** Ids of the studies that it is made of; empty where it cannot be made. */
  readonly studies: readonly string[];
}

/** Every figure, and for those that cannot be made of what is in the library, why. */
export async function listFigures(library: LibraryClient, study: StudyDetail): Promise<ListedFigure[]> {
  const candidates = await candidatesFor(library, study, null);
  const overheads = await readOverheads(library);
  return figureNames.map((name) => {
    const { title, shows } = describeFigure(name);
    if (isOverheadFigure(name)) {
      const chosen = overheadsOf(name, overheads);
      const reason = 'missing' in chosen ? chosen.missing : null;
      return { ...{ name, title, shows, reason, studies: [] }, available: reason === null };
    }
    const chosen = studiesOf(name, candidates);
    return 'missing' in chosen
      ? { name, title, shows, available: false, reason: chosen.missing, studies: [] }
      : {
          name,
          title,
          shows,
          available: true,
          reason: null,
          studies: chosen.studies.map(({ detail }) => detail.id),
        };
  });
}

/** Tells of several studies, each read once, a text that changes whenever what is recorded of one of them does. */
export function revisionOf(library: LibraryClient): (studies: readonly string[]) => Promise<string> {
  const read = new Map<string, Promise<string>>();
  return async (studies) => {
    const revisions = studies.map((study) => {
      const known = read.get(study) ?? library.studyRevision(study);
      read.set(study, known);
      return known;
    });
    const [first = '', ...others] = await Promise.all(revisions);
    if (others.length === 0) return first;
    return createHash('sha256')
      .update([first, ...others].join(' '))
      .digest('hex');
  };
}

/** A figure with what a person may change of it. */
export interface EditableFigure {
  readonly figure: Figure;
  /** Texts as they are before they are replaced. */
  readonly labels: readonly string[];
  /** What edits sort and hide, in its own order: variants, or studies where those are compared. */
  readonly series: readonly string[];
}

/**
 * Measures what a figure needs and makes it, with a person's edits.
 * @throws NoisefloorError `figure-unavailable` with the sentence why, and what reading a study throws.
 */
export async function makeFigure(measures: FigureMeasures, request: FigureRequest): Promise<EditableFigure> {
  const { study, figure, edits } = request;
  if (isOverheadFigure(figure)) {
    return makeOverheadFigure(await readOverheads(measures.library), figure, edits);
  }
  const chosen = studiesOf(figure, await candidatesFor(measures.library, study, figure));
  if ('missing' in chosen) {
    throw new NoisefloorError('figure-unavailable', chosen.missing, { details: { study: study.id, figure } });
  }
  const groups = await measureAll(measures, chosen.studies, request);
  const first = groups[0]?.measured;
  const series = seriesOf(figure, groups);
  if (first === undefined || series.every((name) => edits.hidden?.includes(name))) {
    throw emptyFigure(figure, { study: study.id });
  }
  const { chart, caption } = await draw(measures, { ...request, figure }, first, groups);
  const sources = groups.map(({ measured: { analysis, revision } }): FigureSource => {
    const { id, name } = analysis.study;
    return { study: id, name, revision, epoch: figure === 'curves' ? null : analysis.epoch };
  });
  return {
    figure: relabelled({ figure, title: null, caption, chart, sources }, edits),
    labels: labelsOf(chart),
    series,
  };
}

/**
 * Makes a figure of measurements of overhead.
 * @param all of the library, the newest first; or the one that was asked for.
 * @throws NoisefloorError `figure-unavailable` with the sentence why, `figure-empty`.
 */
export function makeOverheadFigure(
  all: readonly MeasuredOverhead[],
  figure: OverheadFigureName,
  edits: FigureEdits,
): EditableFigure {
  const chosen = overheadsOf(figure, all);
  if ('missing' in chosen) {
    throw new NoisefloorError('figure-unavailable', chosen.missing, { details: { figure } });
  }
  const series = overheadSeries(figure, chosen.overheads);
  if (series.every((name) => edits.hidden?.includes(name))) throw emptyFigure(figure, {});
  const { chart, caption } = drawOverheads(figure, chosen.overheads, edits);
  const sources = overheadSources(chosen.overheads);
  return {
    figure: relabelled({ figure, title: null, caption, chart, sources }, edits),
    labels: labelsOf(chart),
    series,
  };
}

function emptyFigure(figure: FigureName, details: object): NoisefloorError {
  return new NoisefloorError(
    'figure-empty',
    'Everything that this figure shows is hidden. Show something to draw it.',
    { details: { ...details, figure } },
  );
}

function seriesOf(figure: FigureName, groups: readonly TaskGroup[]): string[] {
  const names = groups.flatMap(({ measured: { analysis } }) =>
    figure === 'compare' ? [analysis.study.name] : namesOf(analysis),
  );
  return [...new Set(names)];
}

/** The study asked for at its epoch; others, whose training may have been longer or shorter, at their last. */
async function measureAll(
  measures: FigureMeasures,
  studies: readonly Candidate[],
  { study, epoch }: FigureRequest,
): Promise<TaskGroup[]> {
  const groups: TaskGroup[] = [];
  for (const { detail } of studies) {
    const measured = await measures.measured(detail, detail.id === study.id ? epoch : null);
    groups.push({ heading: measured.task, measured });
  }
  return groups;
}

/** Every study is compared with the first, variant with variant. */
async function drawComparison(
  library: LibraryClient,
  studies: readonly MeasuredStudy[],
  edits: FigureEdits,
): Promise<DrawnMeasures<Chart>> {
  const [first, ...others] = studies.flatMap((measured) => {
    const variant = representative(measured)?.name;
    return variant === undefined ? [] : [{ measured, variant }];
  });
  const comparisons = new Map<string, GroupComparison>();
  if (first !== undefined) {
    for (const other of others) {
      comparisons.set(other.measured.analysis.study.id, await compareMeasured(library, first, other));
    }
  }
  return compareFigure(studies, comparisons, edits);
}

async function draw(
  measures: FigureMeasures,
  { study, figure, edits }: FigureRequest & { readonly figure: Exclude<FigureName, OverheadFigureName> },
  measured: MeasuredStudy,
  groups: readonly TaskGroup[],
): Promise<DrawnMeasures<Chart>> {
  switch (figure) {
    case 'variance':
      return varianceFigure(measured, edits);
    case 'churn':
      return churnFigure(measured, await measures.churn(study, measured.analysis.epoch), edits);
    case 'weights':
      return weightsFigure(measured, edits);
    case 'classes':
      return classesFigure(measured, edits);
    case 'curves':
      return curvesFigure(measured, await measures.curves(study), edits);
    case 'certificate':
      return certificateFigure(measured, await measures.partings(study, measured.analysis.epoch), edits);
    case 'compare':
      return drawComparison(
        measures.library,
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
      return subgroupsFigure(measured, await measures.subgroups(study, measured.analysis.epoch), edits);
  }
}
