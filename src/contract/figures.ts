import { z } from 'zod';
import { figureEditsSchema } from '../figures/edits.ts';
import { fewestDpi, figureFormats, mostDpi } from '../figures/formats.ts';
import { figureNames } from '../figures/names.ts';
import { call, stream } from './procedure.ts';
import { bytes, done, epochOrLast, list, studyId } from './values.ts';

const figure = z.enum(figureNames);
const format = z.enum(figureFormats);
const dpi = z.int().min(fewestDpi).max(mostDpi);

/** A figure as it is wanted. */
const wanted = z.strictObject({
  study: studyId,
  figure,
  epoch: epochOrLast,
  /** Null for those that are saved with the study. */
  edits: figureEditsSchema.nullable(),
});

const listed = z.object({
  name: figure,
  title: z.string(),
  shows: z.string(),
  span: z.enum(['column', 'page']),
  available: z.boolean(),
  /** Why it cannot be made of what is in the library. */
  reason: z.string().nullable(),
  /** Changes whenever what it is made of does; null where it cannot be made. */
  revision: z.string().nullable(),
  /** What is saved of it; null where it is as it comes. */
  edits: figureEditsSchema.nullable(),
});

/** What a figure was made from, as its file says. */
const source = z.object({
  study: z.string(),
  name: z.string(),
  revision: z.string(),
  epoch: z.int().nullable(),
});

const preview = z.object({
  /** The very bytes that are exported as SVG. */
  svg: z.string(),
  caption: z.string(),
  sources: list(source),
  /** The figure's own texts, which edits may replace. */
  labels: list(z.string()),
  /** What edits may sort and hide, in its own order: variants, or studies where those are compared. */
  series: list(z.string()),
});

const file = z.object({ name: z.string(), bytes });

/** Figures for papers. `study-unknown` is thrown by all; `figure-unavailable` says why a figure cannot be made. */
export const figureProcedures = {
  /** Every figure that there is, and which can be made of this study. */
  list: call(z.strictObject({ study: studyId }), z.object({ items: list(listed) })),
  preview: call(wanted, preview),
  /** Keeps what a person changed with the study, so that the figure is drawn so again when replicates are added. */
  save: call(z.strictObject({ study: studyId, figure, edits: figureEditsSchema }), done),
  /** Forgets what was changed. */
  reset: call(z.strictObject({ study: studyId, figure }), done),
  export: call(
    wanted.extend({ format, dpi: dpi.optional() }),
    z.object({ ...file.shape, caption: z.string(), notes: list(z.string()) }),
  ),
  /** Every figure that can be made, one after the other, with its saved edits. */
  exportAll: stream(
    z.strictObject({
      study: studyId,
      epoch: epochOrLast,
      formats: z.array(format).min(1).max(figureFormats.length),
      dpi: dpi.optional(),
    }),
    z.object({
      figure,
      /** How many of the figures are done with this one, and how many there are. */
      position: z.int(),
      figures: z.int(),
      /** Empty where the figure cannot be made, and then there is a reason. */
      files: list(file),
      /** Null where the figure cannot be made. */
      caption: z.string().nullable(),
      notes: list(z.string()),
      reason: z.string().nullable(),
    }),
  ),
};
