import path from 'node:path';
import { expect, it } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { errorOf, jsonOf, noisefloor } from '../fixtures/cli/noisefloor.ts';
import { scratchFolder } from '../fixtures/training/replicate.ts';

it('overhead times real steps of real processes, and records every trial', async () => {
  const file = path.join(scratchFolder(), 'library.sqlite');
  const small = ['--batch', '2', '--iterations', '2', '--warm-up', '1', '--rounds', '2', '--threads', '1'];
  const given = [
    'overhead',
    'mediumcnn-kernels-mini',
    '--models',
    'mediumcnn 1*1',
    ...small,
    '--library',
    file,
  ];
  const ended = await noisefloor([...given, '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  const { items } = jsonOf(ended) as {
    items: { id: string; models: { model: string; settings: Record<string, unknown>[] }[] }[];
  };
  const [settings] = items.flatMap(({ models }) => models.map((model) => model.settings));
  expect(settings).toMatchObject([
    { setting: 'default', ratio: 1, n: 2 },
    { setting: 'deterministic', n: 2, ratio: expect.any(Number) as number },
  ]);
  const library = Library.open(file);
  const [stored] = library.listOverheads();
  library.close();
  expect(stored).toMatchObject({ id: items[0]!.id, preset: 'mediumcnn-kernels-mini' });
  expect(stored?.trials.map(({ setting }) => setting)).toEqual([
    ...['default', 'deterministic'],
    ...['deterministic', 'default'],
  ]);
  for (const { seconds, peakBytes, machine, setting } of stored?.trials ?? []) {
    expect(seconds).toBeGreaterThan(0);
    expect(peakBytes).toBeGreaterThan(1e8);
    const TF_DETERMINISTIC_OPS = setting === 'default' ? '0' : '1';
    expect(machine).toMatchObject({ environment: { TF_DETERMINISTIC_OPS } });
  }
  const refused = await noisefloor([...given, '--compare', 'default', '--json']);
  expect([refused.code, errorOf(refused).code]).toEqual([2, 'invalid-comparison']);
});
