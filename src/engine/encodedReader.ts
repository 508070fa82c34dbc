import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { NoisefloorError } from '../study/errors.ts';
import { placeOf, unusableImage, type EncodedImages, type EncodedPlace } from './encodedImages.ts';

/** What the thread is asked: the images of a batch. */
export interface ReadRequest {
  readonly id: number;
  readonly places: readonly EncodedPlace[];
}

/** What it answers: all bytes end to end, or which image of the batch could not be had. */
export type ReadAnswer =
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly position: number; readonly problem: string };

/** Longer than any disk or network drive that still works takes for a batch, in milliseconds. */
const longestWait = 600_000;

/**
 * Reads encoded images on a thread of its own, ahead of when they are needed: a session call blocks JavaScript, and the
 * next batches are read meanwhile. Whoever needs a batch waits for it without giving up its turn.
 */
export class EncodedReader {
  readonly #images: EncodedImages;
  /** Whose examples they are, for messages. */
  readonly #split: string;
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #asked = new Map<number, Int32Array>();
  readonly #answers = new Map<number, ReadAnswer>();
  #count = 0;

  constructor(images: EncodedImages, split: 'train' | 'test') {
    this.#images = images;
    this.#split = split;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(new URL('./readingThread.ts', import.meta.url), {
      workerData: { signal: this.#signal, port: port2 },
      transferList: [port2],
      // Options of the program, such as how its input is to be read, are not the thread's.
      execArgv: [],
    });
    this.#worker.unref();
  }

  /** Begins to read the images of a batch. @returns the number to fetch them by. */
  ask(indices: Int32Array): number {
    const id = (this.#count += 1);
    const places = Array.from(indices, (index) => placeOf(this.#images, index));
    this.#asked.set(id, indices);
    this.#port.postMessage({ id, places } satisfies ReadRequest);
    return id;
  }

  /**
   * The images of a batch, once they are read; they are kept no longer.
   * @throws NoisefloorError `dataset-invalid` naming the file and the example where one is gone or has changed.
   */
  fetch(id: number): Uint8Array[] {
    const answer = this.#waitFor(id);
    const indices = this.#asked.get(id) ?? new Int32Array();
    this.#asked.delete(id);
    this.#answers.delete(id);
    if ('problem' in answer) throw this.unusable(indices[answer.position] ?? 0, answer.problem);
    let start = 0;
    return Array.from(indices, (index) => {
      const length = this.#images.length[index] ?? 0;
      start += length;
      return answer.bytes.subarray(start - length, start);
    });
  }

  /** The error for an image that cannot be used. */
  unusable(index: number, problem: string, cause?: unknown): NoisefloorError {
    const example = `${this.#split} example ${String(index)}`;
    return unusableImage(placeOf(this.#images, index), example, problem, cause);
  }

  #waitFor(id: number): ReadAnswer {
    const since = performance.now();
    for (;;) {
      const seen = Atomics.load(this.#signal, 0);
      for (let read = receiveMessageOnPort(this.#port); read; read = receiveMessageOnPort(this.#port)) {
        const answer = read.message as ReadAnswer;
        this.#answers.set(answer.id, answer);
      }
      const answer = this.#answers.get(id);
      if (answer !== undefined) return answer;
      if (performance.now() - since > longestWait) {
        const [index = 0] = this.#asked.get(id) ?? [];
        throw this.unusable(
          index,
          'and the images read with it did not come within ten minutes. Check the drive.',
        );
      }
      Atomics.wait(this.#signal, 0, seen, 1000);
    }
  }

  /** Ends the thread. */
  close(): void {
    void this.#worker.terminate();
    this.#port.close();
  }
}
