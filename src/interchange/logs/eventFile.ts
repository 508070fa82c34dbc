import { closeSync, openSync, readSync } from 'node:fs';
import { maskedCrc32c } from '../../formats/crc32c.ts';
import { invalidLog } from './textFile.ts';

/** A number that TensorBoard was told. */
export interface ScalarEvent {
  readonly tag: string;
  readonly step: number;
  readonly value: number;
}

/** Read at once; a file may be larger than the memory. */
const pieceBytes = 4 * 2 ** 20;
/** Length (8 bytes) and its checksum (4) before a record, the checksum of the record (4) behind it. */
const headerBytes = 12;
const footerBytes = 4;
/** No event of scalars is longer; images and graphs may be, and are passed over. */
const longestRecord = 2 ** 28;

/**
 * The scalars of a TensorBoard event file (TFRecord frames of `tensorflow.Event`), in the order in which they were written,
 * each record checked against its checksums. A file that ends inside its last record is still being written, or its program was
 * ended: what is whole is read.
 * @param take called for each.
 * @throws NoisefloorError `log-invalid` with the byte where a record is damaged.
 */
export function readEventFile(file: string, take: (event: ScalarEvent) => void): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    throw invalidLog(
      file,
      null,
      `it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
    );
  }
  try {
    let held: Buffer = Buffer.alloc(0);
    let start = 0;
    for (;;) {
      const piece = Buffer.allocUnsafe(pieceBytes);
      const count = readSync(descriptor, piece, 0, pieceBytes, null);
      if (count === 0) return;
      held = held.length === 0 ? piece.subarray(0, count) : Buffer.concat([held, piece.subarray(0, count)]);
      const used = readRecords(file, held, start, take);
      start += used;
      held = held.subarray(used);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Reads the whole records of some bytes. @returns how many bytes they took. */
function readRecords(file: string, bytes: Buffer, start: number, take: (event: ScalarEvent) => void): number {
  let at = 0;
  while (at + headerBytes <= bytes.length) {
    const length = bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
    const isWhole = bytes.readUInt32LE(at + 8) === maskedCrc32c(bytes.subarray(at, at + 8));
    if (!isWhole || length > longestRecord) throw damaged(file, start + at);
    const end = at + headerBytes + length;
    if (end + footerBytes > bytes.length) break;
    const body = bytes.subarray(at + headerBytes, end);
    if (bytes.readUInt32LE(end) !== maskedCrc32c(body)) throw damaged(file, start + at);
    readEvent(body, take, file, start + at);
    at = end + footerBytes;
  }
  return at;
}

function damaged(file: string, byte: number): Error {
  return invalidLog(
    file,
    null,
    `the record that begins at byte ${byte} is damaged, or it is no event file of TensorBoard.`,
  );
}

/** Reads fields of a protocol buffer, one after the other. */
class Fields {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;
  field = 0;
  wire = 0;

  constructor(bytes: Buffer, from: number, end: number) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** @returns whether there is another field; its value is to be read or skipped then. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.wire = tag % 8;
    return true;
  }

  varint(): number {
    let [value, scale] = [0, 1];
    for (let count = 0; count < 10; count += 1) {
      if (this.at >= this.end) throw new RangeError('cut off');
      const byte = this.bytes[this.at] ?? 0;
      this.at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new RangeError('a number that is too long');
  }

  /** Where a message or text begins and ends; the reader stands behind it. */
  span(): { from: number; end: number } {
    const length = this.varint();
    const from = this.at;
    if (from + length > this.end) throw new RangeError('cut off');
    this.at = from + length;
    return { from, end: this.at };
  }

  skip(): void {
    if (this.wire === 0) this.varint();
    else if (this.wire === 1) this.at += 8;
    else if (this.wire === 2) this.span();
    else if (this.wire === 5) this.at += 4;
    else throw new RangeError('an unknown kind of field');
    if (this.at > this.end) throw new RangeError('cut off');
  }
}

/** Event { int64 step = 2, Summary summary = 5 }, Summary { repeated Value value = 1 }. */
function readEvent(body: Buffer, take: (event: ScalarEvent) => void, file: string, byte: number): void {
  try {
    let step = 0;
    let summary: { from: number; end: number } | null = null;
    const event = new Fields(body, 0, body.length);
    while (event.next()) {
      if (event.field === 2 && event.wire === 0) step = event.varint();
      else if (event.field === 5 && event.wire === 2) summary = event.span();
      else event.skip();
    }
    if (summary === null) return;
    const values = new Fields(body, summary.from, summary.end);
    while (values.next()) {
      if (values.field !== 1 || values.wire !== 2) {
        values.skip();
        continue;
      }
      const { from, end } = values.span();
      const scalar = readValue(new Fields(body, from, end));
      if (scalar !== null) take({ ...scalar, step });
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw damaged(file, byte);
  }
}

/** Value { string tag = 1, float simple_value = 2, TensorProto tensor = 8 }; null for what is no scalar. */
function readValue(fields: Fields): { tag: string; value: number } | null {
  let tag: string | null = null;
  let value: number | null = null;
  while (fields.next()) {
    if (fields.field === 1 && fields.wire === 2) {
      const { from, end } = fields.span();
      tag = fields.bytes.toString('utf8', from, end);
    } else if (fields.field === 2 && fields.wire === 5) {
      value = fields.bytes.readFloatLE(fields.at);
      fields.at += 4;
    } else if (fields.field === 8 && fields.wire === 2) {
      const { from, end } = fields.span();
      value = readTensor(new Fields(fields.bytes, from, end));
    } else fields.skip();
  }
  return tag === null || value === null ? null : { tag, value };
}

/** Of DataType: float32 and float64. */
const [float32, float64] = [1, 2];

/** TensorProto { DataType dtype = 1, tensor_shape = 2, bytes tensor_content = 4, float_val = 5, double_val = 6 } of one number. */
function readTensor(fields: Fields): number | null {
  let type = 0;
  let content: { from: number; end: number } | null = null;
  let plain: number | null = null;
  while (fields.next()) {
    const { field, wire, bytes } = fields;
    if (field === 1 && wire === 0) type = fields.varint();
    else if (field === 4 && wire === 2) content = fields.span();
    else if (field === 5 && (wire === 5 || wire === 2)) {
      const from = wire === 2 ? fields.span().from : fields.at;
      plain = bytes.readFloatLE(from);
      if (wire === 5) fields.at += 4;
    } else if (field === 6 && (wire === 1 || wire === 2)) {
      const from = wire === 2 ? fields.span().from : fields.at;
      plain = bytes.readDoubleLE(from);
      if (wire === 1) fields.at += 8;
    } else fields.skip();
  }
  if (content === null) return plain;
  if (type === float32 && content.end - content.from === 4) return fields.bytes.readFloatLE(content.from);
  return type === float64 && content.end - content.from === 8
    ? fields.bytes.readDoubleLE(content.from)
    : null;
}
