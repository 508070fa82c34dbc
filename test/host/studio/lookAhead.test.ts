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
const computedAhead = vi.spyOn(pools.ahead, 'compute');
const computedWhenAsked = vi.spyOn(pools.one, 'compute');
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
  const [running] = storeStudy(filled, 'running-1');
  filled.ingest(running?.id ?? '', buildBatch(2, { ended: false }));
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

describe('what the pages of a study ask for that takes seconds', () => {
  const context = { signal: new AbortController().signal };
  const look = () => measures.metrics({ study: 'ahead-1' }, context);
  /** What a pool was given to compute beside churn, each once. */
  const namesOf = (pool: typeof computedAhead): string[] => [
    ...new Set(pool.mock.calls.map(([name]) => name).filter((name) => name !== 'churn')),
  ];

  const expected = ['classes', 'certificate', 'weights'];

  it('is computed once the study is looked at, and is there when it is asked for', async () => {
    computedAhead.mockClear();
    await look();
    await expect.poll(() => namesOf(computedAhead), { timeout: 15_000 }).toEqual(expected);
    const { certificate } = await measures.certificate({ study: 'ahead-1', epoch: null }, context);
    expect(certificate.epoch).toBe(epochs - 1);
    expect((await measures.classes({ study: 'ahead-1', epoch: null }, context)).epoch).toBe(epochs - 1);
    expect((await measures.weights({ study: 'ahead-1', epoch: null }, context)).epoch).toBe(epochs - 1);
    expect(namesOf(computedWhenAsked)).toEqual([]);
  });

  it('is computed anew of what the study has become', async () => {
    const before = await measures.certificate({ study: 'ahead-1', epoch: null }, context);
    await library.excludeReplicate(replicates[1] ?? '', 'another cable');
    computedAhead.mockClear();
    await look();
    await expect.poll(() => namesOf(computedAhead), { timeout: 15_000 }).toEqual(expected);
    const after = await measures.certificate({ study: 'ahead-1', epoch: null }, context);
    const count = ({ certificate }: typeof after): number =>
      certificate.variants.reduce((sum, variant) => sum + variant.replicates, 0);
    expect(count(after)).toBe(count(before) - 1);
    expect(namesOf(computedWhenAsked)).toEqual([]);
  });

  it('waits until a study has come to rest: as it runs, all of it would be out of date at once', async () => {
    expect((await library.study('running-1')).status).toBe('running');
    computedAhead.mockClear();
    await measures.metrics({ study: 'running-1' }, context);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(namesOf(computedAhead)).toEqual([]);
  });
});
