import type { DescribedReport } from '../../src/host/importing/describeReport.ts';
import type { MeasuredOverhead } from '../../src/host/overhead/readOverheads.ts';
import type { Channel } from '../../src/contract/channel.ts';
import type { Implementation } from '../../src/contract/procedure.ts';
import { serveContract } from '../../src/contract/responder.ts';
import { studioContract } from '../../src/contract/studio.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { stagedChurn, stagedChurnByEpoch, stagedPredictions } from './stagedChurn.ts';
import { StagedFigures } from './stagedFigures.ts';
import { setUpStaged, stagedPlanning, StagedPlans } from './stagedPlans.ts';
import { stagedReplicateProcedures } from './stagedReplicates.ts';
import { stagedMeasures } from './stagedMeasures.ts';
import { StagedShelf, stagedLibraries } from './stagedLibraries.ts';
import { stagedStudy, type StagedStudy } from './stagedData.ts';
import { StagedRuns } from './stagedRuns.ts';

/** The part of the contract that the pages so far use. */
const stagedContract = {
  studies: studioContract.studies,
  replicates: studioContract.replicates,
  measures: studioContract.measures,
  figures: studioContract.figures,
  overheads: studioContract.overheads,
  imports: studioContract.imports,
  drafts: studioContract.drafts,
  planning: studioContract.planning,
  datasets: studioContract.datasets,
  setup: studioContract.setup,
  runs: studioContract.runs,
};

/**
 * A host without a library, for what a real one shows only by accident: slow answers, failures, a thousand replicates.
 * Everything that the pages do changes it as it would a real one.
 */
export class StagedHost {
  studies: StagedStudy[];
  readonly libraries = new StagedShelf();
  readonly plans = new StagedPlans();
  readonly figures = new StagedFigures();
  overheads: MeasuredOverhead[] = [];
  /** What an import finds. */
  imported: DescribedReport | null = null;
  /** Awaited before every answer. */
  gate: Promise<void> = Promise.resolve();
  /** Thrown instead of every answer. */
  failure: NoisefloorError | null = null;
  /** Thrown instead of the answers of some procedures. */
  readonly failing = new Map<string, NoisefloorError>();
  /** Procedures that were called, in order. */
  readonly calls: string[] = [];
  readonly runs = new StagedRuns((name) => this.calls.push(name));
  readonly #channels = new Set<Channel>();
  readonly #discarded = new Map<string, StagedStudy>();

  constructor(studies: StagedStudy[] = []) {
    this.studies = studies;
  }

  serve(channel: Channel): void {
    this.#channels.add(channel);
    channel.onClose(() => this.#channels.delete(channel));
    serveContract(stagedContract, this.#implementation(), channel);
  }

  /** Ends every connection. */
  cut(): void {
    for (const channel of [...this.#channels]) channel.close();
  }

  /** Lets answers wait until the returned function is called. */
  hold(): () => void {
    let release = (): void => undefined;
    this.gate = new Promise((resolve) => (release = resolve));
    return release;
  }

  #find(id: string): StagedStudy {
    const study = this.studies.find(({ row }) => row.id === id);
    if (study === undefined)
      throw new NoisefloorError('study-unknown', `There is no study ${id} in this library.`);
    return study;
  }

  async #answer<Value>(name: string, answer: () => Value): Promise<Value> {
    this.calls.push(name);
    await this.gate;
    const failure = this.failure ?? this.failing.get(name);
    if (failure !== undefined) throw failure;
    return answer();
  }

  #rename(id: string, name: string): void {
    this.studies = this.studies.map((study) =>
      study.row.id === id
        ? { ...study, row: { ...study.row, name }, detail: { ...study.detail, name } }
        : study,
    );
  }

  #exclude(id: string, excludedReason: string | null): void {
    this.studies = this.studies.map((study) => ({
      ...study,
      replicates: study.replicates.map((replicate) =>
        replicate.id === id ? { ...replicate, excludedReason } : replicate,
      ),
    }));
  }

