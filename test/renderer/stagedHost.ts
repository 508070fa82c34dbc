import type { Channel } from '../../src/contract/channel.ts';
import type { Implementation } from '../../src/contract/procedure.ts';
import { serveContract } from '../../src/contract/responder.ts';
import { studioContract } from '../../src/contract/studio.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { stagedChurn, stagedChurnByEpoch, stagedPredictions } from './stagedChurn.ts';
import { stagedStudy, type StagedStudy } from './stagedData.ts';

/** The part of the contract that the pages so far use. */
const stagedContract = {
  studies: studioContract.studies,
  replicates: studioContract.replicates,
  measures: studioContract.measures,
  datasets: studioContract.datasets,
  setup: studioContract.setup,
};

/**
 * A host without a library, for what a real one shows only by accident: slow answers, failures, a thousand replicates.
 * Everything that the pages do changes it as it would a real one.
 */
export class StagedHost {
  studies: StagedStudy[];
  /** Awaited before every answer. */
  gate: Promise<void> = Promise.resolve();
  /** Thrown instead of every answer. */
  failure: NoisefloorError | null = null;
  /** Procedures that were called, in order. */
  readonly calls: string[] = [];
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
    if (this.failure !== null) throw this.failure;
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

  #implementation(): Implementation<typeof stagedContract> {
    const unused = (): Promise<never> =>
      Promise.reject(new NoisefloorError('unknown-procedure', 'No page asks this yet.'));
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
        setNotes: unused,
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
        discarded: unused,
        restore: ({ study }) =>
          this.#answer('studies.restore', () => {
            const found = this.#discarded.get(study);
            if (found !== undefined) this.studies = [found, ...this.studies];
            return null;
          }),
      },
      replicates: {
        list: ({ study }) => this.#answer('replicates.list', () => ({ items: this.#find(study).replicates })),
        detail: unused,
        log: unused,
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
        setNotes: unused,
      },
      measures: {
        metrics: ({ study }) => this.#answer('measures.metrics', () => this.#find(study).metrics),
        predictions: ({ study, epoch }) =>
          this.#answer('measures.predictions', () => stagedPredictions(this.#find(study), epoch)),
        analysis: unused,
        churn: ({ study, epoch }) =>
          this.#answer('measures.churn', () => stagedChurn(this.#find(study), epoch)),
        churnByEpoch: ({ study }) => stagedChurnByEpoch(this.#find(study), () => this.gate),
      },
      datasets: {
        examples: () =>
          this.#answer('datasets.examples', () => {
            throw new NoisefloorError('dataset-missing', 'The data of this study cannot be read any more.');
          }),
        describe: unused,
      },
      setup: {
        library: () =>
          this.#answer('setup.library', () => ({
            path: '/home/person/noisefloor/library.sqlite',
            dataFolders: [],
          })),
        parts: unused,
      },
    };
  }
}
