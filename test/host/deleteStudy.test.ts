import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { deleteStudy } from '../../src/host/deleteStudy.ts';
import type { LibraryClient } from '../../src/library/client.ts';
import { processIdentity } from '../../src/results/processIdentity.ts';
import { planReplicates } from '../../src/study/plan.ts';
import { errorOf, jsonOf, noisefloor } from '../fixtures/cli/noisefloor.ts';
import { buildStudy, temporaryFolder } from '../fixtures/library/library.ts';
import { writeReplicate } from '../fixtures/results/resultFolder.ts';

const file = path.join(temporaryFolder(), 'library.sqlite');
let library: LibraryClient;
let made = 0;
let id: string;
let results: string;

beforeAll(async () => {
  library = await openLibrary(file);
});
afterAll(() => library.close());
beforeEach(async () => {
  made += 1;
  id = `study-${made}`;
  const study = buildStudy({ replicates: 1 });
  await library.createStudy(study, planReplicates(study, id, null), null);
  const [first] = await library.replicates(id);
  writeReplicate(first!.folder, first!.workOrder);
  results = first!.folder;
});

const identityOf = (pid: number) => ({ pid, host: hostname(), processStart: null, boot: null });

describe('deleting a study', () => {
  it('asks, and without anybody to answer refuses; --yes deletes it and its result folders', async () => {
    const refused = await noisefloor(['delete', id, '--json', '--library', file]);
    expect(refused.code).toBe(1);
    expect(errorOf(refused)).toMatchObject({ code: 'not-confirmed' });
    expect(errorOf(refused).message).toMatch(/Small study \(study-\d+\) with 4 replicates.*say --yes/);
    expect(existsSync(results)).toBe(true);
    const deleted = await noisefloor(['delete', id, '--yes', '--json', '--library', file]);
    expect(deleted.code).toBe(0);
    expect(jsonOf(deleted)).toEqual({ study: { id, name: 'Small study' }, deleted: true });
    expect(existsSync(path.dirname(results))).toBe(false);
    await expect(library.study(id)).rejects.toMatchObject({ code: 'study-unknown' });
  });

  it('is refused while a living host runs it', async () => {
    await library.claimNext(id, JSON.stringify(processIdentity()));
    await expect(deleteStudy(library, id)).rejects.toMatchObject({
      code: 'study-running',
      message: expect.stringContaining(`is being run by process ${process.pid} on ${hostname()}`) as string,
    });
    expect(existsSync(results)).toBe(true);
    expect((await library.study(id)).id).toBe(id);
  });

  it('is not held up by a host that died', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await library.claimNext(id, JSON.stringify(identityOf(pid)));
    expect(await deleteStudy(library, id)).toEqual({ id, name: 'Small study' });
    expect(existsSync(results)).toBe(false);
  });

  it('is refused while a process that a dead host left behind still trains', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      mkdirSync(results, { recursive: true });
      writeFileSync(path.join(results, 'lock'), JSON.stringify(identityOf(child.pid!)));
      await expect(deleteStudy(library, id)).rejects.toMatchObject({
        code: 'study-running',
        message: expect.stringContaining(`trained by process ${child.pid}`) as string,
      });
    } finally {
      child.kill('SIGKILL');
    }
    expect(existsSync(results)).toBe(true);
  });
});
