import { expect, it } from 'vitest';
import { createApp, effectScope, nextTick, ref, shallowRef } from 'vue';
import { connectionKey, keepConnected, type HostConnection } from '../../renderer/host/connection.ts';
import { useQuery } from '../../renderer/host/query.ts';
import { memoryChannels } from '../contract/memoryChannel.ts';
import { StagedHost } from './stagedHost.ts';

/** Two clients, one after the other, as after a connection was lost. */
async function clients(): Promise<HostConnection[]> {
  const connections = [0, 1].map(() => {
    const [near, far] = memoryChannels();
    new StagedHost([]).serve(far);
    return keepConnected(() => ({ channel: near, opened: Promise.resolve() }));
  });
  await settled();
  return connections;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  await nextTick();
}

it('answers to earlier questions are kept, while they hold and the host is the same', async () => {
  const [first, second] = await clients();
  if (first === undefined || second === undefined) throw new Error('There are two.');
  const client = shallowRef(first.client.value);
  expect(client.value).not.toBeNull();
  const app = createApp({});
  app.provide(connectionKey, { ...first, client });
  const scope = effectScope();
  const key = ref('a');
  const holds = ref(1);
  const asked: string[] = [];
  const query = app.runWithContext(() =>
    scope.run(() =>
      useQuery({
        key: () => key.value,
        ask: async (_client, question) => {
          const answer = `${question}${String(asked.push(question))}`;
          await new Promise((resolve) => setTimeout(resolve, 0));
          return answer;
        },
        kept: { most: 2, as: () => holds.value },
      }),
    ),
  );
  const go = async (to: string): Promise<string | null | undefined> => {
    key.value = to;
    await nextTick();
    const atOnce = query?.value.value;
    await settled();
    return atOnce;
  };
  await settled();
  expect(await go('b')).toBeNull();
  expect(query?.value.value).toBe('b2');
  expect(await go('a')).toBe('a1');
  expect(asked).toEqual(['a', 'b']);
  expect(query?.asking.value).toBe(false);
  await query?.reload();
  expect(query?.value.value).toBe('a3');
  await go('c');
  // Two are kept: the last that were asked for.
  expect(await go('a')).toBe('a3');
  expect(await go('b')).toBeNull();
  holds.value = 2;
  expect(await go('a')).toBeNull();
  expect(asked).toEqual(['a', 'b', 'a', 'c', 'b', 'a']);
  client.value = second.client.value;
  await settled();
  expect(await go('b')).toBeNull();
  expect(asked.slice(6)).toEqual(['a', 'b']);
  scope.stop();
  first.close();
  second.close();
});
