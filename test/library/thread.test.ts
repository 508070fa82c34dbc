import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { libraryMethods } from '../../src/library/client.ts';
import { Library } from '../../src/library/library.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { planReplicates } from '../../src/study/plan.ts';
import { buildBatch, buildStudy, temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();

describe('a library on a thread of its own', () => {
  it('offers every method of a library', () => {
    const methods = Object.getOwnPropertyNames(Library.prototype);
    expect([...libraryMethods, 'close', 'constructor'].sort()).toEqual(methods.sort());
  });

  it('answers as the library does, arrays and errors included', async () => {
    const file = path.join(folder, 'threaded.sqlite');
    const library = await openLibrary(file);
    const study = buildStudy({ replicates: 1 });
    const orders = planReplicates(study, 'study', null);
    await library.createStudy(study, orders, null);
    const [order] = orders;
    await library.ingest(order!.id, buildBatch(2));
    const here = Library.open(file);
    expect(await library.predictionsAt('study', 1)).toEqual(here.predictionsAt('study', 1));
    expect(await library.fingerprints(order!.id)).toEqual(here.fingerprints(order!.id));
    expect(await library.checkpoint(order!.id)).toEqual(here.checkpoint(order!.id));
    expect(await library.metrics('study')).toEqual(here.metrics('study'));
    expect(await library.path()).toBe(file);
    here.close();
    const error = await library.study('studdy').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NoisefloorError);
    expect(error).toMatchObject({ code: 'study-unknown', details: { candidates: ['study'] } });
    await library.close();
    await expect(library.listStudies()).rejects.toMatchObject({ code: 'library-thread-ended' });
    await library.close();
  });

  it('that cannot be opened says why', async () => {
    const file = path.join(folder, 'letter.txt');
    writeFileSync(file, 'Dear friend, how are you?');
    await expect(openLibrary(file)).rejects.toMatchObject({ code: 'library-not-a-database' });
  });

  it('does not keep a program from ending', () => {
    const module = JSON.stringify(path.join(import.meta.dirname, '../../main/library/openLibrary.ts'));
    const file = JSON.stringify(path.join(folder, 'left-open.sqlite'));
    const program = `const { openLibrary } = await import(${module});
      const library = await openLibrary(${file});
      console.log((await library.listStudies()).length);`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 30_000,
    });
    expect({ stdout: stdout.toString(), status }).toEqual({ stdout: '0\n', status: 0 });
  });
});
