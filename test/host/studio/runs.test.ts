import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { applyRunChange, type RunState } from '../../../src/contract/runState.ts';
import type { Client } from '../../../src/contract/procedure.ts';
import type { StudioContract } from '../../../src/contract/studio.ts';
import { processIdentity } from '../../../src/results/processIdentity.ts';
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

async function studioWithStudy(
  given: Parameters<typeof openTestStudio>[1] & { replicates?: number } = {},
): Promise<StudioUnderTest> {
  made += 1;
  const studio = await openTestStudio(path.join(folder, `runs-${made}.sqlite`), given);
  open.push(studio);
  const study = buildStudy({ replicates: given.replicates ?? 1, epochs: 3 });
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

describe('one replicate of a run', () => {
  const statusOf = (state: RunState, id: string) =>
    state.replicates.find((replicate) => replicate.id === id)?.status;
  const isRunning = ({ replicates }: RunState): boolean =>
    replicates.filter(({ status, step }) => status === 'running' && step > 0).length === 2;

  it('is cancelled after its step while the others go on, stays so, and is taken up by the next run', async () => {
    const studio = await studioWithStudy({ processes: standInProcesses(300) });
    const { client } = studio.connect();
    await start(client);
    const { state } = await follow(client, isRunning);
    const running = state.replicates.find(({ status }) => status === 'running')!.id;
    const waiting = state.replicates.find(({ status }) => status === 'waiting')!.id;
    await client.runs.cancelReplicate({ study: 'run-1', replicate: running });
    await client.runs.cancelReplicate({ study: 'run-1', replicate: waiting });
    const told = await follow(client, (now) => statusOf(now, running) === 'stopping');
    expect(statusOf(told.state, waiting)).toBe('stopped');
    const { state: end } = await follow(client);
    expect(end.phase).toBe('ended');
    expect(end.replicates.map(({ status }) => status).sort()).toEqual([
      ...['finished', 'finished', 'stopped', 'stopped'],
    ]);
    const rows = (await client.replicates.list({ study: 'run-1' })).items;
    expect(rows.find(({ id }) => id === waiting)).toMatchObject({ status: 'planned', attempts: 0 });
    expect(rows.find(({ id }) => id === running)).toMatchObject({ status: 'stopped', attempts: 1 });
    await start(client);
    await follow(client);
    expect((await client.studies.detail({ study: 'run-1' })).status).toBe('finished');
  });

  it('is taken back before its turn, and after it was stopped', async () => {
    const studio = await studioWithStudy({ processes: standInProcesses(300) });
    const { client } = studio.connect();
    await start(client);
    const { state } = await follow(client, isRunning);
    for (const wanted of ['running', 'waiting']) {
      const replicate = state.replicates.find(({ status }) => status === wanted)!.id;
      await client.runs.cancelReplicate({ study: 'run-1', replicate });
      await client.runs.retryReplicate({ study: 'run-1', replicate });
    }
    const { state: end } = await follow(client);
    expect(end.replicates.map(({ status }) => status)).toEqual(Array(4).fill('finished'));
  });

  it('that failed is retried alone in a run under way, and in a run of its own', async () => {
    // Every CONTROL replicate fails until there is a mark; one of the others is held up, so that the run goes on.
    const failing = path.join(folder, 'failing.ts');
    const [marks, gate] = [path.join(folder, 'marks'), path.join(folder, 'gate')];
    writeFileSync(
      failing,
      `import { existsSync } from 'node:fs';
const folder = process.argv[2] ?? '';
if (folder.includes('CONTROL') && !existsSync(${JSON.stringify(marks)})) process.exit(1);
while (folder.endsWith('ALGO+IMPL-1') && !existsSync(${JSON.stringify(gate)}))
  await new Promise((resolve) => setTimeout(resolve, 20));
await import(${JSON.stringify(new URL('../../fixtures/host/replicate.ts', import.meta.url).href)});
`,
    );
    const studio = await studioWithStudy({
      replicates: 2,
      processes: {
        replicate: { command: process.execPath, args: [failing] },
        environmentFor: () => ({ NOISEFLOOR_TEST_EPOCH: '30' }),
      },
    });
    const { client } = studio.connect();
    await start(client);
    const isControl = ({ variant }: { variant: string }): boolean => variant === 'CONTROL';
    const failedOne = await follow(client, ({ replicates }) =>
      replicates.some(({ status }) => status === 'failed'),
    );
    const first = failedOne.state.replicates.find(({ status }) => status === 'failed')!;
    expect(isControl(first)).toBe(true);
    expect(first.reason).toContain('output.log');
    await expect(client.runs.cancelReplicate({ study: 'run-1', replicate: first.id })).rejects.toMatchObject({
      code: 'replicate-ended',
    });
    await follow(client, ({ replicates }) =>
      replicates.filter(isControl).every(({ status }) => status === 'failed'),
    );
    writeFileSync(marks, '');
    await client.runs.retryReplicate({ study: 'run-1', replicate: first.id });
    writeFileSync(gate, '');
    const { state: end } = await follow(client);
    expect(statusOf(end, first.id)).toBe('finished');
    const other = end.replicates.find(({ status }) => status === 'failed')!.id;
    await expect(client.runs.retryReplicate({ study: 'run-1', replicate: other })).rejects.toMatchObject({
      code: 'run-unready',
    });
    await client.runs.start({
      ...{ study: 'run-1', parallel: 1, retryFailed: true, only: [other], preparation: null },
    });
    expect(statusOf((await follow(client)).state, other)).toBe('finished');
    expect((await client.studies.detail({ study: 'run-1' })).status).toBe('finished');
  });

  it('is not run where it is excluded or unknown, and alone where no other is wanted', async () => {
    const studio = await studioWithStudy({ processes: standInProcesses(100) });
    const { client } = studio.connect();
    const [one, excluded] = (await client.replicates.list({ study: 'run-1' })).items;
    await client.replicates.exclude({ replicate: excluded!.id, reason: 'not wanted' });
    await client.runs.start({
      ...{ study: 'run-1', parallel: 1, retryFailed: false, only: [one!.id], preparation: null },
    });
    await follow(client, ({ phase }) => phase === 'running');
    await expect(
      client.runs.retryReplicate({ study: 'run-1', replicate: excluded!.id }),
    ).rejects.toMatchObject({ code: 'replicate-excluded' });
    await expect(client.runs.cancelReplicate({ study: 'run-1', replicate: 'nobody' })).rejects.toMatchObject({
      code: 'replicate-unknown',
    });
    const { state } = await follow(client);
    expect(state.replicates.map(({ status }) => status).sort()).toEqual([
      ...['finished', 'stopped', 'stopped', 'stopped'],
    ]);
  });
});

it('tells what other hosts have of a study, and which of them are no more', async () => {
  const studio = await studioWithStudy();
  const { client } = studio.connect();
  const gone = { ...processIdentity(), pid: 2 ** 22 + 1 };
  const parent = { ...processIdentity(), pid: process.ppid, processStart: null };
  await studio.library.claimNext('run-1', JSON.stringify(gone));
  await studio.library.claimNext('run-1', JSON.stringify(parent));
  expect(await client.runs.elsewhere({ study: 'run-1' })).toEqual({ alive: 1, left: 1 });
});
