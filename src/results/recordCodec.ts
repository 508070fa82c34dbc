import { z } from 'zod';
import { NoisefloorError } from '../study/errors.ts';
import type { ResultRecord } from './record.ts';
import { payloadSchema, type RecordHeader, type sectionTypes } from './recordSchema.ts';

type Section = Uint8Array | Uint16Array | Uint32Array | Int32Array;
type SectionType = (typeof sectionTypes)[number];
interface DescribedSection {
  name: string;
  type: SectionType;
  length: number;
}

const sectionConstructors = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  int32: Int32Array,
} as const;

/** The binary sections of each record: which types each may have, and whether it must be there. */
const sectionRules: Record<
  ResultRecord['type'],
  Record<string, { types: readonly SectionType[]; required: boolean }>
> = {
  started: { testLabels: { types: ['int32'], required: true } },
  epoch: {
    predictions: { types: ['uint8', 'uint16'], required: false },
    logits: { types: ['uint16'], required: false },
    fingerprints: { types: ['uint32'], required: true },
    batchHashes: { types: ['uint32'], required: true },
  },
  ended: {},
};

/**
 * A record's payload: the length of its JSON (uint32), the JSON, then its sections one after the other.
 * @returns the payload in parts.
 * @throws NoisefloorError `invalid-record` where the record is not what its type says.
 */
export function encodeRecord(record: ResultRecord): Uint8Array[] {
  const rules = sectionRules[record.type];
  const header: Record<string, unknown> = {};
  const sections: DescribedSection[] = [];
  const parts: Uint8Array[] = [];
  for (const [name, value] of Object.entries(record)) {
    if (!Object.hasOwn(rules, name)) {
      header[name] = value;
    } else if (value !== undefined) {
      const section = value as Section;
      const type = typeOf(section);
      if (type === null) {
        throw invalidRecord(record.type, `${name} is not a typed array of a kind that is recorded`);
      }
      sections.push({ name, type, length: section.length });
      parts.push(new Uint8Array(section.buffer, section.byteOffset, section.byteLength));
    }
  }
  const encoded = z.safeEncode(payloadSchema, { record: header as RecordHeader, sections });
  if (!encoded.success) {
    throw invalidRecord(record.type, z.prettifyError(encoded.error));
  }
  const wrong = sectionFault(encoded.data.record.type, sections, header);
  if (wrong !== null) {
    throw invalidRecord(record.type, wrong);
  }
  const json = Buffer.from(JSON.stringify(encoded.data));
  const jsonLength = Buffer.alloc(4);
  jsonLength.writeUInt32LE(json.length);
  return [jsonLength, json, ...parts];
}

/** @returns the record, or in words why the payload is none. */
export function decodeRecord(payload: Buffer): { record: ResultRecord } | { why: string } {
  if (payload.length < 4) {
    return { why: 'the record is too short' };
  }
  const bodyStart = 4 + payload.readUInt32LE(0);
  if (bodyStart > payload.length) {
    return { why: 'the record is shorter than it says' };
  }
  let json: unknown;
  try {
    json = JSON.parse(payload.toString('utf8', 4, bodyStart));
  } catch {
    return { why: 'the record does not hold JSON' };
  }
  const parsed = payloadSchema.safeParse(json);
  if (!parsed.success) {
    return { why: `the record is not valid: ${z.prettifyError(parsed.error)}` };
  }
  const { record, sections } = parsed.data;
  const wrong = sectionFault(record.type, sections, record);
  if (wrong !== null) {
    return { why: wrong };
  }
  const values: Record<string, Section> = {};
  let at = bodyStart;
  for (const { name, type, length } of sections) {
    const constructor = sectionConstructors[type];
    const end = at + length * constructor.BYTES_PER_ELEMENT;
    if (end > payload.length) {
      return { why: `the record ends inside its ${name}` };
    }
    values[name] = new constructor(Uint8Array.from(payload.subarray(at, end)).buffer);
    at = end;
  }
  if (at !== payload.length) {
    return { why: 'the record is longer than it says' };
  }
  return { record: { ...record, ...values } as ResultRecord };
}

function typeOf(section: Section): SectionType | null {
  for (const [type, constructor] of Object.entries(sectionConstructors)) {
    if (section instanceof constructor) {
      return type as SectionType;
    }
  }
  return null;
}

/** Checks the sections against the rules of their record, and their lengths against its numbers. */
function sectionFault(
  type: ResultRecord['type'],
  sections: readonly DescribedSection[],
  record: object,
): string | null {
  const rules = sectionRules[type];
  const present = new Map(sections.map((section) => [section.name, section]));
  if (present.size !== sections.length) {
    return 'the record has a section twice';
  }
  for (const { name, type: sectionType } of sections) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule?.types.includes(sectionType)) {
      return `a record of type ${type} has no section ${name} of type ${sectionType}`;
    }
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (rule.required && !present.has(name)) {
      return `the record lacks its ${name}`;
    }
  }
  if (type === 'epoch' && 'steps' in record && typeof record.steps === 'number') {
    const fingerprints = present.get('fingerprints')?.length ?? 0;
    if (record.steps === 0 ? fingerprints !== 0 : fingerprints % record.steps !== 0) {
      return `${fingerprints} fingerprints are not whole rows for ${record.steps} steps`;
    }
    if (present.get('batchHashes')?.length !== record.steps) {
      return `the record does not have one batch hash for each of its ${record.steps} steps`;
    }
  }
  return null;
}

function invalidRecord(type: string, why: string): NoisefloorError {
  return new NoisefloorError('invalid-record', `A record of type ${type} cannot be written: ${why}`, {
    details: { type },
  });
}
