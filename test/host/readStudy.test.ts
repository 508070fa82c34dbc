import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { analyseStudy } from '../../src/analysis/summary.ts';
import { ingestStudy } from '../../src/host/ingest.ts';
import { readStudyAtEpoch } from '../../src/host/readStudy.ts';
import type { LibraryClient } from '../../src/library/client.ts';
import { ResultWriter } from '../../src/results/writer.ts';
import { planReplicates } from '../../src/study/plan.ts';
import { buildStudy, temporaryFolder } from '../fixtures/library/library.ts';
import { buildEpoch, buildStarted, buildTensors, writeReplicate } from '../fixtures/results/resultFolder.ts';

const folder = temporaryFolder();
let library: LibraryClient;

beforeAll(async () => {
  library = await openLibrary(path.join(folder, 'library.sqlite'));
  const study = buildStudy({ replicates: 3, epochs: 2 });
  await library.createStudy(study, planReplicates(study, 'study-1', null), null);
  for (const { variant, index, folder: results, workOrder } of await library.replicates('study-1')) {
    if (variant !== 'CONTROL') {
      continue;
    }
    if (index < 2) {
      writeReplicate(results, workOrder);
      continue;
    }
    const writer = ResultWriter.create(results, workOrder);
    writer.started(buildStarted());
    writer.saveState(0, buildTensors(0));
    writer.epoch(buildEpoch(0));
    writer.ended({
      status: 'diverged',
      at: '2025-01-02T03:14:05.678Z',
      epoch: 1,
      step: 4,
      reason: 'the loss was NaN at step 4',
    });
    writer.close();
  }
  await ingestStudy(library, 'study-1');
});
afterAll(() => library.close());

it('a replicate that diverged does not count, not even at an epoch it finished, and it is said why', async () => {
  for (const epoch of [0, 1]) {
    const { variants } = analyseStudy(await readStudyAtEpoch(library, 'study-1', epoch));
    expect(variants.find(({ name }) => name === 'CONTROL')).toMatchObject({
      replicates: 2,
      excluded: [{ index: 2, reason: 'diverged: the loss was NaN at step 4' }],
    });
  }
});

it('a replicate that a person left out does not count, for that person’s reason', async () => {
  const [, second] = (await library.replicates('study-1')).filter(({ variant }) => variant === 'CONTROL');
  await library.excludeReplicate(second!.id, 'a cosmic ray');
  const { variants } = analyseStudy(await readStudyAtEpoch(library, 'study-1', null));
  expect(variants.find(({ name }) => name === 'CONTROL')?.excluded).toMatchObject([
    { index: 1, reason: 'a cosmic ray' },
    { index: 2 },
  ]);
  await library.includeReplicate(second!.id);
});

it('variants without any record are there, with nothing in them', async () => {
  const { variants } = await readStudyAtEpoch(library, 'study-1', null);
  expect(variants.map(({ name, replicates }) => [name, replicates.length])).toEqual([
    ['ALGO+IMPL', 0],
    ['ALGO', 0],
    ['IMPL', 0],
    ['CONTROL', 2],
  ]);
});

it('an epoch that nobody recorded is refused with those that were', async () => {
  await expect(readStudyAtEpoch(library, 'study-1', 7)).rejects.toMatchObject({
    code: 'invalid-epoch',
    message: expect.stringContaining('Recorded are: 0, 1.') as string,
  });
});
