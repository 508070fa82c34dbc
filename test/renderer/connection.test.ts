import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepConnected, type HostConnection, type Opening } from '../../renderer/host/connection.ts';
import { memoryChannels } from '../contract/memoryChannel.ts';
import { stagedStudy } from './stagedData.ts';
import { StagedHost } from './stagedHost.ts';

const host = new StagedHost([stagedStudy({ id: 'one', name: 'One', replicates: 2, epochs: 2 })]);
let attempts = 0;
let isThere = true;
let connection: HostConnection;

function open(): Opening {
  attempts += 1;
  const [near, far] = memoryChannels();
  if (!isThere) return { channel: near, opened: Promise.reject(new Error('There is nobody.')) };
  host.serve(far);
  return { channel: near, opened: Promise.resolve() };
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  attempts = 0;
  isThere = true;
  connection = keepConnected(open);
  await vi.waitFor(() => {
    expect(connection.state.value).toBe('open');
  });
});
afterEach(() => {
  connection.close();
  vi.useRealTimers();
});

it('asks a host, and asks it again with another client after the connection was lost', async () => {
  const first = connection.client.value;
  expect((await first?.studies.list(null))?.items.map(({ id }) => id)).toEqual(['one']);
  host.cut();
  expect(connection.state.value).toBe('waiting');
  expect(connection.client.value).toBeNull();
  await vi.advanceTimersByTimeAsync(500);
  expect(connection.state.value).toBe('open');
  expect(connection.failures.value).toBe(0);
  expect(connection.client.value).not.toBe(first);
  expect((await connection.client.value?.studies.list(null))?.items).toHaveLength(1);
});

it('tries ever more slowly while nobody is there, at once when asked to, and never after it was closed', async () => {
  isThere = false;
  host.cut();
  await vi.advanceTimersByTimeAsync(500);
  expect(attempts).toBe(2);
  await vi.advanceTimersByTimeAsync(999);
  expect(attempts).toBe(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(attempts).toBe(3);
  connection.retry();
  expect(attempts).toBe(4);
  await vi.advanceTimersByTimeAsync(0);
  expect(connection.failures.value).toBe(4);
  connection.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(attempts).toBe(4);
});
