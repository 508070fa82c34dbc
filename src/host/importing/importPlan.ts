import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ColumnMapping } from '../../interchange/logs/columns.ts';
import {
  logKinds,
  recogniseRuns,
  type LeftOut,
  type RecognisedRun,
} from '../../interchange/logs/recogniseRuns.ts';
import type { StoredDataset } from '../../library/datasets.ts';
import { NoisefloorError } from '../../study/errors.ts';
import type { Sources } from '../../study/noise.ts';
import { planReplicates } from '../../study/plan.ts';
import type { WorkOrder } from '../../study/replicate.ts';
import { studySchema, type Study } from '../../study/study.ts';
import { paperVariants, type Variant } from '../../study/variant.ts';

/** A run and the replicate that it becomes. */
export interface PlannedRun {
  readonly run: RecognisedRun;
  readonly order: WorkOrder;
}

/** A study that runs are taken in as. */
export interface PlannedStudy {
  readonly id: string;
  readonly study: Study;
  readonly runs: readonly PlannedRun[];
}

/** What an import would bring. */
export interface ImportPlan {
  /** Absolute. */
  readonly root: string;
  readonly studies: readonly PlannedStudy[];
  readonly dataset: StoredDataset | null;
  readonly leftOut: readonly LeftOut[];
}

/** How the ids of studies begin that were taken in. */
export const importedPrefix = 'imported-';

const mostReplicates = 10_000;

/** Networks that the reference code's folder names mean, and their titles. */
const networks: Readonly<Record<string, { title: string; reference: Study['task']['network'] }>> = {
  smallcnn: { title: 'SmallCNN', reference: { name: 'smallcnn', batchNorm: false, dropout: 0 } },
  resnet18: { title: 'ResNet18', reference: { name: 'resnet18' } },
  resnet50: { title: 'ResNet50', reference: { name: 'resnet50' } },
};
const datasets: Readonly<Record<string, string>> = {
  cifar10: 'CIFAR-10',
  cifar100: 'CIFAR-100',
  celeba: 'CelebA',
  imagenet: 'ImageNet',
};

/**
 * Finds runs in a folder and groups them into studies: one of each network and data set that their names tell apart.
 * @param dataset what the runs predicted; null where the true classes are not known.
 * @param known studies of the library by id: one that is there already is added to.
 * @throws NoisefloorError `import-nothing`, `import-twins`, `import-too-many`, and what `recogniseRuns` throws.
 */
export function planImport(
  folder: string,
  {
    pattern,
    dataset,
    known,
    mapping = {},
  }: {
    pattern: string | null;
    dataset: StoredDataset | null;
    mapping?: ColumnMapping;
    known: ReadonlyMap<string, Study>;
  },
): ImportPlan {
  const { root, runs, leftOut } = recogniseRuns(folder, pattern);
  if (runs.length === 0) {
    const [first] = leftOut;
    throw new NoisefloorError(
      'import-nothing',
      `No run was found in ${root}: folders with log.csv or metrics.csv, event files of TensorBoard, predictions or weights, named as logs_<network>_<data>_<variant>_<number> or as --pattern says; an mlruns folder; or a table exported by Weights & Biases.${first === undefined ? '' : ` ${first.path}: ${first.why}.`}`,
      { details: { path: root } },
    );
  }
  refuseTooMany(runs);
  const groups = Map.groupBy(runs, ({ network, dataset: data, hasBatchNorm }) =>
    JSON.stringify([network, data, hasBatchNorm]),
  );
  const studies = [...groups.values()].map((own) => planStudy(root, own, { dataset, known, mapping }));
  return { root, studies, dataset, leftOut };
}

