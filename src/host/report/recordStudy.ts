import { encodeMessage } from '../../contract/encoding.ts';
import { questionKey, type Recording } from '../../contract/recording.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { StudyDetail } from '../../library/studies.ts';
import { AnalysisPool } from '../analysisPool.ts';
import { measureProcedures } from '../studio/measureProcedures.ts';
import { replicateProcedures } from '../studio/replicateProcedures.ts';
import { describeStudy } from '../studio/studyProcedures.ts';

/** A report is sent by mail and opened by a browser: epochs are left out, the first ones first, rather than that it grows beyond. */
const mostBytes = 48 * 2 ** 20;

export interface RecordedStudy {
  readonly recording: Recording;
  /** Epochs whose predictions it holds, ascending. */
  readonly epochs: readonly number[];
}

/**
 * Asks everything that a report's pages may ask of a study. What belongs to this machine alone, such as where results lie, is
 * left out.
 * @param epochs that are wanted, ascending.
 * @throws NoisefloorError what the measures throw.
 */
export async function recordStudy(
  library: LibraryClient,
  study: StudyDetail,
  { epochs, version }: { epochs: readonly number[]; version: string },
): Promise<RecordedStudy> {
  const pools = { all: new AnalysisPool(), one: new AnalysisPool(1), ahead: new AnalysisPool(1) };
  try {
    return await new StudyRecorder(library, study, measureProcedures(library, pools)).record(epochs, version);
  } finally {
    await Promise.all(Object.values(pools).map((pool) => pool.close()));
  }
}

class StudyRecorder {
  readonly #library: LibraryClient;
  readonly #study: StudyDetail;
  readonly #measures: ReturnType<typeof measureProcedures>;
  readonly #answers: Record<string, unknown> = {};
  readonly #context = { signal: new AbortController().signal };
  #bytes = 0;
  #hasAttributes = false;

  constructor(library: LibraryClient, study: StudyDetail, measures: ReturnType<typeof measureProcedures>) {
    this.#library = library;
    this.#study = study;
    this.#measures = measures;
  }

  async record(wanted: readonly number[], version: string): Promise<RecordedStudy> {
    const { id } = this.#study;
    const asked = { study: id };
    const detail = await describeStudy(this.#library, id);
    this.#hasAttributes = Array.isArray(detail.dataset?.identity['attributeNames']);
    this.#keep('replicates.list', asked, await replicateProcedures(this.#library).list(asked, this.#context));
    this.#keep('measures.metrics', asked, await this.#measures.metrics(asked, this.#context));
    await this.#keepWeights();
    const epochs: number[] = [];
    for (const epoch of wanted.toReversed()) {
      if (epochs.length > 0 && this.#bytes > mostBytes) break;
      await this.#keepEpoch(epoch);
      epochs.unshift(epoch);
    }
    const churn = (await collect(this.#measures.churnByEpoch(asked, this.#context))).filter(({ epoch }) =>
      epochs.includes(epoch),
    );
    this.#keep(
      'measures.churnByEpoch',
      asked,
      churn.map((event, index) => ({ ...event, position: index + 1, epochs: churn.length })),
    );
    this.#keep('studies.detail', asked, {
      ...detail,
      recorded: detail.recorded.filter(({ epoch }) => epochs.includes(epoch)),
      resultsFolder: '',
    });
    const recorded = new Date().toISOString();
    return { recording: { version, recorded, study: id, answers: this.#answers }, epochs };
  }

  async #keepEpoch(epoch: number): Promise<void> {
    const asked = { study: this.#study.id, epoch };
    const { churn, predictions, classes, certificate } = this.#measures;
    this.#keep('measures.predictions', asked, await predictions(asked, this.#context));
    this.#keep('measures.churn', asked, await churn(asked, this.#context));
    this.#keep('measures.classes', asked, await classes(asked, this.#context));
    if (this.#hasAttributes) {
      // Other choices need the host: a report holds the paper's.
      const question = { ...asked, attribute: null, splits: null };
      this.#keep('measures.subgroups', question, await this.#measures.subgroups(question, this.#context));
    }
    this.#keep('measures.certificate', asked, await certificate(asked, this.#context));
  }

  async #keepWeights(): Promise<void> {
    const asked = { study: this.#study.id };
    const checkpoints = await this.#measures.checkpoints(asked, this.#context);
    this.#keep('measures.checkpoints', asked, checkpoints);
    const byEpoch = await collect(this.#measures.weightsByEpoch(asked, this.#context));
    this.#keep('measures.weightsByEpoch', asked, byEpoch);
    for (const epoch of new Set(checkpoints.items.map((item) => item.epoch))) {
      const question = { ...asked, epoch };
      this.#keep('measures.weights', question, await this.#measures.weights(question, this.#context));
    }
  }

  #keep(procedure: string, input: unknown, answer: unknown): void {
    this.#answers[questionKey(procedure, input)] = answer;
    this.#bytes += encodeMessage(answer).length;
  }
}

async function collect<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const found: Event[] = [];
  for await (const event of events) found.push(event);
  return found;
}
