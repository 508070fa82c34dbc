import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readLabelledExamples } from '../../interchange/logs/labelledExamples.ts';
import { readRun, type ReadRun } from '../../interchange/logs/readRun.ts';
import type { ColumnMapping } from '../../interchange/logs/columns.ts';
import type { LeftOut } from '../../interchange/logs/recogniseRuns.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { StoredDataset } from '../../library/datasets.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { importedPrefix, planImport, type ImportPlan, type PlannedRun } from './importPlan.ts';

/** What a run brings, or why it cannot be taken in. */
export interface CheckedRun {
  readonly planned: PlannedRun;
  /** How many epochs it has. */
  readonly epochs: number;
  /** What was found in its files and is not kept. */
  readonly leftOut: readonly LeftOut[];
  readonly fault: NoisefloorError | null;
}

/** What an import would bring, after every file was read. */
export interface ImportReport {
  readonly root: string;
  readonly studies: readonly {
    readonly id: string;
    readonly name: string;
    readonly runs: readonly CheckedRun[];
  }[];
  readonly leftOut: readonly LeftOut[];
  /** Why there are no true classes, or where they come from. */
  readonly labels: string;
}

export interface ImportRequest {
  readonly folder: string;
  readonly pattern: string | null;
  /** A file of true classes; null where there is none. */
  readonly labels: string | null;
  /** The study of the library whose test set the runs predicted; null where that is none. */
  readonly labelsOf: string | null;
  /** Which column of the logs is which number, where a person says it; what was said of the same logs before counts on. */
  readonly mapping?: ColumnMapping;
  /** Takes in the sound runs where others are faulty. */
  readonly leaveOutFaulty: boolean;
}

export interface ImportMeans {
  readonly library: LibraryClient;
  /** Opens another library, making it. */
  readonly openLibrary: (file: string) => Promise<LibraryClient>;
  /** Of the studio. */
  readonly version: string;
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** What an import brought. */
export interface Imported {
  readonly studies: readonly { readonly id: string; readonly name: string }[];
  /** Replicates that were not there before, and those of which there was less. */
  readonly replicates: number;
  readonly continued: number;
  readonly report: ImportReport;
}

/** What is done with a run that was read; its arrays are theirs from then on. */
type Taker = (planned: PlannedRun, read: ReadRun) => Promise<void>;

/** Reads everything that an import would take in, and takes nothing in. @throws NoisefloorError as {@link planImport}. */
export async function checkImport(means: ImportMeans, request: ImportRequest): Promise<ImportReport> {
  return readPlan(means, await makePlan(means.library, request), request, () => Promise.resolve());
}

async function readPlan(
  means: Pick<ImportMeans, 'signal' | 'onProgress'>,
  plan: ImportPlan,
  request: ImportRequest,
  take: Taker,
): Promise<ImportReport> {
  const studies = [];
  for (const { id, study, runs } of plan.studies) {
    const checked: CheckedRun[] = [];
    for (const planned of runs) {
      means.signal?.throwIfAborted();
      checked.push(await check(planned, plan.dataset, study.origin?.mapping ?? {}, take));
      means.onProgress?.(`${study.name}: ${checked.length} of ${runs.length} runs`);
    }
    studies.push({ id, name: study.name, runs: checked });
  }
  return { root: plan.root, studies, leftOut: plan.leftOut, labels: describeLabels(request) };
}

/**
 * Takes runs into a library: all of them or, after a failure, an end by force or a fault, none. What is there already stays;
 * taken in again, only what is new is added. One run is in memory at a time.
 * @throws NoisefloorError `import-refused` naming what is faulty; as {@link planImport}; what the library throws.
 */
export async function importLogs(means: ImportMeans, request: ImportRequest): Promise<Imported> {
  const whole = await makePlan(means.library, request);
  const plan = request.leaveOutFaulty ? await withoutFaulty(means, whole, request) : whole;
  // Beside the library, so that what is left of an end by force is seen; the library itself changes in one transaction.
  const staged = `${await means.library.path()}.importing-${randomUUID()}`;
  try {
    const library = await means.openLibrary(staged);
    let report: ImportReport;
    try {
      for (const { study, runs } of plan.studies) {
        const orders = runs.map(({ order }) => order);
        await library.createStudy(study, orders, plan.dataset);
      }
      report = await readPlan(means, plan, request, takerInto(library, plan, means.version));
    } finally {
      await library.close();
    }
    refuseFaults(report);
    means.signal?.throwIfAborted();
    const { replicates, continued } = await means.library.mergeLibrary(staged);
    const studies = plan.studies.map(({ id, study }) => ({ id, name: study.name }));
    return { studies, replicates, continued, report };
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${staged}${suffix}`, { force: true });
    rmSync(`${staged}.results`, { recursive: true, force: true });
  }
}

/** The plan without the runs that cannot be read. @throws NoisefloorError `import-refused` where none can be. */
async function withoutFaulty(
  means: ImportMeans,
  plan: ImportPlan,
  request: ImportRequest,
): Promise<ImportPlan> {
  const report = await readPlan(means, plan, request, () => Promise.resolve());
  const checked = report.studies.flatMap(({ runs }) => runs);
  const faulty = new Map(checked.flatMap(({ planned, fault }) => (fault === null ? [] : [[planned, fault]])));
  if (faulty.size === checked.length) refuseFaults(report);
  const studies = plan.studies.map((study) => ({
    ...study,
    runs: study.runs.filter((planned) => !faulty.has(planned)),
  }));
  const why = [...faulty].map(([{ run }, fault]) => ({ path: run.folder, why: fault.message }));
  return {
    ...plan,
    studies: studies.filter(({ runs }) => runs.length > 0),
    leftOut: [...plan.leftOut, ...why],
  };
}

async function makePlan(library: LibraryClient, request: ImportRequest): Promise<ImportPlan> {
  const imported = (await library.listStudies()).filter(({ id }) => id.startsWith(importedPrefix));
  const known = new Map(
    await Promise.all(imported.map(async ({ id }) => [id, (await library.study(id)).study] as const)),
  );
  const dataset = await datasetOf(library, request);
  const { pattern, mapping = {} } = request;
  return planImport(request.folder, { pattern, dataset, known, mapping });
}

async function datasetOf(
  library: LibraryClient,
  { labels, labelsOf }: ImportRequest,
): Promise<StoredDataset | null> {
  if (labelsOf !== null) {
    const { datasetHash, name } = await library.study(labelsOf);
    if (datasetHash !== null) return library.dataset(datasetHash);
    throw new NoisefloorError(
      'labels-unknown',
      `The true classes of ${name}'s test examples are not known either.`,
    );
  }
  return labels === null ? null : readLabelledExamples(labels);
}

