import { z } from 'zod';
import { studySchema } from './study.ts';

export type SchemaNode = z.core.JSONSchema.BaseSchema;

let made: SchemaNode | undefined;

/**
 * The JSON Schema (draft 2020-12) of a study file as a person writes it, defaults not yet filled in. It is published as
 * docs/study.schema.json, and error messages take the allowed values and ranges from it.
 */
export function studyJsonSchema(): SchemaNode {
  made ??= withEditorKey(z.toJSONSchema(studySchema, { io: 'input' }));
  return made;
}

/** Study files may name their schema, as editors want it; the studio ignores that key. */
function withEditorKey(schema: SchemaNode): SchemaNode {
  const { $schema, properties, required = [], ...rest } = schema;
  return {
    ...($schema === undefined ? {} : { $schema }),
    title: 'Noisefloor study',
    description: 'A task, its variants, and how many replicates of each: what `noisefloor run` takes.',
    ...rest,
    // A program of one's own takes the place of the task.
    required: required.filter((key) => key !== 'task'),
    properties: {
      $schema: { type: 'string', description: 'Where this schema is; for editors.' },
      ...properties,
    },
  };
}
