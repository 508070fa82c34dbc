import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NoisefloorError } from '../study/errors.ts';
import type { PublishedFile } from './publicDatasets.ts';

/** A connection that says nothing for so long is given up; what came stays. */
const silenceMilliseconds = 60_000;

/**
 * Fetches a file and checks it. What has come when a connection breaks, or when it is cancelled, stays beside it as
 * `<file>.part` and is gone on with; the file itself appears once it is whole and has the right sum.
 * @param file where it goes; nothing is fetched where it is there and right.
 * @param options.onProgress bytes that are there, of how many.
 * @throws NoisefloorError `download-failed` (run it again to go on), `download-differs` where size or sum is another,
 *   `disk-full`; the signal's reason where it is cancelled.
 */
export async function downloadFile(
  published: PublishedFile,
  file: string,
  options: { onProgress?: (bytes: number, total: number) => void; signal?: AbortSignal } = {},
): Promise<void> {
  const { signal } = options;
  if ((await sizeOf(file)) === published.bytes && (await sha256Of(file)) === published.sha256) return;
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.part`;
  if ((await sizeOf(part)) > published.bytes) await rm(part);
  await requireSpace(dirname(file), published, await sizeOf(part));
  if ((await sizeOf(part)) < published.bytes) await fetchRest(published, part, options);
  signal?.throwIfAborted();
  const bytes = await sizeOf(part);
  const sum = await sha256Of(part);
  if (bytes !== published.bytes || sum !== published.sha256) {
    await rm(part, { force: true });
    throw new NoisefloorError(
      'download-differs',
      `${published.url} gave ${bytes} bytes with the SHA-256 ${sum}; ${published.bytes} bytes with ${published.sha256} were expected. It was not kept. Try again; if it stays so, the file has changed where it is published, or something between changes it.`,
      { details: { url: published.url, bytes, sha256: sum } },
    );
  }
  await rename(part, file);
}

async function fetchRest(
  published: PublishedFile,
  part: string,
  { onProgress, signal }: { onProgress?: (bytes: number, total: number) => void; signal?: AbortSignal },
): Promise<void> {
  const silence = new AbortController();
  const signals = [silence.signal, ...(signal === undefined ? [] : [signal])];
  let timer = setTimeout(() => silence.abort(), silenceMilliseconds);
  const stillThere = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMilliseconds);
  };
  try {
    const have = await sizeOf(part);
    const response = await fetch(published.url, {
      headers: have > 0 ? { range: `bytes=${have}-` } : {},
      signal: AbortSignal.any(signals),
    });
    if (!response.ok || response.body === null) {
      throw new Error(`the server answered ${response.status} ${response.statusText}`);
    }
    // A server that does not know ranges sends everything.
    const continues = response.status === 206;
    const target = await open(part, continues ? 'a' : 'w');
    try {
      let bytes = continues ? have : 0;
      for await (const piece of response.body as AsyncIterable<Uint8Array>) {
        stillThere();
        bytes += piece.length;
        if (bytes > published.bytes) throw new Error('the server sends more than the file holds');
        await target.writeFile(piece);
        onProgress?.(bytes, published.bytes);
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw failed(published, silence.signal.aborted ? 'the server fell silent' : reasonOf(error), error);
  } finally {
    clearTimeout(timer);
  }
}

function failed({ url }: PublishedFile, reason: string, cause: unknown): NoisefloorError {
  return new NoisefloorError(
    'download-failed',
    `${url} could not be fetched: ${reason}. What has come is kept: run it again to go on from there.`,
    { details: { url }, cause },
  );
}

/** `fetch` says "fetch failed" and keeps the reason behind it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

async function requireSpace(folder: string, { url, bytes }: PublishedFile, have: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const missing = bytes - have - bavail * bsize;
  if (missing <= 0) return;
  throw new NoisefloorError(
    'disk-full',
    `${url} has ${bytes} bytes, and ${folder} has no room for it: ${missing} bytes are missing. Make room, or choose another folder.`,
    { details: { url, folder, missing } },
  );
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}
