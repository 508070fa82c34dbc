import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { studyJsonSchema } from '../../src/study/jsonSchema.ts';
import { parseStudyText } from '../../src/study/parse.ts';

const docs = new URL('../../docs/', import.meta.url);
const published = JSON.parse(
  readFileSync(new URL('study.schema.json', docs), 'utf8'),
) as z.core.JSONSchema.BaseSchema;
const examples = readdirSync(new URL('examples/', docs)).filter((name) => name.endsWith('.json'));

describe('docs/study.schema.json', () => {
  it('is current; run node test/fixtures/study/writeStudySchema.ts after changing the schema', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(studyJsonSchema())));
  });

  it.each(examples)('accepts docs/examples/%s, as the studio does, and refuses it spoilt', (name) => {
    const text = readFileSync(new URL(`examples/${name}`, docs), 'utf8');
    expect(parseStudyText(text, name).variants.length).toBeGreaterThan(0);
    const validator = z.fromJSONSchema(published);
    const example = JSON.parse(text) as Record<string, unknown>;
    expect(validator.safeParse(example).error).toBeUndefined();
    expect(validator.safeParse({ ...example, replicates: 0 }).success).toBe(false);
    expect(validator.safeParse({ ...example, unknown: 1 }).success).toBe(false);
    expect(validator.safeParse({ ...example, task: {} }).success).toBe(false);
  });
});
