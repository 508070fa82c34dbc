import { z } from 'zod';
import { NoisefloorError } from '../study/errors.ts';
import { bytesOf, ownBytes } from './blobs.ts';
import { query, type Connection } from './connection.ts';
import { parseStored } from './storedJson.ts';

/** What a library keeps of a data set: enough to compare and to score predictions, none of its examples. */
export interface StoredDataset {
  /** Of its shapes, pixels and labels. */
  hash: string;
  /** Name, kind, numbers of examples, shape, classes: JSON. */
  identity: Readonly<Record<string, unknown>>;
  /** Class of every test example. */
  testLabels: Int32Array;
}

/** Keeps a data set, unless one with its hash is there already. */
export function storeDataset(connection: Connection, dataset: StoredDataset): void {
  connection.run(
    query
      .insertInto('datasets')
      .values({
        hash: dataset.hash,
        identity: JSON.stringify(dataset.identity),
        test_labels: bytesOf(dataset.testLabels),
      })
      .onConflict((conflict) => conflict.column('hash').doNothing()),
  );
}

/** @throws NoisefloorError `dataset-unknown`. */
export function readDataset(connection: Connection, hash: string): StoredDataset {
  const row = connection.first(query.selectFrom('datasets').selectAll().where('hash', '=', hash));
  if (row === undefined) {
    throw new NoisefloorError('dataset-unknown', `The library holds no data set with the hash ${hash}.`);
  }
  return {
    hash: row.hash,
    identity: parseStored(z.record(z.string(), z.unknown()), row.identity, `data set ${hash}`),
    testLabels: new Int32Array(ownBytes(row.test_labels).buffer),
  };
}

/** Removes the data sets and tensor lists that nothing refers to any more. */
export function removeUnused(connection: Connection): void {
  connection.run(
    query
      .deleteFrom('datasets')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('studies')
              .select('studies.key')
              .whereRef('studies.dataset_hash', '=', 'datasets.hash'),
          ),
        ),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('replicates')
              .select('replicates.key')
              .whereRef('replicates.dataset_hash', '=', 'datasets.hash'),
          ),
        ),
      ),
  );
  connection.run(
    query
      .deleteFrom('tensor_lists')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('replicates')
              .select('replicates.key')
              .whereRef('replicates.tensor_list_key', '=', 'tensor_lists.key'),
          ),
        ),
      ),
  );
}
