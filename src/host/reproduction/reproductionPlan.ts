import type { LibraryClient } from '../../library/client.ts';
import { datasetFacts } from '../../study/datasetFacts.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { listAnd } from '../../study/nearest.ts';
import {
  figureVariants,
  paperFigures,
  paperTasks,
  type PaperFigure,
  type PaperTask,
  type PaperTaskName,
} from '../../study/paperFigures.ts';
import type { Preset } from '../../study/preset.ts';
import { presets } from '../../study/presetList.ts';
import { openNeeds, withPlaceOfData } from '../../study/presets.ts';
import type { Study } from '../../study/study.ts';
import type { KnownDataset } from '../datasets/knownDatasets.ts';
import { studyNeeds } from '../needs/studyNeeds.ts';
import { measuredPaces, type MeasuredPace, type TimeEstimate } from '../needs/trainingPace.ts';
import { matchingStudy, type MatchingStudy } from './matchingStudy.ts';

/** A system of a figure that is to be shown, and what that takes. */
export interface PlannedTask {
  readonly name: PaperTaskName;
  readonly task: PaperTask;
  readonly preset: string;
  /** What is trained where nothing is reused: the variants that the figure shows. */
  readonly study: Study;
  /** A study of the library that has it already, or has begun with it. */
  readonly match: MatchingStudy | null;
  /** Of what is still to be trained; null where nothing is, or the data are not known. */
  readonly time: TimeEstimate | null;
  /** What has to be fetched before it can be trained; null where nothing has. */
  readonly needs: string | null;
  /** Bytes that what is still to be trained records, twice: in result folders and in the library. */
  readonly bytes: number | null;
}

/** What has to be done for a figure. */
export interface ReproductionPlan {
  readonly figure: PaperFigure;
  readonly tasks: readonly PlannedTask[];
  /** Systems that this version has no preset of, and that are left out. */
  readonly without: readonly PaperTaskName[];
}

export interface ReproductionOptions {
  readonly figure: PaperFigure;
  /** Only these systems; null is all of the figure. */
  readonly tasks: readonly PaperTaskName[] | null;
  /** Generated images instead of the data sets. */
  readonly mini: boolean;
  readonly known: readonly KnownDataset[];
  /** The study of a preset that has its data, as a person changes it. */
  readonly studyOf: (preset: Preset) => Promise<Study>;
  /** A preset with the place of its data filled in, where that is known. */
  readonly withData: (preset: Preset) => Preset;
}

/**
 * Which studies a figure is made of: those that a library has, those that it has begun with, and those to be trained.
 * @throws NoisefloorError `reproduction-unavailable` where none of its systems has a preset, `invalid-tasks`.
 */
export async function planReproduction(
  library: LibraryClient,
  options: ReproductionOptions,
): Promise<ReproductionPlan> {
  const { figure, mini } = options;
  const names = tasksOf(figure, options.tasks);
  const found = names.map((name) => {
    const wanted = `${paperTasks[name].preset}${mini ? '-mini' : ''}`;
    return { name, preset: presets.find((preset) => preset.name === wanted) };
  });
  const present = found.flatMap(({ name, preset }) => (preset === undefined ? [] : [{ name, preset }]));
  const without = found.flatMap(({ name, preset }) => (preset === undefined ? [name] : []));
  if (present.length === 0) {
    throw new NoisefloorError(
      'reproduction-unavailable',
      `${figure} shows ${listAnd(names)}, of which this version of Noisefloor has no preset${mini ? ' on generated images' : ''}.`,
      { details: { figure, tasks: names } },
    );
  }
  const paces = await measuredPaces(library);
  const tasks: PlannedTask[] = [];
  for (const { name, preset } of present) {
    const given = options.withData(preset);
    const [need] = openNeeds(given);
    const filled = need === undefined ? given : withPlaceOfData(given);
    const study = onlyShown(await options.studyOf(filled));
    const match = await matchingStudy(library, study, knownHash(study, options.known));
    const needs = need === undefined || match?.isEnough === true ? null : need.what;
    tasks.push({
      ...{ name, task: paperTasks[name], preset: preset.name, study, match, needs },
      ...takes(study, match, paces),
    });
  }
  return { figure, tasks, without };
}

function tasksOf(figure: PaperFigure, only: readonly PaperTaskName[] | null): readonly PaperTaskName[] {
  const shown: readonly PaperTaskName[] = paperFigures[figure];
  const foreign = (only ?? []).filter((name) => !shown.includes(name));
  if (foreign.length > 0 || only?.length === 0) {
    throw new NoisefloorError(
      'invalid-tasks',
      `${figure} does not show ${foreign.join(', ') || 'nothing'}; it shows ${listAnd(shown)}.`,
      { details: { figure, known: shown } },
    );
  }
  return only === null ? shown : shown.filter((name) => only.includes(name));
}

function onlyShown(study: Study): Study {
  const noisy = study.variants.map(({ implementation }) => implementation);
  const implementation = noisy.find((each) => each !== 'deterministic') ?? 'device';
  return { ...study, variants: figureVariants(implementation) };
}

function knownHash({ task: { dataset } }: Study, known: readonly KnownDataset[]): string | null {
  const same = known.find(
    (each) =>
      'path' in dataset &&
      'path' in each.dataset &&
      each.dataset.kind === dataset.kind &&
      each.dataset.path === dataset.path,
  );
  return same?.hash ?? null;
}

function takes(
  study: Study,
  match: MatchingStudy | null,
  paces: readonly MeasuredPace[],
): Pick<PlannedTask, 'time' | 'bytes'> {
  const facts = datasetFacts(study.task.dataset);
  const replicates = study.variants.length * study.replicates;
  const left = match?.isEnough === true ? 0 : replicates - (match?.finished ?? 0);
  const needs = facts === null || left === 0 ? null : studyNeeds(study, facts, paces, left / replicates);
  return { time: needs?.time ?? null, bytes: needs?.bytes ?? null };
}

/** @throws NoisefloorError `reproduction-needs-data` with the commands that fetch what is missing. */
export function refuseMissingData({ figure, tasks }: ReproductionPlan): void {
  const missing = tasks.filter(({ needs }) => needs !== null);
  if (missing.length === 0) return;
  const said = [...Map.groupBy(missing, ({ needs }) => needs)].map(
    ([needs, of]) =>
      `${listAnd(of.map(({ name }) => name))} ${of.length === 1 ? 'needs' : 'need'} ${needs ?? ''}`,
  );
  const others = tasks.filter(({ needs }) => needs === null).map(({ name }) => name);
  const without = others.length === 0 ? '' : ` leave it out with --tasks ${others.join(',')},`;
  throw new NoisefloorError(
    'reproduction-needs-data',
    `${figure} cannot be begun yet: ${said.join('; ')}. Fetch that first,${without} or try the whole way on generated images with --mini.`,
    { details: { figure, missing: missing.map(({ name, needs }) => ({ task: name, needs })) } },
  );
}
