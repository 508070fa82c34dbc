import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Part } from '../../main/setup/parts.js';
import { libraryName, makeStandIn, onLinux, pathWith, removeStandIn, run, type StandIn } from './standIn.ts';

let standIn: StandIn;
beforeEach(() => {
  standIn = makeStandIn();
});
afterEach(() => {
  removeStandIn(standIn);
});

function inspect(environment: NodeJS.ProcessEnv = {}): Map<string, Part> {
  const module = pathToFileURL(join(standIn.checkout, 'main', 'setup', 'parts.js')).href;
  const program = `console.log(JSON.stringify(await (await import(${JSON.stringify(module)})).inspectParts()))`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...standIn.environment, ...environment },
  });
  return new Map((JSON.parse(output.toString()) as Part[]).map((part) => [part.name, part]));
}

describe.skipIf(!onLinux)('the parts that doctor shows', () => {
  it('say what is missing and what to do, where nothing is set up and nothing is there', () => {
    const parts = inspect({ PATH: pathWith(standIn, 'empty', {}) });
    expect(parts.get('Node')).toMatchObject({ status: 'ok', version: process.versions.node });
    for (const name of [
      'Python',
      'pip',
      'C++ compiler',
      'TensorFlow',
      'TensorFlow binding',
      'cache folder',
    ]) {
      expect(parts.get(name)).toMatchObject({ status: 'missing' });
      expect(parts.get(name)?.fix).toMatch(/\w{5}/);
    }
    expect(parts.get('GPU')).toMatchObject({ status: 'unneeded', fix: null });
  });

  it('are all well after a set-up, and tools that did their work are no longer needed', async () => {
    await run(standIn, ['run']);
    const parts = inspect({ PATH: pathWith(standIn, 'empty', {}) });
    for (const name of ['Node', 'npm packages', 'TensorFlow', 'TensorFlow binding', 'cache folder']) {
      expect(parts.get(name)).toMatchObject({ status: 'ok', fix: null });
    }
    expect(parts.get('TensorFlow')?.version).toBe('2.21.0 (CPU)');
    for (const name of ['Python', 'pip', 'C++ compiler']) expect(parts.get(name)?.status).toBe('unneeded');
  });

  it('name a damaged library', async () => {
    await run(standIn, ['run']);
    rmSync(join(standIn.cache, 'tensorflow', libraryName, 'tensorflow', 'libtensorflow_framework.so.2'));
    const part = inspect().get('TensorFlow');
    expect(part?.status).toBe('damaged');
    expect(part?.fix).toContain('libtensorflow_framework.so.2 is missing');
  });

  it('show the GPUs that nvidia-smi finds', () => {
    const path = pathWith(standIn, 'gpu', { 'nvidia-smi': 'echo "NVIDIA H200, 570.86"' });
    expect(inspect({ PATH: path }).get('GPU')).toMatchObject({
      status: 'ok',
      version: 'NVIDIA H200, 570.86',
    });
  });
});
