import { z } from 'zod';

/** The id of a study, whole: a page never guesses by a name or a beginning. */
export const studyId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'expected the id of a study');
export const replicateId = z.string().min(1).max(200);
/** Counted from 0; null is the last that was recorded. */
export const epochOrLast = z.int().min(0).nullable();

/** Any number, NaN and infinities included: zod's own refuses those. */
export const measured = z.custom<number>((value) => typeof value === 'number', 'expected a number');

export const doubles = z.custom<Float64Array>((value) => value instanceof Float64Array);
export const integers = z.custom<Int32Array>((value) => value instanceof Int32Array);
export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
/** Class indices: bytes up to 256 classes, words above. */
export const classIndices = z.custom<Uint8Array | Uint16Array>(
  (value) => value instanceof Uint8Array || value instanceof Uint16Array,
);

/** A list that the receiver does not change. */
export const list = <Item extends z.ZodType>(item: Item): z.ZodReadonly<z.ZodArray<Item>> =>
  z.array(item).readonly();

/** Nothing to say but that it was done. */
export const done = z.null();

export const replicateStatus = z.enum(['planned', 'running', 'finished', 'diverged', 'failed', 'stopped']);

/** A replicate of a study, as rows and columns name it. */
export const replicateName = z.object({ id: z.string(), variant: z.string(), index: z.int() });
