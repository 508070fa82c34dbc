import { z } from 'zod';
import { NoisefloorError } from '../../src/study/errors.ts';
import type { StudioClient } from '../host/connection.ts';
import { planSteps } from './selection.ts';

type PrepareEvent =
  ReturnType<StudioClient['planning']['prepare']> extends AsyncIterableIterator<infer Event> ? Event : never;
export type Preparation = Extract<PrepareEvent, { type: 'prepared' }>['preparation'];

/** What a few steps told, and of which task and execution. */
export interface Measured {
  readonly of: string;
  readonly preparation: Preparation;
}

const measuredSchema = z.object({
  of: z.string(),
  preparation: z.custom<Preparation>(
    (value) => typeof value === 'object' && value !== null && 'measured' in value && 'parallel' in value,
  ),
});

const contentSchema = z.object({
  /** The study as it is so far: any value in it may be wrong. */
  study: z.record(z.string(), z.unknown()),
  /** Steps that were left once. */
  visited: z.array(z.enum(planSteps)),
  /** Replicates at once as a person wrote it; empty takes what was measured to be fastest. */
  parallel: z.union([z.number(), z.string()]),
  /** Numbers of the GPUs to spread replicates over, as a person wrote them; empty takes those that the device means. */
  devices: z.string().default(''),
  measured: measuredSchema.nullable(),
});

/** What a draft holds beside its name. */
export type DraftContent = z.output<typeof contentSchema>;

/** @throws NoisefloorError `draft-unreadable` where another version wrote it. */
export function draftContent(value: unknown): DraftContent {
  const parsed = contentSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new NoisefloorError(
    'draft-unreadable',
    'This plan was kept by another version of Noisefloor and cannot be read. Begin a new one.',
  );
}
