import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openLibrary } from '../../../main/library/openLibrary.ts';
import { AnalysisPool } from '../../../src/host/analysisPool.ts';
import { measureProcedures } from '../../../src/host/studio/measureProcedures.ts';
import { Library } from '../../../src/library/library.ts';
import type { LibraryClient } from '../../../src/library/client.ts';
import { buildBatch, buildStudy, storeStudy, temporaryFolder } from '../../fixtures/library/library.ts';

const file = path.join(temporaryFolder(), 'library.sqlite');
const epochs = 6;
const pools = { all: new AnalysisPool(1), one: new AnalysisPool(1), ahead: new AnalysisPool(1) };
const asked = vi.spyOn(pools.all, 'disagreements');
const ahead = vi.spyOn(pools.ahead, 'disagreements');
let library: LibraryClient;
let measures: ReturnType<typeof measureProcedures>;
let replicates: string[];

/** The epochs whose matrices a pool was given to compute, in that order: each example is predicted as the epoch. */
const epochsOf = (pool: typeof asked): number[] => pool.mock.calls.map(([{ data }]) => data[0] ?? NaN);

const churn = (epoch: number) =>
  measures.churn({ study: 'ahead-1', epoch }, { signal: new AbortController().signal });

beforeAll(async () => {
  const filled = Library.open(file);
  const orders = storeStudy(filled, 'ahead-1', buildStudy({ replicates: 2, epochs }));
  replicates = orders.map(({ id }) => id);
  for (const id of replicates) {
    filled.ingest(
      id,
      buildBatch(epochs, { epoch: (epoch) => ({ predictions: new Uint8Array(5).fill(epoch) }) }),
    );
  }
  filled.close();
  library = await openLibrary(file);
  measures = measureProcedures(library, pools);
});
afterAll(async () => {
  await Promise.all(Object.values(pools).map((pool) => pool.close()));
  await library.close();
});

describe('the churn of the epochs beside the one that is looked at', () => {
  it('is computed before anybody asks, the nearest first, on a thread that nobody waits for', async () => {
    await churn(2);
    expect(epochsOf(asked)).toEqual([2]);
    await expect.poll(() => epochsOf(ahead), { timeout: 15_000 }).toEqual([1, 3, 0, 4, 5]);
    // Whoever asks finds it there: nothing is computed twice.
    for (let epoch = 0; epoch < epochs; epoch += 1) expect((await churn(epoch)).epoch).toBe(epoch);
    expect(epochsOf(asked)).toEqual([2]);
    expect(epochsOf(ahead)).toEqual([1, 3, 0, 4, 5]);
  });

  it('is computed anew where the study has changed, of the last question’s neighbours only', async () => {
    await library.excludeReplicate(replicates[0] ?? '', 'a loose cable');
    await churn(0);
    const answer = await churn(5);
    expect(answer.replicates).toHaveLength(replicates.length - 1);
    expect(epochsOf(asked)).toEqual([0, 5]);
    await expect.poll(() => epochsOf(ahead), { timeout: 15_000 }).toEqual([4, 3, 2, 1]);
  });
});
