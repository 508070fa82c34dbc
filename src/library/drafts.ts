import { z } from 'zod';
import { NoisefloorError } from '../study/errors.ts';
import { query, type Connection } from './connection.ts';
import { parseStored } from './storedJson.ts';

/** A plan that is still being made, without what it says. */
export interface DraftSummary {
  id: string;
  /** Of the study that it becomes; it may be empty. */
  name: string;
  /** ISO 8601 time of the last change. */
  updated: string;
}

export interface Draft extends DraftSummary {
  /** JSON that the library does not look into. */
  content: unknown;
}

/** More plans than a person has in the making; the oldest makes room. */
const mostDrafts = 200;

/** Every draft, the last changed first. */
export function listDrafts(connection: Connection): DraftSummary[] {
  return connection.all(
    query
      .selectFrom('drafts')
      .select(['id', 'name', 'updated'])
      .orderBy('updated', 'desc')
      .orderBy('id')
      .limit(mostDrafts),
  );
}

/** @throws NoisefloorError `draft-unknown`. */
export function readDraft(connection: Connection, id: string): Draft {
  const row = connection.first(query.selectFrom('drafts').selectAll().where('id', '=', id));
  if (row === undefined) {
    throw new NoisefloorError('draft-unknown', `There is no draft ${id} any more.`, {
      details: { draft: id },
    });
  }
  return { ...row, content: parseStored(z.json(), row.content, `draft ${id}`) };
}

/** Keeps a draft, in place of what it said before. */
export function saveDraft(connection: Connection, draft: Draft): void {
  const { id, name, updated } = draft;
  const values = { name, updated, content: JSON.stringify(draft.content) };
  connection.write(() => {
    connection.run(
      query
        .insertInto('drafts')
        .values({ id, ...values })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values)),
    );
    const kept = listDrafts(connection).map((summary) => summary.id);
    connection.run(query.deleteFrom('drafts').where('id', 'not in', kept));
  });
}

/** Deletes a draft; where there is none, nothing happens. */
export function deleteDraft(connection: Connection, id: string): void {
  connection.run(query.deleteFrom('drafts').where('id', '=', id));
}
