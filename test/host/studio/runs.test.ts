import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { applyRunChange, type RunState } from '../../../src/contract/runState.ts';
import type { Client } from '../../../src/contract/procedure.ts';
import type { StudioContract } from '../../../src/contract/studio.ts';
import { planReplicates } from '../../../src/study/plan.ts';
import {
  openTestStudio,
  standInProcesses,
  standInTrial,
  type StudioUnderTest,
} from '../../fixtures/host/studio.ts';
import { buildStudy, temporaryFolder } from '../../fixtures/library/library.ts';

const folder = temporaryFolder();
let made = 0;
let open: StudioUnderTest[] = [];

afterEach(async () => {
  for (const studio of open) await studio.close();
  open = [];
});

async function studioWithStudy(given: Parameters<typeof openTestStudio>[1] = {}): Promise<StudioUnderTest> {
  made += 1;
  const studio = await openTestStudio(path.join(folder, `runs-${made}.sqlite`), given);
  open.push(studio);
  const study = buildStudy({ replicates: 1, epochs: 3 });
  await studio.library.createStudy(study, planReplicates(study, 'run-1', null), null);
  return studio;
}

const start = (client: Client<StudioContract>): Promise<RunState> =>
  client.runs.start({ study: 'run-1', parallel: 2, retryFailed: false, preparation: null });

/** Follows a run as a window does, until it is over or `until` says so. */
async function follow(
  client: Client<StudioContract>,
  until: (state: RunState) => boolean = () => false,
): Promise<{ states: number; state: RunState }> {
  let state: RunState | null = null;
  let states = 0;
  for await (const event of client.runs.watch({ study: 'run-1' })) {
    if (event.type === 'state') {
      states += 1;
      state = event.state;
    } else if (state !== null) {
      state = applyRunChange(state, event);
    }
    if (state !== null && until(state)) break;
  }
  if (state === null) throw new Error('A watch begins with the state.');
  return { states, state };
}

describe('a run', () => {
  it('goes on when its window goes away, and another window joins it', async () => {
    const studio = await studioWithStudy();
    const first = studio.connect();
    expect(await start(first.client)).toMatchObject({ study: { id: 'run-1' }, phase: 'preparing' });
    await follow(first.client, ({ replicates }) => replicates.some(({ status }) => status === 'running'));
    first.close();
    const second = studio.connect().client;
    const third = studio.connect().client;
    const [seen, also] = await Promise.all([follow(second), follow(third)]);
    expect(seen.states).toBe(1);
    expect(seen.state).toEqual(also.state);
    expect(seen.state).toMatchObject({ phase: 'ended', epochs: 3, parallel: 2, error: null });
    expect(
      seen.state.replicates.map(({ status, epoch, testAccuracy }) => [status, epoch, testAccuracy]),
    ).toEqual(Array(4).fill(['finished', 3, 0.27]));
    // Whoever comes when it is over gets its last state.
    expect((await follow(second)).state).toEqual(seen.state);
    expect((await second.runs.list(null)).items).toMatchObject([{ study: { id: 'run-1' }, phase: 'ended' }]);
    expect((await second.studies.detail({ study: 'run-1' })).status).toBe('finished');
    const [replicate] = (await second.replicates.list({ study: 'run-1' })).items;
    expect((await second.replicates.log({ replicate: replicate!.id, from: 0 })).text).toContain('größer');
  });

  it('is stopped in good order, and goes on from there', async () => {
    const studio = await studioWithStudy({ processes: standInProcesses(600) });
    const { client } = studio.connect();
    await start(client);
    await expect(start(client)).rejects.toMatchObject({ code: 'study-running' });
    await expect(client.studies.discard({ study: 'run-1' })).rejects.toMatchObject({ code: 'study-running' });
    await follow(client, ({ replicates }) => replicates.some(({ epoch }) => epoch >= 1));
    await client.runs.stop({ study: 'run-1' });
    const { state } = await follow(client);
    expect(state.phase).toBe('ended');
    expect(state.replicates.filter(({ status }) => status === 'stopped')).toHaveLength(2);
    expect((await client.studies.detail({ study: 'run-1' })).status).toBe('incomplete');
    await start(client);
    await follow(client, ({ replicates }) => replicates.some(({ status }) => status === 'running'));
    await client.runs.kill({ study: 'run-1' });
    expect((await follow(client)).state.phase).toBe('ended');
  });

  it('that is being prepared is given up at once', async () => {
    const studio = await studioWithStudy({
      runTrial: (request, signal) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener('abort', () => void standInTrial(request, signal).then(resolve, reject));
        }),
    });
    const { client } = studio.connect();
    await start(client);
    await client.runs.stop({ study: 'run-1' });
    expect((await follow(client)).state).toMatchObject({ phase: 'ended', replicates: [], error: null });
  });

  it('that cannot begin says why', async () => {
    const studio = await studioWithStudy({
      runTrial: () => Promise.reject(new Error('the disk is on fire')),
    });
    const { client } = studio.connect();
    await start(client);
    expect((await follow(client)).state).toMatchObject({
      phase: 'failed',
      error: { code: 'unexpected', message: expect.stringContaining('the disk is on fire') as string },
    });
    await expect(client.runs.stop({ study: 'nobody' })).rejects.toMatchObject({ code: 'run-unknown' });
    const unknown = client.runs.watch({ study: 'nobody' });
    await expect(unknown.next()).rejects.toMatchObject({ code: 'run-unknown' });
  });
});
