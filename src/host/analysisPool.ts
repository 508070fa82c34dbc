import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { sumDisagreements } from '../analysis/disagreement.ts';
import type { Predictions } from '../analysis/predictions.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { Computation, ComputationRequest, Given, Result } from './analysisWorker.ts';
import { askThread } from './askThread.ts';

/**
 * Threads that compute what takes more than a moment, so that the host's own thread stays free. They start with the
 * first computation and do not keep a program alive.
 */
export class AnalysisPool {
  readonly #threads: number;
  #workers: Worker[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  /** @param threads how many compute at once; by default all cores. */
  constructor(threads = availableParallelism()) {
    this.#threads = threads;
  }

  /**
   * `partialDisagreements` over all examples, each thread counting a share of them; computations take turns.
   * @throws NoisefloorError as `partialDisagreements` does; `analysis-thread-ended` when a thread dies.
   */
  disagreements(predictions: Predictions): Promise<Uint32Array> {
    return this.#inTurn(async (workers) => {
      const shared = inSharedMemory(predictions);
      const boundary = (share: number): number => Math.round((predictions.examples * share) / this.#threads);
      const parts = await Promise.all(
        workers.map((worker, share) =>
          ask(worker, 'disagreements', {
            predictions: shared,
            from: boundary(share),
            to: boundary(share + 1),
          }),
        ),
      );
      return sumDisagreements(parts);
    });
  }

  /**
   * Computes on one thread; computations take turns.
   * @param transfer buffers of what is given that are handed over, not copied.
   * @throws NoisefloorError as the computation does; `analysis-thread-ended` when the thread dies.
   */
  compute<Name extends Computation>(
    computation: Name,
    given: Given<Name>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Result<Name>> {
    return this.#inTurn(([worker]) => {
      if (worker === undefined) throw new RangeError('A pool has at least one thread.');
      return ask(worker, computation, given, transfer);
    });
  }

  /** Ends the threads once what was asked for is done. */
  async close(): Promise<void> {
    await this.#turn;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
    this.#workers = [];
  }

  #inTurn<Value>(work: (workers: readonly Worker[]) => Promise<Value>): Promise<Value> {
    const result = this.#turn.then(async () => {
      while (this.#workers.length < this.#threads) {
        this.#workers.push(new Worker(new URL('./analysisWorker.ts', import.meta.url)));
      }
      try {
        return await work(this.#workers);
      } catch (error) {
        // The other threads may still be at work on this computation: the next one starts with new ones.
        const workers = this.#workers;
        this.#workers = [];
        await Promise.all(workers.map((worker) => worker.terminate()));
        throw error;
      }
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** The predictions where all threads can read them: copied once, unless they are there already. */
function inSharedMemory({ replicates, examples, data }: Predictions): Predictions {
  if (data.buffer instanceof SharedArrayBuffer) return { replicates, examples, data };
  const buffer = new SharedArrayBuffer(data.byteLength);
  const copy = data instanceof Uint8Array ? new Uint8Array(buffer) : new Uint16Array(buffer);
  copy.set(data);
  return { replicates, examples, data: copy };
}

async function ask<Name extends Computation>(
  worker: Worker,
  computation: Name,
  given: Given<Name>,
  transfer: readonly ArrayBuffer[] = [],
): Promise<Result<Name>> {
  const request: ComputationRequest<Name> = { computation, given };
  const ended = (cause: unknown): NoisefloorError =>
    new NoisefloorError('analysis-thread-ended', 'A thread that computes measures ended. Try again.', {
      cause,
    });
  return (await askThread(worker, request, { transfer, ended })) as Result<Name>;
}
