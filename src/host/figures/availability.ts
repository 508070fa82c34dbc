import type { FigureName } from '../../figures/names.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { StudyDetail } from '../../library/studies.ts';
import type { OverheadFigureName } from './overheadFigures.ts';
import { describeTask } from './readMeasured.ts';

/** A study of the library with what figures look for in it. */
export interface Candidate {
  readonly detail: StudyDetail;
  readonly isRecorded: boolean;
  readonly finished: number;
  readonly task: Awaited<ReturnType<typeof describeTask>>;
}

/** Figures of the one study that is asked for: no other is looked at. */
const ofOneStudy: ReadonlySet<FigureName> = new Set([
  ...(['variance', 'churn', 'weights', 'classes', 'curves', 'certificate'] as const),
]);

/**
 * Every study that a figure may be made of, the one that it is asked for first.
 * @param figure null for all figures.
 */
export async function candidatesFor(
  library: LibraryClient,
  study: StudyDetail,
  figure: FigureName | null,
): Promise<Candidate[]> {
  const alone = figure !== null && ofOneStudy.has(figure);
  const others = alone ? [] : (await library.listStudies()).filter(({ id }) => id !== study.id);
  const details = [study, ...(await Promise.all(others.map(({ id }) => library.study(id))))];
  return Promise.all(
    details.map(async (detail) => ({
      detail,
      isRecorded: (await library.predictionEpochs(detail.id)).length > 0,
      finished: detail.counts.finished,
      task: await describeTask(library, detail),
    })),
  );
}

/** One study of each task: the one asked for, else that with most finished replicates. */
export function oneOfEachTask(candidates: readonly Candidate[]): Candidate[] {
  const [asked, ...others] = candidates.filter(({ isRecorded }) => isRecorded);
  if (asked === undefined) return [];
  const kept = new Map<string, Candidate>();
  const ordered = [asked, ...others.toSorted((one, other) => other.finished - one.finished)];
  for (const candidate of ordered) {
    if (!kept.has(candidate.task.task)) kept.set(candidate.task.task, candidate);
  }
  return [...kept.values()];
}

/** The studies that a figure of several is made of; a sentence where there are too few. */
export type Chosen = { readonly studies: readonly Candidate[] } | { readonly missing: string };

/** Which studies a figure is made of, the one asked for among them where it fits. */
export function studiesOf(
  name: Exclude<FigureName, OverheadFigureName>,
  candidates: readonly Candidate[],
): Chosen {
  const [asked] = candidates;
  if (asked?.isRecorded !== true) {
    return { missing: 'No replicate of this study that counts has recorded predictions yet.' };
  }
  const tasks = oneOfEachTask(candidates);
  switch (name) {
    case 'figure1':
    case 'figure3':
      return { studies: tasks };
    case 'figure2': {
      const plain = tasks.find(
        ({ task }) => task.batchNorm === false && task.datasetHash === asked.task.datasetHash,
      );
      const normalised = tasks.find(
        ({ task }) => task.batchNorm === true && task.datasetHash === asked.task.datasetHash,
      );
      if (plain !== undefined && normalised !== undefined) return { studies: [plain, normalised] };
      return {
        missing: `This figure needs two SmallCNN studies on one data set, with and without batch normalisation; ${plain === undefined && normalised === undefined ? 'neither is' : `the one ${plain === undefined ? 'without' : 'with'} it is not`} in this library. The presets smallcnn-fashion and smallcnn-fashion-bn make them.`,
      };
    }
    case 'figure4': {
      const found = tasks.find(({ task }) => task.hasAttributes);
      return found === undefined
        ? {
            missing:
              'This figure needs a study whose images have attributes, such as CelebA; those of this library have one class each. The preset resnet18-celeba-mini makes one without CelebA.',
          }
        : { studies: [found] };
    }
    case 'figure5': {
      const found = tasks.find(({ task }) => task.network === 'ResNet18' && (task.classes ?? 0) >= 100);
      return found === undefined
        ? {
            missing:
              'This figure needs a study of ResNet18 on a data set of 100 classes; there is none in this library.',
          }
        : { studies: [found] };
    }
    case 'compare': {
      const others = candidates.filter(
        ({ detail, task, isRecorded }) =>
          isRecorded && detail.id !== asked.detail.id && task.datasetHash === asked.task.datasetHash,
      );
      if (asked.task.datasetHash === null || others.length === 0) {
        return {
          missing:
            'There is no other study with predictions on the same test set in this library to compare with.',
        };
      }
      return { studies: [asked, ...others] };
    }
    case 'classes':
      return asked.task.datasetHash === null
        ? {
            missing: 'The true classes of the test examples are not known, so there is no accuracy by class.',
          }
        : { studies: [asked] };
    case 'variance':
    case 'churn':
    case 'weights':
    case 'curves':
    case 'certificate':
      return { studies: [asked] };
  }
}
