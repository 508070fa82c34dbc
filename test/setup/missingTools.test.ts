import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStandIn, onLinux, pathWith, removeStandIn, run, type Outcome, type StandIn } from './standIn.ts';

let standIn: StandIn;
beforeEach(() => {
  standIn = makeStandIn();
});
afterEach(() => {
  removeStandIn(standIn);
});

const forward = (program: string): string =>
  `exec ${execFileSync('sh', ['-c', `command -v ${program}`])
    .toString()
    .trim()} "$@"`;

/** One message, in its three parts, exit code 1, nothing on stdout, and the next try succeeds. */
async function expectRefusal(outcome: Outcome, ...parts: string[]): Promise<void> {
  expect(outcome.code).toBe(1);
  expect(outcome.stdout).toBe('');
  expect(outcome.stderr.match(/set-up stopped:/g)).toHaveLength(1);
  expect(outcome.stderr).toMatch(/where: +\S/);
  expect(outcome.stderr).toMatch(/what to do: +\S/);
  for (const part of parts) expect(outcome.stderr).toContain(part);
  expect(await run(standIn, ['run'])).toMatchObject({ code: 0, stdout: 'trained\n' });
}

describe.skipIf(!onLinux)('a machine that lacks', () => {
  it('Python', async () => {
    const path = pathWith(standIn, 'bin', { 'g++': forward('g++') });
    await expectRefusal(await run(standIn, ['run'], { PATH: path }), 'Python 3 was not found', 'python3-pip');
  });

  it('the Python that PYTHON names', async () => {
    const outcome = await run(standIn, ['run'], { PYTHON: '/nowhere/python3' });
    await expectRefusal(outcome, 'Python 3 was not found', '/nowhere/python3');
  });

  it('pip', async () => {
    const python =
      'if [ "$1" = --version ]; then echo "Python 3.12.1"; else echo "No module named pip" >&2; exit 1; fi';
    const path = pathWith(standIn, 'bin', { 'g++': forward('g++'), python3: python });
    const outcome = await run(standIn, ['run'], { PATH: path });
    await expectRefusal(outcome, 'its pip is not', 'No module named pip', 'ensurepip');
  });

  it('a compiler, before anything large is fetched', async () => {
    const path = pathWith(standIn, 'bin', { python3: forward('python3') });
    const outcome = await run(standIn, ['run'], { PATH: path });
    expect(outcome.stderr).not.toContain('fetching');
    expect(existsSync(join(standIn.cache, 'wheels'))).toBe(false);
    await expectRefusal(outcome, 'no C++ compiler was found', 'sudo apt install g++');
  });

  it('the compiler that CXX names', async () => {
    const outcome = await run(standIn, ['run'], { CXX: '/nowhere/g++' });
    await expectRefusal(outcome, 'no C++ compiler was found', 'CXX=/nowhere/g++');
  });

  it('a compiler that can compile', async () => {
    const text =
      'if [ "$1" = --version ]; then echo "old 4.8"; else echo "x.cc:1: error: no C++17" >&2; exit 1; fi';
    const path = pathWith(standIn, 'bin', { oldcxx: text });
    const outcome = await run(standIn, ['run'], { CXX: join(path, 'oldcxx') });
    await expectRefusal(outcome, 'could not be compiled', 'error: no C++17', 'old 4.8');
  });

  it('a place to write the cache', async () => {
    const outcome = await run(standIn, ['run'], { NOISEFLOOR_CACHE: '/dev/null/cache' });
    await expectRefusal(outcome, 'the cache folder cannot be written', '/dev/null/cache', 'NOISEFLOOR_CACHE');
  });
});
