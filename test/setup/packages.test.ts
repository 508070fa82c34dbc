import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStandIn, onLinux, pathWith, removeStandIn, run, type StandIn } from './standIn.ts';

let standIn: StandIn;
beforeEach(() => {
  standIn = makeStandIn();
});
afterEach(() => {
  removeStandIn(standIn);
});

const stamp = (): string => join(standIn.checkout, 'node_modules', '.noisefloor.json');

/** An npm that prints what npm prints in a given trouble, and fails. */
function failingNpm(output: string): NodeJS.ProcessEnv {
  const folder = join(standIn.folder, 'npm');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'npm-cli.js');
  writeFileSync(path, `console.error(${JSON.stringify(output)}); process.exit(1);`);
  return { npm_execpath: path };
}

describe.skipIf(!onLinux)('npm packages', () => {
  it('are installed when there are none, and not again', async () => {
    rmSync(join(standIn.checkout, 'node_modules'), { recursive: true });
    const first = await run(standIn, ['list']);
    expect(first.code).toBe(0);
    expect(first.stderr).toContain('npm packages: done');
    expect((await run(standIn, ['list'])).stderr).toBe('');
  });

  it('are taken as they are when `npm install` brought them to the lock file', async () => {
    expect(existsSync(stamp())).toBe(false);
    expect((await run(standIn, ['list'])).stderr).toBe('');
    expect(existsSync(stamp())).toBe(true);
  });

  it('are installed again when the lock file has changed', async () => {
    await run(standIn, ['list']);
    const before = readFileSync(stamp(), 'utf8');
    mkdirSync(join(standIn.checkout, 'vendor', 'other'));
    writeFileSync(
      join(standIn.checkout, 'vendor', 'other', 'package.json'),
      JSON.stringify({ name: 'other', version: '1.0.0' }),
    );
    execFileSync('npm', ['install', '--package-lock-only', '--offline', './vendor/other'], {
      cwd: standIn.checkout,
      stdio: 'pipe',
    });
    expect((await run(standIn, ['list'])).stderr).toContain('npm packages: done');
    expect(existsSync(join(standIn.checkout, 'node_modules', 'other', 'package.json'))).toBe(true);
    expect(readFileSync(stamp(), 'utf8')).not.toBe(before);
  });

  it.each([
    ['npm error code ECONNREFUSED', 'npm could not reach the package registry', 'connect to the network'],
    ['npm error code ENOSPC', 'the disk is full', 'free some space'],
    ['npm error code EINTEGRITY', 'differs from the one pinned here', 'npm cache clean'],
    ['npm error code EACCES', 'npm may not write', 'writable'],
    ['npm error the sky fell', 'npm could not install the packages', 'see what npm said'],
  ])('say what is wrong when npm fails with "%s", and can be tried again', async (output, what, fix) => {
    rmSync(join(standIn.checkout, 'node_modules'), { recursive: true });
    const outcome = await run(standIn, ['list'], failingNpm(output));
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('set-up stopped: ');
    expect(outcome.stderr).toContain(what);
    expect(outcome.stderr).toContain(fix);
    expect(existsSync(stamp())).toBe(false);
    expect((await run(standIn, ['list'])).code).toBe(0);
  });

  it('need npm', async () => {
    rmSync(join(standIn.checkout, 'node_modules'), { recursive: true });
    const outcome = await run(standIn, ['list'], { PATH: pathWith(standIn, 'empty', {}) });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('npm was not found');
  });
});
