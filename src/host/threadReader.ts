import { Worker } from 'node:worker_threads';
import { NoisefloorError } from '../study/errors.ts';
import { askThread } from './askThread.ts';
import type { FolderBatch, FolderLook, FolderReader, ReadFrom } from './folderReading.ts';
import type { FolderQuestion } from './folderThread.ts';

/** Reads result folders on a thread of its own, which starts with the first; questions take turns. */
export class ThreadReader implements FolderReader {
  #worker: Worker | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  async look(folder: string): Promise<FolderLook> {
    return (await this.#ask({ folder })) as FolderLook;
  }

  async read(folder: string, from: ReadFrom): Promise<FolderBatch> {
    return (await this.#ask({ folder, from })) as FolderBatch;
  }

  /** Ends the thread once what was asked for is read. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#worker?.terminate();
    this.#worker = null;
  }

  #ask(question: FolderQuestion): Promise<unknown> {
    const answer = this.#turn.then(() => {
      this.#worker ??= new Worker(new URL('./folderThread.ts', import.meta.url), {
        // Options of the program, such as how its input is to be read, are not the thread's.
        execArgv: [],
      });
      return askThread(this.#worker, question, { ended: (cause) => this.#ended(cause) });
    });
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  #ended(cause: unknown): NoisefloorError {
    this.#worker = null;
    return new NoisefloorError(
      'reading-thread-ended',
      'The thread that reads result folders ended. What was recorded is kept in the folders; run the study again to take it in.',
      { cause },
    );
  }
}
