import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { applyRunChange, type RunState } from '../../../src/contract/runState.ts';
import { planReplicates } from '../../../src/study/plan.ts';
import { epochsIn, isAlive, processesOf, resultFolder } from '../../fixtures/cli/studyFile.ts';
import { openTestStudio, standInProcesses } from '../../fixtures/host/studio.ts';
import { buildStudy, temporaryFolder } from '../../fixtures/library/library.ts';

const file = path.join(temporaryFolder(), 'library.sqlite');
const program = fileURLToPath(new URL('../../fixtures/host/killedHost.ts', import.meta.url));
const epochs = 5;
const epochMilliseconds = 800;

it('What a killed host has left running is taken up by the next one, watched and finished, and nothing is trained twice', async () => {
  const study = buildStudy({ replicates: 1, epochs });
  const planning = await openTestStudio(file);
  await planning.library.createStudy(study, planReplicates(study, 'left-1', null), null);
  await planning.close();

  const first = spawn(process.execPath, [program, file, 'left-1', String(epochMilliseconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(first.stdout, 'data');
  first.kill('SIGKILL');
  await once(first, 'exit');
  const variants = study.variants.map(({ name }) => name);
  const folders = variants.map((name) => resultFolder(file, 'left-1', name, 0));
  const [left, notBegun] = [folders.slice(0, 2), folders.slice(2)];
  const orphans = left.flatMap(processesOf);
  expect(orphans.map(isAlive)).toEqual([true, true]);
  // They are held still, so that they cannot have ended before the next host comes.
  for (const pid of orphans) process.kill(pid, 'SIGSTOP');
  expect(notBegun.map(epochsIn)).toEqual([0, 0]);

  const studio = await openTestStudio(file, { processes: standInProcesses(20) });
  const { client } = studio.connect();
  expect(await client.runs.elsewhere({ study: 'left-1' })).toEqual({ alive: 0, left: 2 });
  let state: RunState = await client.runs.start({
    ...{ study: 'left-1', parallel: 2, retryFailed: false, only: null, preparation: null },
  });
  /** What an adopted replicate was seen to do while its process was not this host's. */
  const adopted = new Map<string, Set<number>>();
  for await (const event of client.runs.watch({ study: 'left-1' })) {
    state = event.type === 'state' ? event.state : applyRunChange(state, event);
    for (const { id, adopted: isAdopted, epoch } of state.replicates) {
      if (isAdopted) adopted.set(id, (adopted.get(id) ?? new Set()).add(epoch));
    }
    if (event.type === 'adopted' && adopted.size === 2) {
      for (const pid of orphans) process.kill(pid, 'SIGCONT');
    }
  }
  expect(state.phase).toBe('ended');
  expect(state.replicates.map(({ status, epoch }) => [status, epoch])).toEqual(
    Array(4).fill(['finished', epochs]),
  );
  expect(adopted.size).toBe(2);
  // Their epochs come in although no process here tells of them.
  for (const seen of adopted.values()) expect(seen.size).toBeGreaterThan(1);
  expect(left.flatMap(processesOf)).toEqual(orphans);
  expect(folders.map((folder) => processesOf(folder).length)).toEqual([1, 1, 1, 1]);
  const stored = (await client.replicates.list({ study: 'left-1' })).items;
  expect(stored.map(({ status, epochs: count }) => [status, count])).toEqual(
    Array(4).fill(['finished', epochs]),
  );
  await studio.close();
});
