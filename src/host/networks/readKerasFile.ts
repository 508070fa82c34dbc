import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { unzipSync } from 'fflate';
import { systemReason } from '../../data/invalid.ts';
import { readTopology, type UnhashedTopology } from '../../networks/keras/readTopology.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { isRecord } from '../../study/expectation.ts';
import type { Topology } from '../../study/topology.ts';

/** Files hold weights too, of which nothing is read; more is none that a person means. */
const mostBytes = 4 * 2 ** 30;
/** The layers of the largest networks are written in a few megabytes. */
const mostJsonBytes = 64 * 2 ** 20;
const configuration = 'config.json';
/** What holds the model in an HDF5 file: an attribute of its root. */
const modelAttribute = 'model_config';
const hdf5Signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const zipSignature = [0x50, 0x4b, 0x03, 0x04];

/**
 * The layers of a model that Keras saved as `.keras`, `.h5` or JSON; which of them it is, its first bytes tell.
 * @param path absolute.
 * @throws NoisefloorError `network-file-unreadable`, `network-file-invalid`, `network-unsupported`.
 */
export async function readKerasFile(path: string): Promise<Topology> {
  const file = basename(path);
  const unhashed = readTopology(parsed(await configurationIn(path, file), file), file);
  return { sha256: topologyHash(unhashed), ...unhashed };
}

/** SHA-256 of a topology, as JSON with sorted keys, without the hash that it may have. */
export function topologyHash(topology: UnhashedTopology): string {
  const { input, l2, layers } = topology;
  return createHash('sha256')
    .update(JSON.stringify(sorted({ input, ...(l2 !== undefined && { l2 }), layers })))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, each]) => [key, sorted(each)]),
  );
}

/** The text of the configuration that a file holds. */
async function configurationIn(path: string, file: string): Promise<string> {
  const { start, size } = await beginningOf(path);
  if (startsWith(start, hdf5Signature)) return inHdf5(path, file);
  if (startsWith(start, zipSignature)) return unzipped(await readModelFile(path, size), file);
  if (size > mostJsonBytes) throw invalid(file, 'is no model file of Keras: neither .keras, .h5 nor JSON.');
  return new TextDecoder().decode(await readModelFile(path, size));
}

async function beginningOf(path: string): Promise<{ start: Uint8Array; size: number }> {
  try {
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      const { buffer, bytesRead } = await handle.read(new Uint8Array(hdf5Signature.length));
      return { start: buffer.subarray(0, bytesRead), size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function readModelFile(path: string, size: number): Promise<Uint8Array> {
  if (size > mostBytes) {
    throw new NoisefloorError(
      'network-file-unreadable',
      `${path} has ${Math.round(size / 2 ** 30)} GiB; a model file has 4 at most. Save the model without its weights: model.to_json().`,
    );
  }
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): NoisefloorError {
  const message = `The network ${path} ${systemReason(cause)}.`;
  return new NoisefloorError('network-file-unreadable', message, { details: { path }, cause });
}

const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, place) => bytes[place] === byte);

async function inHdf5(path: string, file: string): Promise<string> {
  // The library is large, and loaded only for such a file.
  const { Hdf5File } = await import('../../interchange/hdf5File.ts');
  let texts: string[] | null;
  try {
    texts = await Hdf5File.with(path, (opened) => opened.texts('', modelAttribute));
  } catch (error) {
    throw invalid(file, `is no whole HDF5 file: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [model] = texts ?? [];
  if (model !== undefined) return model;
  throw invalid(file, 'holds no model, as a file of weights alone does. Save the model whole: model.save().');
}

function unzipped(bytes: Uint8Array, file: string): string {
  let found: Uint8Array | undefined;
  try {
    found = unzipSync(bytes, {
      filter: ({ name, originalSize }) => name === configuration && originalSize <= mostJsonBytes,
    })[configuration];
  } catch (error) {
    throw invalid(file, `cannot be unpacked: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (found === undefined) throw invalid(file, `holds no ${configuration}, as a .keras file does.`);
  return new TextDecoder().decode(found);
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(file, `is no model file of Keras: it is neither .keras nor .h5, and no JSON (${reason}).`);
  }
}

function invalid(file: string, problem: string): NoisefloorError {
  return new NoisefloorError('network-file-invalid', `${file} ${problem}`, { details: { file } });
}
