import { open } from 'node:fs/promises';
import { workerData, type MessagePort } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import type { EncodedPlace } from './encodedImages.ts';
import type { ReadAnswer, ReadRequest } from './encodedReader.ts';

/** Files that are open at once: enough to keep a disk or a network drive busy. */
const filesAtOnce = 16;

const { signal, port } = workerData as { signal: Int32Array; port: MessagePort };

/** Reads the images of each batch that is asked for, one batch after the other, in the order asked. */
let last: Promise<void> = Promise.resolve();
port.on('message', ({ id, places }: ReadRequest) => {
  last = last.then(() => answer(id, places));
});

async function answer(id: number, places: readonly EncodedPlace[]): Promise<void> {
  let reply: ReadAnswer;
  try {
    reply = { id, bytes: await readPlaces(places) };
  } catch (error) {
    const failure = error instanceof ReadingFailure ? error : new ReadingFailure(0, String(error));
    reply = { id, position: failure.position, problem: failure.message };
  }
  port.postMessage(reply, 'bytes' in reply ? [reply.bytes.buffer as ArrayBuffer] : []);
  Atomics.add(signal, 0, 1);
  Atomics.notify(signal, 0);
}

/** Why an image of a batch could not be had. */
class ReadingFailure extends Error {
  readonly position: number;
  constructor(position: number, problem: string) {
    super(problem);
    this.position = position;
  }
}

/** The bytes of all places, end to end. */
async function readPlaces(places: readonly EncodedPlace[]): Promise<Uint8Array> {
  const starts: number[] = [];
  let total = 0;
  for (const { length } of places) {
    starts.push(total);
    total += length;
  }
  const bytes = new Uint8Array(total);
  let next = 0;
  const readSome = async (): Promise<void> => {
    for (let position = next++; position < places.length; position = next++) {
      const place = places[position];
      const start = starts[position];
      if (place === undefined || start === undefined) return;
      await readPlace(place, position, bytes.subarray(start, start + place.length));
    }
  };
  await Promise.all(Array.from({ length: Math.min(filesAtOnce, places.length) }, readSome));
  return bytes;
}

const changed = 'has changed since the data set was read. Put it back, or plan a new study.';

async function readPlace(place: EncodedPlace, position: number, into: Uint8Array): Promise<void> {
  try {
    const handle = await open(place.file);
    try {
      let done = 0;
      while (done < into.length) {
        const { bytesRead } = await handle.read(into, done, into.length - done, place.offset + done);
        if (bytesRead === 0) throw new ReadingFailure(position, changed);
        done += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof ReadingFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ReadingFailure(position, `cannot be read any more (${reason}).`);
  }
  if (crc32(into) !== place.checksum) throw new ReadingFailure(position, changed);
}
