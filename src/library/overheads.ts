import { z } from 'zod';
import { NoisefloorError } from '../study/errors.ts';
import { query, type Connection } from './connection.ts';
import { parseStored } from './storedJson.ts';

/** A measurement of how long networks train under several execution configurations. */
export interface StoredOverhead {
  id: string;
  preset: string;
  /** ISO 8601 time. */
  created: string;
  /** What was timed and how: models, settings, iterations. JSON that the library does not look into. */
  definition: unknown;
  /** In the order in which they were timed. */
  trials: StoredTrial[];
  profiles: StoredProfile[];
}

/** What took time on a device under one setting. */
export interface StoredProfile {
  model: string;
  setting: string;
  profiler: string;
  /** Where it comes from: JSON that the library does not look into. */
  source: unknown;
  activities: { name: string; kind: 'kernel' | 'memory'; calls: number; nanoseconds: number }[];
}

const activitiesSchema = z.array(
  z.object({
    name: z.string(),
    kind: z.enum(['kernel', 'memory']),
    calls: z.int().min(0),
    nanoseconds: z.number().min(0),
  }),
);

/** What one process took. */
export interface StoredTrial {
  model: string;
  setting: string;
  round: number;
  seconds: number;
  peakBytes: number;
  /** What it ran on, as its process described it. */
  machine: unknown;
}

/** @throws NoisefloorError `overhead-exists`. */
export function createOverhead(
  connection: Connection,
  { id, preset, created, definition }: Omit<StoredOverhead, 'trials' | 'profiles'>,
): void {
  connection.write(() => {
    if (keyOf(connection, id) !== null) {
      throw new NoisefloorError('overhead-exists', `The library holds a measurement ${id} already.`);
    }
    connection.run(
      query.insertInto('overheads').values({ id, preset, created, definition: JSON.stringify(definition) }),
    );
  });
}

/**
 * Adds a trial to a measurement.
 * @throws NoisefloorError `overhead-unknown`.
 */
export function addOverheadTrial(connection: Connection, id: string, trial: StoredTrial): void {
  const { model, setting, round, seconds, peakBytes, machine } = trial;
  connection.write(() => {
    const key = keyOf(connection, id);
    if (key === null) {
      throw new NoisefloorError('overhead-unknown', `The library holds no measurement ${id}.`);
    }
    connection.run(
      query.insertInto('overhead_trials').values({
        ...{ overhead_key: key, model, setting, round, seconds },
        ...{ peak_bytes: peakBytes, machine: JSON.stringify(machine) },
      }),
    );
  });
}

/**
 * Says of a network of a measurement why it could not be timed.
 * @throws NoisefloorError `overhead-unknown`.
 */
export function failOverhead(
  connection: Connection,
  id: string,
  failure: { model: string; reason: string },
): void {
  connection.write(() => {
    const row = connection.first(query.selectFrom('overheads').selectAll().where('id', '=', id));
    if (row === undefined) {
      throw new NoisefloorError('overhead-unknown', `The library holds no measurement ${id}.`);
    }
    const known = parseStored(definitionWithFailures, row.definition, `measurement ${id}`);
    const failures = [...(known.failures ?? []), failure];
    const definition = JSON.stringify({ ...known, failures });
    connection.run(query.updateTable('overheads').set({ definition }).where('id', '=', id));
  });
}

const definitionWithFailures = z.looseObject({ failures: z.array(z.json()).optional() });

/**
 * Adds a profile to a measurement, in the place of one of the same setting and profiler.
 * @throws NoisefloorError `overhead-unknown`.
 */
export function addOverheadProfile(connection: Connection, id: string, profile: StoredProfile): void {
  const { model, setting, profiler } = profile;
  connection.write(() => {
    const key = keyOf(connection, id);
    if (key === null) {
      throw new NoisefloorError('overhead-unknown', `The library holds no measurement ${id}.`);
    }
    const values = {
      source: JSON.stringify(profile.source),
      activities: JSON.stringify(profile.activities),
    };
    connection.run(
      query
        .insertInto('overhead_profiles')
        .values({ overhead_key: key, model, setting, profiler, ...values })
        .onConflict((conflict) =>
          conflict.columns(['overhead_key', 'model', 'setting', 'profiler']).doUpdateSet(values),
        ),
    );
  });
}

/** Every measurement with its trials, the newest first. */
export function listOverheads(connection: Connection): StoredOverhead[] {
  return connection.read(() =>
    connection
      .all(query.selectFrom('overheads').selectAll().orderBy('key', 'desc'))
      .map(({ key, id, preset, created, definition }) => ({
        ...{ id, preset, created },
        definition: parseStored(z.json(), definition, `measurement ${id}`),
        trials: connection
          .all(query.selectFrom('overhead_trials').selectAll().where('overhead_key', '=', key).orderBy('key'))
          .map(({ model, setting, round, seconds, peak_bytes, machine }) => ({
            ...{ model, setting, round, seconds, peakBytes: peak_bytes },
            machine: parseStored(z.json(), machine, `a trial of measurement ${id}`),
          })),
        profiles: connection
          .all(
            query.selectFrom('overhead_profiles').selectAll().where('overhead_key', '=', key).orderBy('key'),
          )
          .map(({ model, setting, profiler, source, activities }) => ({
            ...{ model, setting, profiler },
            source: parseStored(z.json(), source, `a profile of measurement ${id}`),
            activities: parseStored(activitiesSchema, activities, `a profile of measurement ${id}`),
          })),
      })),
  );
}

function keyOf(connection: Connection, id: string): number | null {
  return connection.first(query.selectFrom('overheads').select('key').where('id', '=', id))?.key ?? null;
}
