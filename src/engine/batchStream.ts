import type { BindingValues } from './binding.ts';
import { decodeImage } from './decode.ts';
import { EncodedReader } from './encodedReader.ts';
import type { GraphOutput } from './graphDefinition.ts';
import type { FeedSpecification, GraphSession, SessionCall } from './session.ts';
import type { StreamedExamples } from './streamedExamples.ts';
import type { BatchAhead } from './trainingInterface.ts';

/** A session call that uses the batch in the session. */
interface Consumer {
  readonly feeds: readonly FeedSpecification[];
  readonly fetches: readonly GraphOutput[];
  /** What it is fed. */
  readonly values: readonly BindingValues[];
}

/** The batches of a split on their way: read ahead on a thread, made ready one call ahead, then used. */
export class BatchStream {
  readonly #session: GraphSession;
  readonly #examples: StreamedExamples;
  readonly #reader: EncodedReader | undefined;
  /** The batch that the session holds of each size. */
  readonly #held = new Map<number, BatchAhead>();
  readonly #reading = new Map<Int32Array, number>();
  readonly #calls = new Map<string, SessionCall>();

  constructor(session: GraphSession, examples: StreamedExamples, split: 'train' | 'test') {
    this.#session = session;
    this.#examples = examples;
    if (examples.encoded !== undefined) this.#reader = new EncodedReader(examples.encoded, split);
  }

  /**
   * Runs a call on a batch. The batch that comes next is made ready meanwhile; those behind it are read.
   * @param ahead batches that follow, known by their arrays.
   * @throws NoisefloorError `dataset-invalid` naming the file where an image is damaged, gone or has changed.
   */
  run(consumer: Consumer, batch: BatchAhead, ahead: readonly BatchAhead[]): ReturnType<SessionCall> {
    if (!isSame(this.#held.get(batch.indices.length), batch)) this.#make(batch, nothing);
    const [next] = ahead;
    if (next === undefined) return this.#callOf(consumer.feeds, consumer.fetches)(...consumer.values);
    if (this.#reader !== undefined) for (const { indices } of ahead) this.#ask(this.#reader, indices);
    return this.#make(next, consumer).slice(0, consumer.fetches.length);
  }

  /** Ends the reading. */
  close(): void {
    this.#reader?.close();
  }

  /** Makes a batch ready in the call of a consumer. */
  #make(batch: BatchAhead, consumer: Consumer): ReturnType<SessionCall> {
    const { indices } = batch;
    const { feeds, done } = this.#examples.makerOf(indices.length);
    const files = this.#reader === undefined ? undefined : this.#filesOf(this.#reader, indices);
    const fed = this.#examples.feedsOf(batch, files);
    const call = this.#callOf([...consumer.feeds, ...feeds], [...consumer.fetches, done]);
    this.#held.delete(indices.length);
    try {
      const results = call(...consumer.values, ...fed);
      this.#held.set(indices.length, batch);
      return results;
    } catch (cause) {
      if (this.#reader !== undefined) refuseDamaged(this.#reader, indices, files ?? []);
      throw cause;
    }
  }

  #ask(reader: EncodedReader, indices: Int32Array): number {
    const asked = this.#reading.get(indices) ?? reader.ask(indices);
    this.#reading.set(indices, asked);
    return asked;
  }

  #filesOf(reader: EncodedReader, indices: Int32Array): Uint8Array[] {
    const asked = this.#ask(reader, indices);
    this.#reading.delete(indices);
    return reader.fetch(asked);
  }

  #callOf(feeds: readonly FeedSpecification[], fetches: readonly GraphOutput[]): SessionCall {
    const name = fetches.join();
    const existing = this.#calls.get(name);
    if (existing !== undefined) return existing;
    const made = this.#session.prepare(feeds, fetches);
    this.#calls.set(name, made);
    return made;
  }
}

const nothing: Consumer = { feeds: [], fetches: [], values: [] };

const isSame = (held: BatchAhead | undefined, batch: BatchAhead): boolean =>
  held?.indices === batch.indices && held.noise?.window === batch.noise?.window;

/** A failed call does not say which image it failed on: they are decoded once more, one after the other. */
function refuseDamaged(reader: EncodedReader, indices: Int32Array, files: readonly Uint8Array[]): void {
  for (const [position, bytes] of files.entries()) {
    try {
      decodeImage(bytes);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const problem = `cannot be decoded. Replace or remove it. ${reason}`;
      throw reader.unusable(indices[position] ?? 0, problem, cause);
    }
  }
}
