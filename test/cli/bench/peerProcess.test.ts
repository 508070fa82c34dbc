import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PeerProcess } from '../../../main/cli/bench/peerProcess.ts';

let folder = '';

/** Stands in for Python: anything that answers lines will do. */
const peer = { command: process.execPath, environment: process.env, versions: {} };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'peer-process-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('each question gets its answer', async () => {
  const path = script(
    'double.mjs',
    `import { createInterface } from 'node:readline';
     for await (const line of createInterface({ input: process.stdin })) {
       console.log(JSON.stringify({ twice: 2 * JSON.parse(line).value }));
     }`,
  );
  const process = new PeerProcess(peer, path);
  expect(await process.ask({ value: 4 })).toEqual({ twice: 8 });
  expect(await process.ask({ value: 5 })).toEqual({ twice: 10 });
  process.close();
});

test('a script that ends instead of answering is an error that names it', async () => {
  const process = new PeerProcess(peer, script('ends.mjs', ''));
  await expect(process.ask({ value: 1 })).rejects.toThrow(/ends\.mjs\) ended before it answered/);
});

test('a program that is not there is one too', async () => {
  const missing = new PeerProcess({ ...peer, command: join(folder, 'no-python') }, 'script.py');
  await expect(missing.ask({ value: 1 })).rejects.toThrow(/script\.py\) ended before it answered/);
});
