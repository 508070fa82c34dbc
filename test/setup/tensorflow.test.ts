import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  leftovers,
  libraryName,
  makeStandIn,
  onLinux,
  pathWith,
  removeStandIn,
  run,
  type StandIn,
} from './standIn.ts';

let standIn: StandIn;
beforeEach(() => {
  standIn = makeStandIn();
});
afterEach(() => {
  removeStandIn(standIn);
});

describe.skipIf(!onLinux)('TensorFlow from a wheel', () => {
  it('is fetched, unpacked, compiled and linked for a command that trains', async () => {
    const outcome = await run(standIn, ['run', 'smallcnn']);
    expect(outcome).toMatchObject({ code: 0, stdout: 'trained\n' });
    expect(outcome.stderr).toMatch(/fetching.*done/);
    expect(outcome.stderr).toMatch(/unpacking: done/);
    expect(outcome.stderr).toMatch(/compiling.*done/);
    expect(leftovers(standIn)).toEqual([]);
    expect(existsSync(join(standIn.cache, 'tensorflow', libraryName, 'tensorflow', 'python'))).toBe(false);
  });

  it('is left alone by commands that do not train', async () => {
    const outcome = await run(standIn, ['list', '5']);
    expect(outcome.code).toBe(5);
    expect(JSON.parse(outcome.stdout)).toMatchObject({ arguments: ['list', '5'] });
    expect(outcome.stderr).toBe('');
    expect(existsSync(standIn.cache)).toBe(false);
  });

  it('is not touched, and no tool is started, once it is current', async () => {
    await run(standIn, ['run']);
    const outcome = await run(standIn, ['run'], { PATH: pathWith(standIn, 'empty', {}) });
    expect(outcome).toEqual({ code: 0, signal: null, stdout: 'trained\n', stderr: '' });
  });

  it('is installed once by two set-ups at the same time', async () => {
    const outcomes = await Promise.all([run(standIn, ['run']), run(standIn, ['run'])]);
    expect(outcomes.map((outcome) => outcome.stdout)).toEqual(['trained\n', 'trained\n']);
    const said = outcomes.map((outcome) => outcome.stderr).join('');
    expect(said.match(/unpacking: done/g)).toHaveLength(1);
    expect(said.match(/compiling.*done/g)).toHaveLength(1);
    expect(leftovers(standIn)).toEqual([]);
  });

  it('costs only a link after npm has emptied the package folder', async () => {
    await run(standIn, ['run']);
    const lib = join(standIn.checkout, 'vendor', 'tfjs-node-gpu', 'lib');
    rmSync(lib, { recursive: true });
    const outcome = await run(standIn, ['run'], { PATH: pathWith(standIn, 'empty', {}) });
    expect(outcome).toEqual({ code: 0, signal: null, stdout: 'trained\n', stderr: '' });
    expect(readdirSync(lib)).toEqual(['napi-v8']);
  });

  it('refuses a flavour that it does not know', async () => {
    const outcome = await run(standIn, ['run'], { NOISEFLOOR_TENSORFLOW: 'tpu' });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('NOISEFLOOR_TENSORFLOW is "tpu"');
    expect(outcome.stderr).toContain('set it to cpu or gpu');
  });

  it('says so where there is no TensorFlow for the GPU', async () => {
    const outcome = await run(standIn, ['run'], { NOISEFLOOR_TENSORFLOW: 'gpu' });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('there is no TensorFlow 2.21.0 for the GPU');
    expect(leftovers(standIn)).toEqual([]);
  });
});
