import type { BindingValues } from './binding.ts';
import { decodeImage } from './decode.ts';
import { EncodedReader } from './encodedReader.ts';
import type { GraphOutput } from './graphDefinition.ts';
import type { FeedSpecification, GraphSession, SessionCall } from './session.ts';
import { StandIns } from './standIns.ts';
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
  /** Undefined where an image that cannot be decoded is an error. */
  readonly #standIns: StandIns | undefined;

  constructor(session: GraphSession, examples: StreamedExamples, split: 'train' | 'test') {
    this.#session = session;
    this.#examples = examples;
    if (examples.encoded !== undefined) this.#reader = new EncodedReader(examples.encoded, split);
    if (examples.encoded?.replacesDamaged === true) this.#standIns = new StandIns();
  }

  /** Images that a grey one stands for: those that were found so far. */
  get replacedImages(): readonly string[] {
    return this.#standIns?.descriptions ?? [];
  }

  /**
   * Runs a call on a batch. The batch that comes next is made ready meanwhile; those behind it are read.
   * @param ahead batches that follow, known by their arrays.
   * @throws NoisefloorError `dataset-invalid` naming the file where an image is damaged, gone or has changed.
   */
  run(consumer: Consumer, batch: BatchAhead, ahead: readonly BatchAhead[]): ReturnType<SessionCall> {
    this.ready(batch);
    const [next] = ahead;
    if (next === undefined) return this.#use(consumer);
    if (this.#reader !== undefined) for (const { indices } of ahead) this.#ask(this.#reader, indices);
    if (this.#standIns?.hasUntried(next.indices) === true) {
      // Where an image is damaged the call is made again, which must not take the consumer's step twice.
      const results = this.#use(consumer);
      this.#make(next, nothing);
      return results;
    }
    return this.#make(next, consumer).slice(0, consumer.fetches.length);
  }

  /** Makes a batch ready, so that calls which use it may follow. */
  ready(batch: BatchAhead): void {
    if (!isSame(this.#held.get(batch.indices.length), batch)) this.#make(batch, nothing);
  }

  /** Ends the reading. */
  close(): void {
    this.#reader?.close();
  }

  #use({ feeds, fetches, values }: Consumer): ReturnType<SessionCall> {
    return this.#callOf(feeds, fetches)(...values);
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
      this.#standIns?.accept(indices);
      return results;
    } catch (cause) {
      if (this.#reader === undefined || !this.#replaceDamaged(this.#reader, indices, files ?? []))
        throw cause;
      return this.#make(batch, consumer);
    }
  }

  /**
   * A failed call does not say which image it failed on: they are decoded once more, one after the other.
   * @returns whether any was replaced.
   * @throws NoisefloorError `dataset-invalid` naming the first that is damaged, where none may be replaced.
   */
  #replaceDamaged(reader: EncodedReader, indices: Int32Array, files: readonly Uint8Array[]): boolean {
    let found = false;
    for (const [position, bytes] of files.entries()) {
      const index = indices[position] ?? 0;
      const cause = failureToDecode(bytes);
      if (cause === null) continue;
      const problem = `cannot be decoded. Replace or remove it, or let task.dataset.damaged be grey. ${cause.message}`;
      if (this.#standIns === undefined) throw reader.unusable(index, problem, cause);
      const description = reader.unusable(index, 'cannot be decoded; a grey image stands for it.').message;
      this.#standIns.replace(index, this.#examples.sizeOf(index), description);
      found = true;
    }
    return found;
  }

  #ask(reader: EncodedReader, indices: Int32Array): number {
    const asked = this.#reading.get(indices) ?? reader.ask(indices);
    this.#reading.set(indices, asked);
    return asked;
  }

  #filesOf(reader: EncodedReader, indices: Int32Array): Uint8Array[] {
    const asked = this.#ask(reader, indices);
    this.#reading.delete(indices);
    const files = reader.fetch(asked);
    return this.#standIns?.among(indices, files) ?? files;
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

function failureToDecode(bytes: Uint8Array): Error | null {
  try {
    decodeImage(bytes);
    return null;
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause), { cause });
  }
}