async function check(
  planned: PlannedRun,
  dataset: StoredDataset | null,
  mapping: ColumnMapping,
  take: Taker,
): Promise<CheckedRun> {
  try {
    const read = await readSound(planned, dataset, mapping);
    const epochs = read.epochs.length;
    await take(planned, read);
    return { planned, epochs, leftOut: read.leftOut, fault: null };
  } catch (error) {
    const isFault = error instanceof NoisefloorError && faultCodes.has(error.code);
    if (isFault) return { planned, epochs: 0, leftOut: [], fault: error };
    throw error;
  }
}

/** What is wrong with the files of a run, and not with what takes it in. */
const faultCodes = new Set([
  ...['log-invalid', 'hdf5-unreadable', 'keras-weights-unknown', 'tensor-file-damaged'],
]);

/** @throws NoisefloorError what is wrong with the run's files. */
async function readSound(
  { run }: PlannedRun,
  dataset: StoredDataset | null,
  mapping: ColumnMapping,
): Promise<ReadRun> {
  const read = await readRun(run, dataset?.testLabels.length ?? null, mapping);
  const classes = dataset?.identity['classes'];
  if (typeof classes !== 'number') return read;
  for (const { epoch, predictions } of read.epochs) {
    const example = predictions?.findIndex((predicted) => predicted >= classes) ?? -1;
    if (example < 0) continue;
    throw new NoisefloorError(
      'log-invalid',
      `${run.predictions.get(epoch) ?? run.folder}, line ${example + 1}: class ${predictions?.[example] ?? ''} was predicted, and the labels have ${classes} classes, counted from 0.`,
      { details: { file: run.predictions.get(epoch), line: example + 1 } },
    );
  }
  return read;
}

function refuseFaults({ studies, root }: ImportReport): void {
  const runs = studies.flatMap((study) => study.runs);
  const faults = runs.flatMap(({ fault }) => fault ?? []);
  if (faults.length === 0) return;
  const listed = faults.slice(0, 5).map(({ message }) => message);
  const more = faults.length > listed.length ? ` And ${faults.length - listed.length} more.` : '';
  throw new NoisefloorError(
    'import-refused',
    `Nothing was taken in from ${root}: ${faults.length} of ${runs.length} runs cannot be read. ${listed.join(' ')}${more} Mend them, or take in the others with --leave-out-faulty.`,
    { details: { faults: faults.map(({ code, message, details }) => ({ code, message, details })) } },
  );
}

function takerInto(library: LibraryClient, plan: ImportPlan, version: string): Taker {
  const layouts = new Map(
    plan.studies.flatMap(({ study, runs }) => runs.map((run) => [run, study.origin?.logs])),
  );
  return async (planned, { epochs, checkpoints }) => {
    const { run, order } = planned;
    const last = epochs.at(-1)?.epoch ?? 0;
    await library.ingest(order.id, {
      records: [
        ...epochs.map((epoch) => ({ type: 'epoch' as const, ...epoch })),
        { type: 'ended', status: 'finished', at: '', epoch: last, step: 0, reason: null },
      ],
      checkpoints,
      ...{ fromOffset: 0, nextOffset: epochs.length },
    });
    const layout = layouts.get(planned) ?? '';
    await library.describeImported(order.id, { imported: { folder: run.folder, layout, version } });
  };
}

function describeLabels({ labels, labelsOf }: ImportRequest): string {
  if (labelsOf !== null) return `those of the test set of ${labelsOf}`;
  return labels ?? 'none: accuracies are those of the logs, and there are no measures by class';
}
