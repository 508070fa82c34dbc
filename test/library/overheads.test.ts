import path from 'node:path';
import { expect, it } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { errorOf, temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();
const trial = {
  model: 'VGG16',
  setting: 'default',
  round: 0,
  seconds: 1.25,
  peakBytes: 5e8,
  machine: { cpuModel: 'a' },
};

it('keeps measurements of overhead with every trial, the newest first', () => {
  const file = path.join(folder, 'overheads.sqlite');
  const library = Library.open(file, { now: () => Date.UTC(2026, 0, 2) });
  const definition = { iterations: 100, settings: [{ name: 'default' }] };
  library.createOverhead({ id: 'zoo-1', preset: 'overhead-zoo', definition });
  library.createOverhead({ id: 'zoo-2', preset: 'overhead-zoo', definition: {} });
  library.addOverheadTrial('zoo-1', trial);
  library.addOverheadTrial('zoo-1', { ...trial, setting: 'deterministic', seconds: 2.5 });
  library.close();

  const again = Library.open(file);
  const created = '2026-01-02T00:00:00.000Z';
  expect(again.listOverheads()).toEqual([
    { id: 'zoo-2', preset: 'overhead-zoo', created, definition: {}, trials: [], profiles: [] },
    {
      ...{ id: 'zoo-1', preset: 'overhead-zoo', created, definition },
      trials: [trial, { ...trial, setting: 'deterministic', seconds: 2.5 }],
      profiles: [],
    },
  ]);
  expect(errorOf(() => again.addOverheadTrial('zoo-3', trial)).code).toBe('overhead-unknown');
  expect(errorOf(() => again.createOverhead({ id: 'zoo-1', preset: 'x', definition: {} })).code).toBe(
    'overhead-exists',
  );
  // A trial is there once.
  expect(() => again.addOverheadTrial('zoo-1', trial)).toThrow();
  again.close();
});
