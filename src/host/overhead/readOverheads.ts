import { z } from 'zod';
import { compareModels, type ComparedModel } from '../../analysis/overheads.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { StoredOverhead } from '../../library/overheads.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { nearest } from '../../study/nearest.ts';

/** A measurement of overhead, as pages, figures and commands show it. */
export interface MeasuredOverhead {
  readonly id: string;
  /** Its preset, or what its profiles were taken from. */
  readonly name: string;
  /** ISO 8601 time. */
  readonly created: string;
  /** Steps that were timed; null where profiles alone are known. */
  readonly iterations: number | null;
  readonly batchSize: number | null;
  /** Height and width of the images, in pixels. */
  readonly side: number | null;
  /** The first is what the others are compared with. */
  readonly settings: readonly string[];
  readonly models: readonly ComparedModel[];
}

/** What every definition has, of a measurement of ours as of imported profiles. */
const definitionSchema = z.looseObject({
  settings: z.array(z.looseObject({ name: z.string() })).min(1),
  models: z.array(z.looseObject({ name: z.string() })),
  iterations: z.int().nullable().optional(),
  batchSize: z.int().nullable().optional(),
  side: z.int().nullable().optional(),
  failures: z.array(z.object({ model: z.string(), reason: z.string() })).optional(),
});

const sourceSchema = z.looseObject({ referenceTime: z.number().nullable().optional() });

const machineSchema = z.looseObject({
  gpuModel: z.string().nullable().optional(),
  cpuModel: z.string().optional(),
});

/** Every measurement of a library, the newest first. */
export async function readOverheads(library: LibraryClient): Promise<MeasuredOverhead[]> {
  return (await library.listOverheads()).map(describeOverhead);
}

/**
 * One measurement.
 * @param wanted its id or a unique beginning of it, or a name that only one has.
 * @throws NoisefloorError `overhead-unknown`, `overhead-ambiguous`.
 */
export async function readOverhead(library: LibraryClient, wanted: string): Promise<MeasuredOverhead> {
  const all = await library.listOverheads();
  const found =
    all.filter(({ id }) => id === wanted).length > 0
      ? all.filter(({ id }) => id === wanted)
      : all.filter(({ id, preset }) => id.startsWith(wanted) || preset === wanted);
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return describeOverhead(first);
  const known = all.map(({ id }) => id);
  if (first !== undefined) {
    throw new NoisefloorError(
      'overhead-ambiguous',
      `${wanted} means several measurements of overhead: ${found.map(({ id }) => id).join(', ')}. Name one.`,
      { details: { known } },
    );
  }
  throw new NoisefloorError(
    'overhead-unknown',
    `The library holds no measurement of overhead called ${wanted}. ${known.length === 0 ? '"noisefloor overhead" makes one, and "noisefloor import" takes profiles in.' : `It holds: ${known.join(', ')}.`}`,
    { details: { known, nearest: nearest(wanted, known) } },
  );
}

function describeOverhead({
  id,
  preset,
  created,
  definition,
  trials,
  profiles,
}: StoredOverhead): MeasuredOverhead {
  const parsed = definitionSchema.safeParse(definition);
  if (!parsed.success) {
    throw new NoisefloorError('overhead-damaged', `What measurement ${id} timed cannot be read.`);
  }
  const { settings, models, iterations = null, batchSize = null, side = null, failures = [] } = parsed.data;
  const names = settings.map(({ name }) => name);
  return {
    ...{ id, name: preset, created, iterations, batchSize, side, settings: names },
    models: compareModels(
      models.map(({ name }) => name),
      names,
      {
        failures,
        profiles: profiles.map(({ source, ...profile }) => ({
          ...profile,
          referenceTime: sourceSchema.safeParse(source).data?.referenceTime ?? null,
        })),
        trials: trials.map(({ machine, ...trial }) => ({ ...trial, device: deviceOf(machine) })),
      },
    ),
  };
}

function deviceOf(machine: unknown): string {
  const { gpuModel, cpuModel } = machineSchema.safeParse(machine).data ?? {};
  return gpuModel ?? cpuModel ?? 'unknown device';
}
