import { afterEach, expect, test } from 'vitest';
import { partialDisagreements } from '../../src/analysis/disagreement.ts';
import type { Predictions } from '../../src/analysis/predictions.ts';
import { AnalysisPool } from '../../src/host/analysisPool.ts';
import { RandomStream } from '../../src/noise/stream.ts';

let pool = new AnalysisPool(1);

afterEach(async () => {
  await pool.close();
});

function randomPredictions(replicates: number, examples: number, classes: number): Predictions {
  const stream = RandomStream.named(1, `pool/${classes}`);
  const data = new (classes > 256 ? Uint16Array : Uint8Array)(replicates * examples);
  return { replicates, examples, data: data.map(() => stream.nextInteger(classes)) };
}

test.each([1, 2, 3])('%i threads count what one call counts', async (threads) => {
  pool = new AnalysisPool(threads);
  const bytes = randomPredictions(13, 1_001, 10);
  const words = randomPredictions(4, 777, 1_000);
  // Asked for at once: they take turns.
  const both = await Promise.all([pool.disagreements(bytes), pool.disagreements(words)]);
  expect(both).toEqual([partialDisagreements(bytes), partialDisagreements(words)]);
});

test('predictions in shared memory are read where they are', async () => {
  pool = new AnalysisPool(2);
  const { data, ...size } = randomPredictions(5, 600, 10);
  const shared = new Uint8Array(new SharedArrayBuffer(data.length));
  shared.set(data);
  expect(await pool.disagreements({ ...size, data: shared })).toEqual(
    partialDisagreements({ ...size, data }),
  );
});

test('more threads than examples', async () => {
  pool = new AnalysisPool(3);
  const predictions = { replicates: 2, examples: 1, data: Uint8Array.of(1, 2) };
  expect([...(await pool.disagreements(predictions))]).toEqual([1]);
});

test('what a thread refuses is refused here, and the pool goes on', async () => {
  pool = new AnalysisPool(2);
  const tooMany = { replicates: 30_001, examples: 1, data: new Uint8Array(30_001) };
  await expect(pool.disagreements(tooMany)).rejects.toThrow(/at most 30000 replicates/);
  const predictions = randomPredictions(3, 100, 10);
  expect(await pool.disagreements(predictions)).toEqual(partialDisagreements(predictions));
});
