import { expect, it } from 'vitest';
import { Feed } from '../../../src/host/studio/feed.ts';

type Change = { type: 'add'; number: number } | { type: 'progress'; of: string; number: number };
type Told = { type: 'state'; state: number[] } | Change;

function feedOfNumbers() {
  let state: number[] = [];
  const feed = new Feed<number[], Change>(() => state, {
    canWait: ({ type }) => type === 'progress',
    replaces: (later, earlier) =>
      later.type === 'progress' && earlier.type === 'progress' && later.of === earlier.of,
  });
  return {
    feed,
    add: (number: number) => {
      state = [...state, number];
      feed.publish({ type: 'add', number });
    },
  };
}

async function take(events: AsyncIterator<Told>, count: number): Promise<Told[]> {
  const taken: Told[] = [];
  while (taken.length < count) {
    const next = await events.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

it('tells each watcher the state as it is when asked, and then each change once', async () => {
  const { feed, add } = feedOfNumbers();
  add(1);
  const early = feed.watch(new AbortController().signal);
  const late = feed.watch(new AbortController().signal);
  expect(await take(early, 1)).toEqual([{ type: 'state', state: [1] }]);
  add(2);
  expect(await take(late, 1)).toEqual([{ type: 'state', state: [1, 2] }]);
  add(3);
  expect(await take(early, 2)).toEqual([
    { type: 'add', number: 2 },
    { type: 'add', number: 3 },
  ]);
  feed.close();
  expect(await take(late, 9)).toEqual([{ type: 'add', number: 3 }]);
  expect(await take(early, 9)).toEqual([]);
});

it('gathers progress, keeps the last of each and the order of the rest', async () => {
  const { feed, add } = feedOfNumbers();
  const events = feed.watch(new AbortController().signal);
  await take(events, 1);
  const next = take(events, 4);
  for (let number = 0; number < 100; number += 1) {
    feed.publish({ type: 'progress', of: 'a', number });
    feed.publish({ type: 'progress', of: 'b', number });
    if (number === 98) add(7);
  }
  feed.close();
  expect(await next).toEqual([
    { type: 'add', number: 7 },
    { type: 'progress', of: 'a', number: 99 },
    { type: 'progress', of: 'b', number: 99 },
  ]);
});

it('gives a watcher that is far behind the whole state instead', async () => {
  const { feed, add } = feedOfNumbers();
  const events = feed.watch(new AbortController().signal);
  await take(events, 1);
  for (let number = 0; number <= 2500; number += 1) add(number);
  feed.close();
  const told = await take(events, 9999);
  expect(told).toHaveLength(1);
  expect(told[0]?.type === 'state' && told[0].state.length).toBe(2501);
});

it('lets a silent watch be left', async () => {
  const { feed } = feedOfNumbers();
  const controller = new AbortController();
  const events = feed.watch(controller.signal);
  await take(events, 1);
  const waiting = events.next();
  controller.abort();
  expect((await waiting).done).toBe(true);
});
