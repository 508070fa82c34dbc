import type { MessagePort, Worker } from 'node:worker_threads';
import { z } from 'zod';
import { NoisefloorError } from '../study/errors.ts';
import type { Library } from './library.ts';
import { buffersOf } from './transfer.ts';

/** What can be asked of a library from another thread. */
export const libraryMethods = [
  'path',
  'createStudy',
  'extendStudy',
  'listStudies',
  'study',
  'setStudyNotes',
  'renameStudy',
  'deleteStudy',
  'discardStudy',
  'discardedStudies',
  'restoreStudy',
  'purgeStudies',
  'listDrafts',
  'draft',
  'saveDraft',
  'deleteDraft',
  'savedFigures',
  'saveFigure',
  'resetFigure',
  'createOverhead',
  'addOverheadTrial',
  'addOverheadProfile',
  'failOverhead',
  'listOverheads',
  'replicates',
  'listReplicates',
  'replicate',
  'excludeReplicate',
  'includeReplicate',
  'setExclusions',
  'setReplicateTags',
  'setReplicateNotes',
  'replicateClaims',
  'claimNext',
  'heartbeat',
  'releaseReplicate',
  'ingest',
  'dataset',
  'finalAccuracies',
  'studyRevision',
  'metrics',
  'predictionEpochs',
  'predictionsAt',
  'keptCheckpoints',
  'logits',
  'fingerprints',
  'checkpointEpochs',
  'checkpoint',
  'mergeLibrary',
  'writeStudyCopy',
  'describeImported',
] as const satisfies readonly Exclude<keyof Library, 'close'>[];
export type LibraryMethod = (typeof libraryMethods)[number];

/** A {@link Library} on another thread: the same methods, answered later. The arrays of a batch to ingest are its from then on. */
export type LibraryClient = {
  [Method in LibraryMethod]: (
    ...given: Parameters<Library[Method]>
  ) => Promise<Awaited<ReturnType<Library[Method]>>>;
} & {
  /** Closes the library and ends its thread; calls under way are answered first. */
  close(): Promise<void>;
};

export interface LibraryRequest {
  id: number;
  method: LibraryMethod | 'close';
  given: unknown[];
}

const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
});
/** Answers `{id, result}` or `{id, error}`; the one with id 0 tells whether the library could be opened. */
const answerSchema = z.union([
  z.object({ id: z.int(), error: errorSchema }),
  z.object({ id: z.int(), result: z.unknown() }),
]);
export type LibraryAnswer = z.infer<typeof answerSchema>;

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Talks to the library that a thread serves.
 * @param worker its end of the conversation, with the events of the thread itself.
 * @returns once the library is open.
 * @throws NoisefloorError why the library could not be opened; later, from any method, `library-thread-ended`.
 */
export async function connectLibrary(worker: Worker): Promise<LibraryClient> {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let ended: NoisefloorError | null = null;
  const end = (error: NoisefloorError): void => {
    ended = error;
    for (const { reject } of waiting.values()) {
      reject(error);
    }
    waiting.clear();
  };
  worker.on('message', (message: unknown) => {
    const answer = answerSchema.parse(message);
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) {
      // A program with nothing else to do may end.
      worker.unref();
    }
    if ('error' in answer) {
      const { code, message: text, details } = answer.error;
      asked?.reject(new NoisefloorError(code, text, { details }));
    } else {
      asked?.resolve(answer.result);
    }
  });
  worker.on('error', (cause) => end(threadEnded(cause)));
  worker.on('exit', () => end(threadEnded(undefined)));

  const waitFor = (id: number, send: () => void): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended !== null) {
        reject(ended);
        return;
      }
      worker.ref();
      waiting.set(id, { resolve, reject });
      send();
    });
  const ask = (method: LibraryRequest['method'], given: unknown[]): Promise<unknown> => {
    const request: LibraryRequest = { id: nextId, method, given };
    nextId += 1;
    // What was recorded is handed over, not copied: a checkpoint may be large.
    const transfer = method === 'ingest' ? buffersOf(given) : [];
    return waitFor(request.id, () => worker.postMessage(request, transfer));
  };

  await waitFor(0, () => undefined);
  const methods = libraryMethods.map(
    (method) => [method, (...given: unknown[]) => ask(method, given)] as const,
  );
  const close = async (): Promise<void> => {
    if (ended === null) {
      await ask('close', []);
      await worker.terminate();
    }
  };
  // Each method has the type that the mapped type says: its arguments and its result are those of the library.
  return Object.assign(Object.fromEntries(methods), { close }) as unknown as LibraryClient;
}

/** Posts an answer to the other side, handing over the buffers of its arrays instead of copying them. */
export function postAnswer(port: MessagePort, answer: LibraryAnswer): void {
  port.postMessage(answer, buffersOf(answer));
}

/** @returns an error as it crosses threads. */
export function describeError(error: unknown): z.infer<typeof errorSchema> {
  if (error instanceof NoisefloorError) {
    return { code: error.code, message: error.message, details: cloneable(error.details) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'library-error', message: `The library failed: ${message}`, details: {} };
}

function cloneable(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(details)) as Record<string, unknown>;
}

function threadEnded(cause: unknown): NoisefloorError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new NoisefloorError('library-thread-ended', `The library is closed${why}. Open it again.`, {
    cause,
  });
}
