import { Worker } from 'node:worker_threads';
import { connectLibrary, type LibraryClient } from '../../src/library/client.ts';
import { defaultLibraryPath } from '../../src/library/location.ts';

/**
 * Opens a library on a thread of its own, making it where there is none.
 * @param path null for the default place of this platform, or `NOISEFLOOR_LIBRARY`.
 * @throws NoisefloorError as Library.open does.
 */
export async function openLibrary(path: string | null = null): Promise<LibraryClient> {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: path ?? defaultLibraryPath(),
    // Options of the program, such as how its input is to be read, are not the thread's.
    execArgv: [],
  });
  try {
    return await connectLibrary(worker);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}
