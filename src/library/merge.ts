import { copyFileSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { NoisefloorError } from '../study/errors.ts';
import { studySchema } from '../study/study.ts';
import { variantSchema } from '../study/variant.ts';
import { query, type Connection } from './connection.ts';
import { mergeReplicates } from './mergeReplicates.ts';
import { openConnection } from './open.ts';
import type { Row } from './schema.ts';
import { libraryError } from './sqliteError.ts';
import { studyResultsFolder } from './location.ts';
import { parseStored } from './storedJson.ts';
import { addVariants, readStudy, sameExperiment } from './studies.ts';

/** What a merge added. */
export interface Merged {
  /** Ids of studies that were not there before. */
  studies: string[];
  /** Replicates that were not there before, those of new studies included. */
  replicates: number;
  /** Replicates that were there, and of which the other library knew more epochs. */
  continued: number;
}

/**
 * Adds to a library whatever another one knows that it does not: studies, replicates, epochs. Nothing that is there is
 * changed or removed. The other file is taken for hostile and is not written to. All of it is added, or nothing.
 * @throws NoisefloorError `library-missing`, `library-conflict` where a study of both is not the same experiment, and what
 *   opening a library throws.
 */
export async function mergeLibrary(connection: Connection, otherFile: string): Promise<Merged> {
  const other = path.resolve(otherFile);
  if (!existsSync(other) || other === connection.path) {
    throw new NoisefloorError('library-missing', `There is no other library at ${other}.`, {
      details: { path: other },
    });
  }
  const copy = `${connection.path}.merging-${randomUUID()}`;
  try {
    await copyLibrary(other, copy);
    const source = openCopy(copy, other);
    try {
      return connection.write(() => mergeStudies(connection, source));
    } finally {
      source.close();
    }
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) {
      rmSync(`${copy}${suffix}`, { force: true });
    }
  }
}

/** Copies page by page, so that it does not matter if someone is writing to the other library. */
async function copyLibrary(other: string, copy: string): Promise<void> {
  try {
    const database = new Database(other, { readonly: true, fileMustExist: true });
    try {
      await database.backup(copy);
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof Database.SqliteError && /^SQLITE_(CANTOPEN|READONLY)/.test(error.code)) {
      // SQLite wants to write beside a library even to read it; where it may not, nobody else is writing either.
      copyFileSync(other, copy);
      return;
    }
    throw libraryError(error, other);
  }
}

function openCopy(copy: string, other: string): Connection {
  try {
    return openConnection(copy, { distrust: true });
  } catch (error) {
    if (error instanceof NoisefloorError) {
      const message = error.message.replaceAll(copy, other);
      throw new NoisefloorError(error.code, message, {
        details: { ...error.details, path: other },
        cause: error,
      });
    }
    throw error;
  }
}

function mergeStudies(target: Connection, source: Connection): Merged {
  const merged: Merged = { studies: [], replicates: 0, continued: 0 };
  for (const dataset of source.all(query.selectFrom('datasets').selectAll())) {
    target.run(
      query
        .insertInto('datasets')
        .values(dataset)
        .onConflict((conflict) => conflict.doNothing()),
    );
  }
  for (const list of source.all(query.selectFrom('tensor_lists').select(['sha256', 'tensors']))) {
    target.run(
      query
        .insertInto('tensor_lists')
        .values(list)
        .onConflict((conflict) => conflict.doNothing()),
    );
  }
  for (const row of source.all(
    query.selectFrom('studies').selectAll().where('discarded', 'is', null).orderBy('key'),
  )) {
    const known = target.first(query.selectFrom('studies').select('key').where('id', '=', row.id));
    const targetKey = known?.key ?? addStudy(target, row);
    if (known === undefined) {
      merged.studies.push(row.id);
    } else {
      refuseConflict(target, known.key, row);
      // Whoever takes a study in wants to see it, even if it was thrown away here.
      target.run(query.updateTable('studies').set({ discarded: null }).where('key', '=', known.key));
    }
    const definitions = source.all(
      query.selectFrom('variants').select('definition').where('study_key', '=', row.key).orderBy('position'),
    );
    const variants = definitions.map(({ definition }) =>
      parseStored(variantSchema, definition, `variant of study ${row.id}`),
    );
    addVariants(target, targetKey, variants);
    mergeSavedFigures(target, source, { targetKey, sourceKey: row.key });
    const { added, continued } = mergeReplicates(target, source, {
      id: row.id,
      targetKey,
      sourceKey: row.key,
    });
    merged.replicates += added;
    merged.continued += continued;
  }
  return merged;
}

/** What was changed of a figure here stays. */
function mergeSavedFigures(
  target: Connection,
  source: Connection,
  { targetKey, sourceKey }: { targetKey: number; sourceKey: number },
): void {
  const saved = source.all(
    query
      .selectFrom('saved_figures')
      .select(['figure', 'edits', 'updated'])
      .where('study_key', '=', sourceKey),
  );
  for (const figure of saved) {
    target.run(
      query
        .insertInto('saved_figures')
        .values({ study_key: targetKey, ...figure })
        .onConflict((conflict) => conflict.doNothing()),
    );
  }
}

function addStudy(target: Connection, { key: _key, ...row }: Row<'studies'>): number {
  studyResultsFolder(target.path, row.id);
  parseStored(studySchema, row.study, `study ${row.id}`);
  return target.run(query.insertInto('studies').values(row)).key;
}

function refuseConflict(target: Connection, targetKey: number, row: Row<'studies'>): void {
  const theirs = parseStored(studySchema, row.study, `study ${row.id}`);
  if (!sameExperiment(readStudy(target, targetKey).study, theirs)) {
    throw new NoisefloorError(
      'library-conflict',
      `Both libraries have a study ${row.id}, but with another task, seed, execution or variant. Nothing was merged.`,
      { details: { id: row.id } },
    );
  }
}
