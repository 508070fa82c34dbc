import { spawn } from 'node:child_process';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { errorOf, jsonOf, noisefloor } from '../fixtures/cli/noisefloor.ts';
import { scratchFolder } from '../fixtures/training/replicate.ts';

const folder = scratchFolder();

it('an empty library lists nothing, and says where it is', async () => {
  const file = path.join(folder, 'new', 'folders', 'library.sqlite');
  expect(jsonOf(await noisefloor(['list', '--json', '--library', file]))).toEqual({ items: [] });
  const text = await noisefloor(['list'], { environment: { NOISEFLOOR_LIBRARY: file } });
  expect(text).toMatchObject({ code: 0, stdout: `${file} holds no studies yet.\n`, stderr: '' });
});

it('a library from the future is refused, and left as it is', async () => {
  const file = path.join(folder, 'future.sqlite');
  await noisefloor(['list', '--library', file]);
  const database = new Database(file);
  database.pragma('user_version = 999');
  database.close();
  const ended = await noisefloor(['list', '--json', '--library', file]);
  expect(ended.code).toBe(1);
  expect(errorOf(ended)).toMatchObject({ code: 'library-from-the-future' });
  const after = new Database(file, { readonly: true });
  expect(after.pragma('user_version', { simple: true })).toBe(999);
  after.close();
});

it('a library that another program keeps locked is waited for, then refused by name', async () => {
  const file = path.join(folder, 'locked.sqlite');
  await noisefloor(['list', '--library', file]);
  // Another process, for locks of SQLite are between processes.
  const script = `const Database = require('better-sqlite3');
    const database = new Database(${JSON.stringify(file)});
    database.pragma('journal_mode = DELETE'); database.exec('BEGIN EXCLUSIVE');
    process.stdout.write('locked'); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    const ended = await noisefloor(['list', '--json', '--library', file]);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ code: 'library-locked' });
    expect(errorOf(ended).message).toContain(file);
  } finally {
    holder.kill('SIGKILL');
  }
  expect((await noisefloor(['list', '--json', '--library', file])).code).toBe(0);
});

it.each(['presets', 'datasets'])('%s are listed as one object', async (command) => {
  // Not what the person who runs the tests has trained.
  const environment = { NOISEFLOOR_LIBRARY: path.join(folder, 'own', 'library.sqlite') };
  const { items } = jsonOf(await noisefloor([command, '--json'], { environment })) as { items: unknown[] };
  expect(items.length).toBeGreaterThanOrEqual(3);
  const text = await noisefloor([command], { environment });
  expect(text).toMatchObject({ code: 0, stderr: '' });
  // No colours where nobody sees them.
  expect(text.stdout).not.toContain('\u001b');
});
