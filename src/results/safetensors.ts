import { z } from 'zod';
import { NoisefloorError } from '../study/errors.ts';
import { tensorRoles, type SavedTensor, type TensorRole } from './record.ts';

/** Limits on what a file may claim; the format itself allows a header of 100 MB. */
const maximumHeaderBytes = 16 * 1024 * 1024;
const maximumRank = 16;
const maximumTensors = 100_000;

const metadataKey = '__metadata__';
/** Key of the metadata that keeps each tensor's role, which the format has no place for. */
const rolesKey = 'noisefloor.roles';

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const entrySchema = z.strictObject({
  dtype: z.literal('F32'),
  shape: z.array(count).max(maximumRank),
  data_offsets: z.tuple([count, count]),
});
const metadataSchema = z.record(z.string(), z.string());
const rolesSchema = z.record(z.string(), z.enum(tensorRoles));

/** What a safetensors file holds; a tensor whose role is not written down is a `weight`. */
export interface SafetensorsContent {
  tensors: SavedTensor[];
  metadata: Record<string, string>;
}

/**
 * Writes float32 tensors in the safetensors format (https://github.com/huggingface/safetensors#format): the length of
 * the header (uint64), the header in JSON padded to 8 bytes, then every tensor's bytes, little-endian.
 * @param metadata kept in the file's header beside the tensors' roles.
 * @throws NoisefloorError `invalid-record` when a name is used twice or a shape does not fit its data.
 */
export function encodeSafetensors(
  tensors: readonly SavedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Buffer {
  const roles: Record<string, TensorRole> = {};
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const { name, shape, role, data } of tensors) {
    if (name === metadataKey || name === '__proto__' || Object.hasOwn(header, name)) {
      throw new NoisefloorError('invalid-record', `Two tensors, or a reserved word, are named ${name}.`);
    }
    if (elements(shape) !== data.length) {
      throw new NoisefloorError(
        'invalid-record',
        `Tensor ${name} of shape [${shape.join(', ')}] has ${data.length} numbers.`,
      );
    }
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] };
    roles[name] = role;
    end += data.byteLength;
  }
  header[metadataKey] = { ...metadata, [rolesKey]: JSON.stringify(roles) };
  const json = Buffer.from(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = Buffer.alloc(8 + headerLength + end, ' ');
  file.writeBigUInt64LE(BigInt(headerLength));
  json.copy(file, 8);
  let at = 8 + headerLength;
  for (const { data } of tensors) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads what {@link encodeSafetensors}, or another writer of the format, wrote.
 * @param where the file, for messages.
 * @returns the tensors in the order of their bytes.
 * @throws NoisefloorError `tensor-file-damaged` for anything else: cut short, out of bounds, overlapping, not float32.
 */
export function decodeSafetensors(file: Uint8Array, where: string): SafetensorsContent {
  const damaged = (why: string): NoisefloorError =>
    new NoisefloorError('tensor-file-damaged', `${where} is not a readable safetensors file: ${why}.`, {
      details: { file: where },
    });
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.byteLength < 8) {
    throw damaged('it is shorter than 8 bytes');
  }
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > maximumHeaderBytes || 8 + headerLength > file.byteLength) {
    throw damaged(`its header claims ${headerLength} bytes`);
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + headerLength)));
  } catch {
    throw damaged('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw damaged('its header is not a JSON object');
  }
  const { metadata, roles } = readMetadata(Object.entries(header), damaged);
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => {
      const entry = entrySchema.safeParse(value);
      if (!entry.success) {
        throw damaged(`tensor ${name}: ${z.prettifyError(entry.error)}`);
      }
      return {
        name,
        shape: entry.data.shape,
        start: entry.data.data_offsets[0],
        end: entry.data.data_offsets[1],
      };
    })
    .sort((a, b) => a.start - b.start || a.end - b.end);
  if (entries.length > maximumTensors) {
    throw damaged(`it claims ${entries.length} tensors`);
  }
  const dataStart = 8 + headerLength;
  let expected = 0;
  const tensors = entries.map(({ name, shape, start, end }): SavedTensor => {
    // The format leaves no holes, so that nothing hides in a file.
    if (start !== expected || dataStart + end > file.byteLength || elements(shape) * 4 !== end - start) {
      throw damaged(`the bytes of tensor ${name} are not where they should be`);
    }
    expected = end;
    const data = new Float32Array(Uint8Array.from(file.subarray(dataStart + start, dataStart + end)).buffer);
    return { name, shape, role: roles.get(name) ?? 'weight', data };
  });
  if (dataStart + expected !== file.byteLength) {
    throw damaged('its length is not what its header says');
  }
  return { tensors, metadata };
}

function readMetadata(
  entries: readonly [string, unknown][],
  damaged: (why: string) => NoisefloorError,
): { metadata: Record<string, string>; roles: ReadonlyMap<string, TensorRole> } {
  const found = entries.find(([name]) => name === metadataKey);
  if (found === undefined) {
    return { metadata: {}, roles: new Map() };
  }
  const parsed = metadataSchema.safeParse(found[1]);
  if (!parsed.success) {
    throw damaged('its metadata are not words');
  }
  const { [rolesKey]: written, ...metadata } = parsed.data;
  if (written === undefined) {
    return { metadata, roles: new Map() };
  }
  try {
    return { metadata, roles: new Map(Object.entries(rolesSchema.parse(JSON.parse(written)))) };
  } catch {
    throw damaged('the roles of its tensors cannot be read');
  }
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