  async *#imports(
    name: string,
    dryRun: boolean,
  ): AsyncGenerator<{ type: 'progress'; message: string } | { type: 'report'; report: DescribedReport }> {
    yield { type: 'progress', message: 'Logs: 1 of 2 runs' };
    yield await this.#answer(name, () => {
      if (this.imported === null) throw new NoisefloorError('import-nothing', 'No run was found in /logs.');
      const counts = dryRun ? { replicates: null, continued: null } : { replicates: 2, continued: 0 };
      return { type: 'report' as const, report: { ...this.imported, dryRun, ...counts } };
    });
  }

  #implementation(): Implementation<typeof stagedContract> {
    const unused = (): Promise<never> =>
      Promise.reject(new NoisefloorError('unknown-procedure', 'No page asks this yet.'));
    const replicateProcedures = stagedReplicateProcedures((name, answer) => this.#answer(name, answer), this);
    return {
      studies: {
        list: () => this.#answer('studies.list', () => ({ items: this.studies.map(({ row }) => row) })),
        detail: ({ study }) => this.#answer('studies.detail', () => this.#find(study).detail),
        file: unused,
        rename: ({ study, name }) =>
          this.#answer('studies.rename', () => {
            this.#rename(study, name);
            return null;
          }),
        setNotes: ({ study, notes }) =>
          this.#answer('studies.setNotes', () => {
            this.studies = this.studies.map((other) =>
              other.row.id === study ? { ...other, detail: { ...other.detail, notes } } : other,
            );
            return null;
          }),
        duplicate: ({ study, name }) =>
          this.#answer('studies.duplicate', () => {
            const { epochs, replicates } = { epochs: this.#find(study).metrics.epochs, replicates: 3 };
            const id = `${study}-copy`;
            this.studies = [
              stagedStudy({ id, name, epochs, replicates, finished: 0, status: 'planned' }),
              ...this.studies,
            ];
            return { study: id };
          }),
        discard: ({ study }) =>
          this.#answer('studies.discard', () => {
            const found = this.#find(study);
            this.#discarded.set(study, found);
            this.studies = this.studies.filter((other) => other !== found);
            const now = '2026-03-14T10:00:00.000Z';
            return { id: study, name: found.row.name, discarded: now, gone: now };
          }),
        discarded: () =>
          this.#answer('studies.discarded', () => ({
            items: [...this.#discarded.values()].map(({ row }) => ({
              ...{ id: row.id, name: row.name },
              discarded: '2026-03-14T10:00:00.000Z',
              gone: '2026-04-13T10:00:00.000Z',
            })),
          })),
        restore: ({ study }) =>
          this.#answer('studies.restore', () => {
            const found = this.#discarded.get(study);
            if (found !== undefined) this.studies = [found, ...this.studies];
            this.#discarded.delete(study);
            return null;
          }),
      },
      replicates: {
        list: ({ study }) => this.#answer('replicates.list', () => ({ items: this.#find(study).replicates })),
        exclude: ({ replicate, reason }) =>
          this.#answer('replicates.exclude', () => {
            this.#exclude(replicate, reason);
            return null;
          }),
        include: ({ replicate }) =>
          this.#answer('replicates.include', () => {
            this.#exclude(replicate, null);
            return null;
          }),
        ...replicateProcedures,
        log: (asked, context) =>
          this.runs.hasPrinted(asked.replicate)
            ? this.runs.log(asked.replicate, asked.from)
            : replicateProcedures.log(asked, context),
      },
      measures: {
        metrics: ({ study }) => this.#answer('measures.metrics', () => this.#find(study).metrics),
        predictions: ({ study, epoch }) =>
          this.#answer('measures.predictions', () => stagedPredictions(this.#find(study), epoch)),
        analysis: unused,
        churn: ({ study, epoch }) =>
          this.#answer('measures.churn', () => stagedChurn(this.#find(study), epoch)),
        churnByEpoch: ({ study }) => stagedChurnByEpoch(this.#find(study), () => this.gate),
        ...stagedMeasures(
          (name, answer) => this.#answer(name, answer),
          (study) => this.#find(study),
        ),
      },
      figures: this.figures.procedures(
        (name, answer) => this.#answer(name, answer),
        (study) => this.#find(study),
      ),
      overheads: {
        list: () => this.#answer('overheads.list', () => ({ items: this.overheads })),
        prices: () => this.#answer('overheads.prices', () => ({ items: [] })),
      },
      imports: {
        check: () => this.#imports('imports.check', true),
        take: () => this.#imports('imports.take', false),
      },
      ...stagedPlanning(this.plans, (name, answer) => this.#answer(name, answer)),
      datasets: {
        examples: () =>
          this.#answer('datasets.examples', () => {
            throw new NoisefloorError('dataset-missing', 'The data of this study cannot be read any more.');
          }),
        describe: unused,
      },
      setup: {
        ...stagedLibraries(this.libraries, (name, answer) => this.#answer(name, answer)),
        library: () =>
          this.#answer('setup.library', () => ({
            path: '/home/person/noisefloor/library.sqlite',
            dataFolders: [],
          })),
        folders: unused,
        prepareEngine: () => setUpStaged(this.plans),
        parts: () =>
          this.#answer('setup.parts', () => ({
            items: this.runs.parts.length > 0 ? this.runs.parts : this.plans.parts,
          })),
      },
      runs: this.runs.implementation(),
    };
  }
}
