import type { BindingValues } from './binding.ts';
import { decodeImage } from './decode.ts';
import { EncodedReader } from './encodedReader.ts';
import type { GraphOutput } from './graphDefinition.ts';
import type { FeedSpecification, GraphSession, SessionCall } from './session.ts';
import type { StreamedExamples } from './streamedExamples.ts';

/** A session call that uses the batch in the session, and decodes another one if it is given one. */
interface Consumer {
  readonly feeds: readonly FeedSpecification[];
  readonly fetches: readonly GraphOutput[];
}

/** The batches of a split on their way: read ahead on a thread, decoded one call ahead, then used. */
export class BatchStream {
  readonly #session: GraphSession;
  readonly #examples: StreamedExamples;
  readonly #reader: EncodedReader;
  /** The batch that the session holds of each size. */
  readonly #held = new Map<number, Int32Array>();
  readonly #reading = new Map<Int32Array, number>();
  readonly #calls = new Map<string, SessionCall>();

  constructor(session: GraphSession, examples: StreamedExamples, split: 'train' | 'test') {
    this.#session = session;
    this.#examples = examples;
    this.#reader = new EncodedReader(examples.images, split);
  }

  /**
   * Runs a call on a batch. The batch that comes next is decoded meanwhile; those behind it are read.
   * @param ahead batches that follow, known by their arrays.
   * @throws NoisefloorError `dataset-invalid` naming the file where an image is damaged, gone or has changed.
   */
  run(
    consumer: Consumer,
    values: readonly BindingValues[],
    indices: Int32Array,
    ahead: readonly Int32Array[],
  ): ReturnType<SessionCall> {
    if (this.#held.get(indices.length) !== indices) {
      this.#decode(indices, (feeds, fetches, fed) => this.#callOf('', feeds, fetches)(...fed));
    }
    const [next, ...later] = ahead;
    // Its memory is taken by the call: a batch must not be found there again.
    this.#held.delete(indices.length);
    if (next === undefined) {
      const results = this.#callOf(key(consumer), consumer.feeds, consumer.fetches)(...values);
      this.#held.set(indices.length, indices);
      return results;
    }
    for (const batch of [next, ...later]) this.#ask(batch);
    const results = this.#decode(next, (feeds, fetches, fed) =>
      this.#callOf(
        key(consumer),
        [...consumer.feeds, ...feeds],
        [...consumer.fetches, ...fetches],
      )(...values, ...fed),
    );
    return results.slice(0, consumer.fetches.length);
  }

  /** Ends the reading. */
  close(): void {
    this.#reader.close();
  }

  #ask(batch: Int32Array): number {
    const asked = this.#reading.get(batch);
    if (asked !== undefined) return asked;
    const id = this.#reader.ask(batch);
    this.#reading.set(batch, id);
    return id;
  }

  #decode(
    batch: Int32Array,
    call: (
      feeds: readonly FeedSpecification[],
      fetches: readonly GraphOutput[],
      fed: readonly BindingValues[],
    ) => ReturnType<SessionCall>,
  ): ReturnType<SessionCall> {
    const { feeds, done } = this.#examples.decoderOf(batch.length);
    const id = this.#ask(batch);
    this.#reading.delete(batch);
    const files = this.#reader.fetch(id);
    try {
      const results = call(feeds, [done], [files, this.#examples.answersOf(batch)]);
      this.#held.set(batch.length, batch);
      return results;
    } catch (cause) {
      this.#held.delete(batch.length);
      this.#refuseDamaged(batch, files);
      throw cause;
    }
  }

  /** A failed call does not say which image it failed on: they are decoded once more, one after the other. */
  #refuseDamaged(batch: Int32Array, files: readonly Uint8Array[]): void {
    for (const [position, bytes] of files.entries()) {
      try {
        decodeImage(bytes);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw this.#reader.unusable(
          batch[position] ?? 0,
          `cannot be decoded. Replace or remove it. ${reason}`,
          cause,
        );
      }
    }
  }

  #callOf(
    consumer: string,
    feeds: readonly FeedSpecification[],
    fetches: readonly GraphOutput[],
  ): SessionCall {
    const name = `${consumer}|${feeds.map((feed) => feed.name).join()}`;
    const existing = this.#calls.get(name);
    if (existing !== undefined) return existing;
    const made = this.#session.prepare(feeds, fetches);
    this.#calls.set(name, made);
    return made;
  }
}

const key = ({ fetches }: Consumer): string => fetches.join();
