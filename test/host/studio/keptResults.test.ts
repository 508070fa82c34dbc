import { expect, it } from 'vitest';
import { KeptResults } from '../../../src/host/studio/keptResults.ts';

it('computes once what is asked for again, and forgets what was asked for longest ago', async () => {
  const kept = new KeptResults(2);
  const computed: string[] = [];
  const ask = (key: string): Promise<string> =>
    kept.get(key, () => {
      computed.push(key);
      return Promise.resolve(key.toUpperCase());
    });
  expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['A', 'A', 'B']);
  await ask('a');
  await ask('c');
  await ask('a');
  await ask('b');
  expect(computed).toEqual(['a', 'b', 'c', 'b']);
});

it('computes again what failed', async () => {
  const kept = new KeptResults(2);
  await expect(kept.get('a', () => Promise.reject(new Error('busy')))).rejects.toThrow('busy');
  expect(await kept.get('a', () => Promise.resolve(1))).toBe(1);
});
