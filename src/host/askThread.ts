import type { Worker } from 'node:worker_threads';
import { NoisefloorError } from '../study/errors.ts';

/** What a thread answers to the one question that it is asked at a time. */
export type ThreadAnswer =
  | { readonly result: unknown }
  | {
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly details?: Readonly<Record<string, unknown>>;
      };
    };

/**
 * Asks a thread a question; it keeps a program alive until it has answered.
 * @param options.transfer buffers of the question that are handed over, not copied.
 * @param options.ended the error where the thread ends instead.
 * @throws NoisefloorError what the thread answers.
 */
export function askThread(
  worker: Worker,
  question: unknown,
  { transfer = [], ended }: { transfer?: readonly ArrayBuffer[]; ended: (cause: unknown) => Error },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      worker.off('message', onMessage);
      worker.off('error', onEnd);
      worker.off('exit', onEnd);
      worker.unref();
      outcome();
    };
    const onMessage = (answer: ThreadAnswer): void => {
      settle(() => {
        if ('result' in answer) {
          resolve(answer.result);
          return;
        }
        const { code, message, details = {} } = answer.error;
        reject(new NoisefloorError(code, message, { details }));
      });
    };
    const onEnd = (cause: unknown): void => {
      settle(() => {
        reject(ended(cause));
      });
    };
    worker.on('message', onMessage);
    worker.on('error', onEnd);
    worker.on('exit', onEnd);
    worker.ref();
    worker.postMessage(question, [...transfer]);
  });
}

/** @returns an error as a thread answers it. */
export function threadError(error: unknown, code: string): Extract<ThreadAnswer, { error: unknown }> {
  return error instanceof NoisefloorError
    ? { error: { code: error.code, message: error.message, details: error.details } }
    : { error: { code, message: error instanceof Error ? error.message : String(error) } };
}
