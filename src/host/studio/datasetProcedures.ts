import type { Implementation } from '../../contract/procedure.ts';
import type { StudioContract } from '../../contract/studio.ts';
import { openExamples, type ExampleSource } from '../../data/exampleSource.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { StoredDataset } from '../../library/datasets.ts';
import type { StudyDetail } from '../../library/studies.ts';
import { NoisefloorError } from '../../study/errors.ts';
import type { DatasetReference } from '../../study/task.ts';
import type { DataFolders } from './dataFolders.ts';
import { KeptResults } from './keptResults.ts';
import { storedStudy } from './storedStudy.ts';

/** The whole of MNIST takes 55 MB. */
const mostSources = 2;
/** Examples of each class that a description names. */
const shownOfClass = 12;

/** Examples of data sets: those of stored studies as they are, those of drafts from folders that a person chose. */
export function datasetProcedures(
  library: LibraryClient,
  dataFolders: DataFolders,
): Implementation<StudioContract>['datasets'] {
  const opened = new KeptResults(mostSources);
  const open = (reference: DatasetReference): Promise<ExampleSource> =>
    opened.get(JSON.stringify(reference), () => openExamples(reference));

  async function ofStudy(id: string): Promise<{ source: ExampleSource; forget: () => void }> {
    const study = await storedStudy(library, id);
    const { dataset } = study.study.task;
    const forget = (): void => {
      opened.forget(JSON.stringify(dataset));
    };
    try {
      const source = await open(dataset);
      const stored = study.datasetHash === null ? null : await library.dataset(study.datasetHash);
      if (stored !== null) refuseOtherData(study, source, stored);
      return { source, forget };
    } catch (error) {
      forget();
      throw missingData(study, error);
    }
  }

  return {
    examples: async ({ source: asked, split, examples }) => {
      if ('dataset' in asked) {
        const source = await open(await dataFolders.admitDataset(asked.dataset));
        return { items: await examplesOf(source, split, examples) };
      }
      const { source, forget } = await ofStudy(asked.study);
      try {
        return { items: await answeredExamples(source, split, examples) };
      } catch (error) {
        // A file that changed after the data set was opened: the next who asks has it read anew.
        forget();
        throw missingData(await storedStudy(library, asked.study), error);
      }
    },
    describe: async ({ dataset }) => {
      const reference = await dataFolders.admitDataset(dataset);
      // Whoever asks what a folder holds means what it holds now.
      opened.forget(JSON.stringify(reference));
      return describe(await open(reference));
    },
  };
}

/**
 * Examples as predictions are counted: where the test images have attributes, one for each answer, and its class is whether
 * the image has the attribute.
 */
async function answeredExamples(source: ExampleSource, split: 'train' | 'test', asked: readonly number[]) {
  if (source.attributes === null) return examplesOf(source, split, asked);
  const answers = source.attributes[split];
  const names = source.identity.classNames;
  const images = await examplesOf(
    source,
    split,
    asked.map((answer) => Math.floor(answer / names.length)),
  );
  return images.map((example, place) => {
    const index = asked[place] ?? 0;
    const label = answers[index] ?? 0;
    const className = `${names[index % names.length] ?? ''}: ${label === 1 ? 'has' : 'has not'}`;
    return { ...example, index, label, className };
  });
}

async function examplesOf(source: ExampleSource, split: 'train' | 'test', examples: readonly number[]) {
  const labels = source.labels[split];
  const stray = examples.find((index) => index >= labels.length);
  if (stray !== undefined) {
    throw new NoisefloorError(
      'example-unknown',
      `There is no ${split} example ${stray}: the data set has ${labels.length}, counted from 0.`,
      { details: { example: stray } },
    );
  }
  return Promise.all(
    examples.map(async (index) => {
      const label = labels[index] ?? 0;
      const className = source.identity.classNames[label] ?? String(label);
      return { index, label, className, image: await source.image(split, index) };
    }),
  );
}

function describe({ identity, labels, attributes }: ExampleSource) {
  const { name, kind, examples, shape, classNames } = identity;
  const [height, width, channels] = shape;
  const size: [number, number, number] = [height, width, channels];
  const classes = classNames.map((className, label) => {
    const indices = (split: 'train' | 'test'): number[] =>
      attributes === null
        ? indicesOf(labels[split], label)
        : owners(attributes[split], classNames.length, label);
    const train = indices('train');
    return {
      name: className,
      examples: { train: train.length, test: indices('test').length },
      first: train.slice(0, shownOfClass),
    };
  });
  return { name, kind, examples, shape: size, classes, hasAttributes: attributes !== null };
}

/** Examples that have an attribute. */
function owners(answers: Uint8Array, attributes: number, wanted: number): number[] {
  const found: number[] = [];
  for (let example = 0; example * attributes < answers.length; example += 1) {
    if (answers[example * attributes + wanted] === 1) found.push(example);
  }
  return found;
}

function indicesOf(labels: Int32Array, wanted: number): number[] {
  const indices: number[] = [];
  labels.forEach((label, index) => {
    if (label === wanted) indices.push(index);
  });
  return indices;
}

/**
 * Images must not stand beside predictions of others. Pixels are compared by the hash that predictions were recorded
 * with, image files by their own; a study recorded before files were hashed, by what its listing shows.
 * @throws NoisefloorError `dataset-changed`.
 */
function refuseOtherData(
  study: StudyDetail,
  { identity, labels, attributes }: ExampleSource,
  stored: StoredDataset,
): void {
  const { files } = stored.identity;
  const isSame =
    identity.hash === null && typeof files !== 'string'
      ? haveSameListing(identity, stored) &&
        haveSameLabels(attributes?.test ?? labels.test, stored.testLabels)
      : identity.hash === null
        ? identity.files === files
        : identity.hash === stored.hash;
  if (isSame) return;
  const { dataset } = study.study.task;
  throw new NoisefloorError(
    'dataset-changed',
    `${'path' in dataset ? dataset.path : 'The shipped data'} has changed since ${study.name} was recorded, so its images are not those that were predicted. Put the data back to see them.`,
    { details: { study: study.id } },
  );
}

function haveSameListing(identity: ExampleSource['identity'], stored: StoredDataset): boolean {
  const listing = ({ examples, shape, classNames }: Readonly<Record<string, unknown>>): string =>
    JSON.stringify([examples, shape, classNames]);
  return listing({ ...identity }) === listing(stored.identity);
}

function haveSameLabels(labels: Int32Array | Uint8Array, stored: Int32Array): boolean {
  return labels.length === stored.length && labels.every((label, index) => label === stored[index]);
}

/** What keeps a stored study's data from being read, as an error about the study. */
function missingData(study: StudyDetail, error: unknown): unknown {
  if (!(error instanceof NoisefloorError) || error.code !== 'dataset-invalid') return error;
  return new NoisefloorError(
    'dataset-missing',
    `The data of ${study.name} cannot be read any more: ${error.message} Put the data back to see its images.`,
    { details: { study: study.id }, cause: error },
  );
}