function planStudy(
  root: string,
  runs: readonly RecognisedRun[],
  given: {
    dataset: StoredDataset | null;
    known: ReadonlyMap<string, Study>;
    mapping: ColumnMapping;
  },
): PlannedStudy {
  const { dataset, known } = given;
  const [first] = runs;
  if (first === undefined) throw new RangeError('A group has a run.');
  const { network, dataset: data, hasBatchNorm } = first;
  const title = network === null ? null : (networks[network.toLowerCase()]?.title ?? network);
  const dataTitle = data === null ? null : (datasets[data.toLowerCase()] ?? data);
  const name = nameOf(root, title, dataTitle, hasBatchNorm);
  const hash = createHash('sha256').update(JSON.stringify([root, network, data, hasBatchNorm]));
  // Nothing but how far they came is known before their files are read.
  const files = runs.flatMap(({ predictions, checkpoints }) => [
    ...predictions.keys(),
    ...checkpoints.keys(),
  ]);
  const epochs = files.reduce((most, epoch) => Math.max(most, epoch + 1), 1);
  const id = `${importedPrefix}${slug(name)}-${hash.digest('hex').slice(0, 8)}`;
  const reference = networks[network?.toLowerCase() ?? '']?.reference ?? { name: 'smallcnn' };
  const before = known.get(id);
  // What was said of the same logs before counts on.
  const mapping = { ...before?.origin?.mapping, ...given.mapping };
  const names = new Set([
    ...(before?.variants ?? []).map((variant) => variant.name),
    ...runs.map((run) => run.variant),
  ]);
  const study = studySchema.parse({
    noisefloor: 1,
    name,
    // A task has to be there; pages show what the origin says instead.
    task: before?.task ?? {
      dataset: { kind: 'elsewhere', name: dataTitle ?? 'unknown' },
      network: reference.name === 'smallcnn' ? { ...reference, batchNorm: hasBatchNorm } : reference,
      recipe: { optimizer: { name: 'adam' }, learningRate: { base: 1e-3 }, batchSize: 1, epochs },
    },
    // Those that are there keep their place.
    variants: before === undefined ? ordered([...names]) : [...names].map(variantNamed),
    replicates: Math.max(before?.replicates ?? 1, ...runs.map(({ index }) => index + 1)),
    origin: {
      logs: logsOf(runs),
      path: root,
      network: title,
      dataset: dataTitle,
      ...(Object.keys(mapping).length === 0 ? {} : { mapping }),
    },
  });
  const orders = new Map(
    planReplicates(study, id, dataset?.hash ?? null).map((order) => [
      `${order.variant.name} ${order.index}`,
      order,
    ]),
  );
  const taken = new Map<WorkOrder, RecognisedRun>();
  const planned = runs.map((run): PlannedRun => {
    const order = orders.get(`${run.variant} ${run.index}`);
    if (order === undefined) throw new RangeError('Every run has an order.');
    const twin = taken.get(order);
    if (twin !== undefined) {
      throw new NoisefloorError(
        'import-twins',
        `${twin.folder} and ${run.folder} are both replicate ${run.index} of ${run.variant}. Give --pattern with a group that tells them apart, or import them one after the other.`,
      );
    }
    taken.set(order, run);
    return { run, order };
  });
  return { id, study, runs: planned };
}

/** What the logs of some runs are. */
function logsOf(runs: readonly RecognisedRun[]): string {
  if (runs.every(({ network, dataset }) => network !== null && dataset !== null)) {
    return "logs in the layout of the paper's code";
  }
  const kinds = new Set(runs.flatMap(({ metrics }) => (metrics === null ? [] : [logKinds[metrics.kind]])));
  return kinds.size === 0 ? 'predictions and weights' : [...kinds].join(' and ');
}

function nameOf(root: string, network: string | null, dataset: string | null, hasBatchNorm: boolean): string {
  const known = [network, dataset].filter((each) => each !== null).join(' on ');
  const name = known === '' ? path.basename(root) : known;
  return `${name}${hasBatchNorm ? ' with batch normalisation' : ''}, imported`;
}

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);

/** The paper's variants in the paper's order, then others as they come. */
function ordered(names: readonly string[]): Variant[] {
  const paper = paperVariants('device').map(({ name }) => name);
  return [
    ...paper.filter((name) => names.includes(name)),
    ...names.filter((name) => !paper.includes(name)),
  ].map(variantNamed);
}

/** What a variant's name says of it; of another name everything may vary. */
function variantNamed(name: string): Variant {
  const everything: Sources = {
    initialisation: 'vary',
    order: 'vary',
    augmentation: 'vary',
    dropout: 'vary',
  };
  return (
    paperVariants('device').find((variant) => variant.name === name) ?? {
      ...{ name, sources: everything, implementation: 'device' },
    }
  );
}

/** @throws NoisefloorError `import-too-many`. */
function refuseTooMany(runs: readonly RecognisedRun[]): void {
  const beyond = runs.find(({ index }) => index >= mostReplicates);
  if (beyond === undefined) return;
  throw new NoisefloorError(
    'import-too-many',
    `${beyond.folder} would be replicate ${beyond.index}; a variant has at most ${mostReplicates.toLocaleString('en')}.`,
  );
}
