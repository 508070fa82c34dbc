import { query, type Connection } from './connection.ts';
import { unknownReplicate } from './unknownReplicate.ts';

/** Which tags a replicate has from now on. */
export interface TagsOfReplicate {
  id: string;
  tags: readonly string[];
}

/**
 * Gives replicates their tags and takes away all others: for all of them, or where one is unknown for none. Of two tags
 * that differ by case alone the first is kept.
 * @throws NoisefloorError `replicate-unknown`.
 */
export function setReplicateTags(connection: Connection, changes: readonly TagsOfReplicate[]): void {
  connection.write(() => {
    for (const { id, tags } of changes) {
      const row = connection.first(query.selectFrom('replicates').select('key').where('id', '=', id));
      if (row === undefined) {
        throw unknownReplicate(id);
      }
      connection.run(query.deleteFrom('replicate_tags').where('replicate_key', '=', row.key));
      addTags(connection, row.key, tags);
    }
  });
}

/** Adds tags to those that a replicate has. */
export function addTags(connection: Connection, replicateKey: number, tags: readonly string[]): void {
  for (const tag of tags) {
    connection.run(
      query
        .insertInto('replicate_tags')
        .values({ replicate_key: replicateKey, tag })
        .onConflict((conflict) => conflict.doNothing()),
    );
  }
}

/** A replicate's tags, in the order of the alphabet. */
export function tagsOf(connection: Connection, replicateKey: number): string[] {
  return connection
    .all(
      query
        .selectFrom('replicate_tags')
        .select('tag')
        .where('replicate_key', '=', replicateKey)
        .orderBy('tag'),
    )
    .map(({ tag }) => tag);
}

/** The tags of every replicate of a study that has any, by the replicate's key. */
export function tagsOfStudy(connection: Connection, studyKey: number): Map<number, string[]> {
  const rows = connection.all(
    query
      .selectFrom('variants')
      .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
      .innerJoin('replicate_tags', 'replicate_tags.replicate_key', 'replicates.key')
      .select(['replicate_tags.replicate_key', 'replicate_tags.tag'])
      .where('variants.study_key', '=', studyKey)
      .orderBy('replicate_tags.replicate_key')
      .orderBy('replicate_tags.tag'),
  );
  const tags = new Map<number, string[]>();
  for (const { replicate_key: key, tag } of rows) {
    tags.set(key, [...(tags.get(key) ?? []), tag]);
  }
  return tags;
}
