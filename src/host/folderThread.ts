// The thread that result folders are read on: reading, decoding and hashing would keep the host from answering.
import { parentPort } from 'node:worker_threads';
import { buffersOf } from '../library/transfer.ts';
import { threadError, type ThreadAnswer } from './askThread.ts';
import { lookAtFolder, readBatch, type ReadFrom } from './folderReading.ts';

/** Without `from` only what the folder says of itself is asked. */
export interface FolderQuestion {
  readonly folder: string;
  readonly from?: ReadFrom;
}

function answer({ folder, from }: FolderQuestion): ThreadAnswer {
  try {
    return { result: from === undefined ? lookAtFolder(folder) : readBatch(folder, from) };
  } catch (error) {
    return threadError(error, 'result-folder-damaged');
  }
}

parentPort?.on('message', (question: FolderQuestion) => {
  const answered = answer(question);
  parentPort?.postMessage(answered, buffersOf(answered));
});
