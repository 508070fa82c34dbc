import {
  appendFileSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  mkdirSync,
  readdirSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  leftovers,
  libraryName,
  makeStandIn,
  onLinux,
  removeStandIn,
  run,
  wheelFile,
  type StandIn,
} from './standIn.ts';

let standIn: StandIn;
let library: string;
beforeEach(async () => {
  standIn = makeStandIn();
  library = join(standIn.cache, 'tensorflow', libraryName, 'tensorflow', 'libtensorflow_cc.so.2');
  await run(standIn, ['run']);
});
afterEach(() => {
  removeStandIn(standIn);
});

async function expectRepair(saying: RegExp, fetched: boolean): Promise<void> {
  const outcome = await run(standIn, ['run']);
  expect(outcome).toMatchObject({ code: 0, stdout: 'trained\n' });
  expect(outcome.stderr).toMatch(saying);
  expect(outcome.stderr.includes('unpacking')).toBe(fetched);
  expect(leftovers(standIn)).toEqual([]);
  expect((await run(standIn, ['run'])).stderr).toBe('');
}

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[64] = (bytes[64] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

describe.skipIf(!onLinux)('a damaged cache is noticed and put right', () => {
  it('when the library is missing', async () => {
    rmSync(library);
    await expectRepair(/damaged \(tensorflow\/libtensorflow_cc\.so\.2 is missing\)/, true);
  });

  it('when the library was cut off', async () => {
    truncateSync(library, 100);
    await expectRepair(/libtensorflow_cc\.so\.2 has 100 bytes instead of \d+/, true);
  });

  it('when one bit of the library differs', async () => {
    flipByte(library);
    await expectRepair(/libtensorflow_cc\.so\.2 has other content than the one installed/, true);
  });

  it('but not when the library only carries another date', async () => {
    utimesSync(library, new Date(), new Date());
    await expectRepair(/^$/, false);
  });

  it('when the stamp is not readable', async () => {
    writeFileSync(join(standIn.cache, 'tensorflow', libraryName, 'installed.json'), '{"files":');
    await expectRepair(/damaged \(installed\.json is missing or not readable\)/, true);
  });

  it('when the binding was cut off: it is compiled again, nothing is fetched', async () => {
    const [name = ''] = readdirSync(join(standIn.cache, 'binding'));
    truncateSync(join(standIn.cache, 'binding', name, 'tfjs_binding.node'), 10);
    await expectRepair(/compiling.*done/, false);
  });

  it('when a kept download was altered: it is fetched again', async () => {
    rmSync(join(standIn.cache, 'tensorflow'), { recursive: true });
    mkdirSync(join(standIn.cache, 'wheels'), { recursive: true });
    const kept = join(standIn.cache, 'wheels', wheelFile);
    writeFileSync(kept, 'half a');
    appendFileSync(kept, ' wheel');
    await expectRepair(/\.whl is damaged: fetching it again[^]*fetching.*done/, true);
  });
});
