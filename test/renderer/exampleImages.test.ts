import { createPinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createApp, ref, shallowRef } from 'vue';
import { connectionKey, type HostConnection, type StudioClient } from '../../renderer/host/connection.ts';
import { useExampleImages, type ExampleSet } from '../../renderer/stores/exampleImages.ts';
import { NoisefloorError } from '../../src/study/errors.ts';

type Asked = Parameters<StudioClient['datasets']['examples']>[0];

const tests: ExampleSet = { source: { study: 'one' }, split: 'test' };
const others: ExampleSet = { source: { study: 'two' }, split: 'test' };
let asked: number[][];
/** Thrown instead of an answer to whoever asks for a study's images. */
let failure: { study: string; error: NoisefloorError } | null;
let client: ReturnType<typeof shallowRef<StudioClient | null>>;
let images: ReturnType<typeof useExampleImages>;

/** As much of a host as the images ask. */
function imageHost(): StudioClient {
  const examples = ({ source, examples: indices }: Asked) => {
    asked.push([...indices]);
    if (failure !== null && 'study' in source && source.study === failure.study) {
      return Promise.reject(failure.error);
    }
    return Promise.resolve({ items: [...indices].map((index) => ({ index })) });
  };
  return { datasets: { examples } } as unknown as StudioClient;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  asked = [];
  failure = null;
  client = shallowRef<StudioClient | null>(imageHost());
  const connection = { client, state: ref('open'), library: shallowRef(null) } as unknown as HostConnection;
  const app = createApp({}).use(createPinia()).provide(connectionKey, connection);
  images = app.runWithContext(() => useExampleImages());
});
afterEach(() => {
  vi.useRealTimers();
});

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
/** Long enough for whatever waits to be fetched, batch after batch. */
const settle = () => vi.advanceTimersByTimeAsync(1_000);
const has = (index: number, set = tests): boolean => images.exampleOf(set, index) !== null;

it('asks once for what is wanted in one breath, and not again for what it has', async () => {
  images.want(tests, [3, 4]);
  images.want(tests, [4, 5]);
  expect(asked).toEqual([]);
  await settle();
  expect(asked).toEqual([[3, 4, 5]]);
  expect([3, 4, 5, 6].map((index) => has(index))).toEqual([true, true, true, false]);
  images.want(tests, [5, 6]);
  await settle();
  expect(asked).toEqual([[3, 4, 5], [6]]);
  // An example of another set is another one.
  expect(has(3, others)).toBe(false);
});

it('fetches what is in view now first, and never what scrolled past long ago', async () => {
  images.want(tests, range(0, 1_000));
  await settle();
  expect(asked[0]).toEqual(range(904, 1_000));
  expect(asked.flat().toSorted((one, other) => one - other)).toEqual(range(600, 1_000));
  expect(Math.max(...asked.map((batch) => batch.length))).toBe(96);
});

it('lets go of what was wanted longest ago, and keeps what is wanted again', async () => {
  for (let from = 0; from < 2_000; from += 400) {
    images.want(tests, range(from, from + 400));
    await settle();
  }
  expect([has(0), has(100), has(1_999)]).toEqual([true, true, true]);
  images.want(tests, range(0, 50));
  images.want(tests, range(2_000, 2_100));
  await settle();
  const gone = range(0, 2_100).filter((index) => !has(index));
  expect(gone).toHaveLength(100);
  // What was wanted first, and not again.
  expect(Math.min(...gone)).toBeGreaterThanOrEqual(50);
  expect(Math.max(...gone)).toBeLessThan(400);
});

it('says why the images of a set cannot be had, asks for them no more, and again when told to', async () => {
  failure = { study: 'one', error: new NoisefloorError('dataset-missing', 'The data are gone.') };
  images.want(tests, [1]);
  images.want(others, [1]);
  await settle();
  expect(images.failureOf(tests)?.code).toBe('dataset-missing');
  expect(images.failureOf(others)).toBeNull();
  expect([has(1), has(1, others)]).toEqual([false, true]);
  const before = asked.length;
  images.want(tests, [2]);
  await settle();
  expect(asked).toHaveLength(before);
  failure = null;
  images.retry(tests);
  images.want(tests, [2]);
  await settle();
  expect(images.failureOf(tests)).toBeNull();
  expect(has(2)).toBe(true);
});

it('asks anew after the connection was lost', async () => {
  failure = { study: 'one', error: new NoisefloorError('connection-lost', 'The connection has ended.') };
  images.want(tests, [7]);
  await vi.advanceTimersByTimeAsync(25);
  expect(asked).toEqual([[7]]);
  client.value = null;
  await settle();
  expect(images.failureOf(tests)).toBeNull();
  failure = null;
  client.value = imageHost();
  await settle();
  expect(has(7)).toBe(true);
});
