// The thread that a library is used on. SQLite's calls block; here they hold nobody up.
import { parentPort, workerData } from 'node:worker_threads';
import { describeError, postAnswer, type LibraryRequest } from '../../src/library/client.ts';
import { Library } from '../../src/library/library.ts';

const port = parentPort;
if (port === null) {
  throw new Error('main/library/thread.ts is the beginning of a thread, not a program.');
}

try {
  const library = Library.open(String(workerData));
  port.on('message', (request: LibraryRequest) => {
    void answer(library, request);
  });
  port.postMessage({ id: 0, result: null });
} catch (error) {
  port.postMessage({ id: 0, error: describeError(error) });
}

async function answer(library: Library, { id, method, given }: LibraryRequest): Promise<void> {
  if (port === null) {
    return;
  }
  try {
    // The client's types hold for what it sends; a thread gets messages from nobody else.
    const called = library as unknown as Record<string, (...values: unknown[]) => unknown>;
    postAnswer(port, { id, result: await called[method]?.(...given) });
  } catch (error) {
    port.postMessage({ id, error: describeError(error) });
  }
}
