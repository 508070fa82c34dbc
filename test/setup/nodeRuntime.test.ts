import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  makeStandIn,
  onLinux,
  pathWith,
  removeStandIn,
  run,
  signalGroup,
  start,
  writeScript,
  type StandIn,
} from './standIn.ts';

/*
 * The pinned Node is a later one than the one that runs these tests: a package whose binary is this Node,
 * made to give its version as 99.0.0. A registry on this machine hands it out.
 */
const packageName = 'stand-in-node';
let standIn: StandIn;
let server: Server;
let registry: NodeJS.ProcessEnv;
let integrity: string;

beforeEach(async () => {
  standIn = makeStandIn();
  const tarball = packNode();
  integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  server = createServer((request, response) => {
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port.toString() : '';
    if (request.url?.endsWith('.tgz') === true) response.end(tarball);
    else {
      const dist = { tarball: `http://127.0.0.1:${port}/node.tgz`, integrity };
      const version = { name: packageName, version: '99.0.0', dist };
      response.end(JSON.stringify({ name: packageName, versions: { '99.0.0': version } }));
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  registry = { npm_config_registry: `http://127.0.0.1:${address.port.toString()}/` };
  pinNode(integrity);
});
afterEach(async () => {
  await new Promise((done) => server.close(done));
  removeStandIn(standIn);
});

function packNode(): Buffer {
  const folder = join(standIn.folder, 'node-package');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: packageName, version: '99.0.0' }));
  const disguise = join(folder, 'bin', 'disguise.cjs');
  writeFileSync(
    disguise,
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '99.0.0' } });",
  );
  writeScript(
    join(folder, 'bin', 'node'),
    `if [ "$1" = --version ]; then echo v99.0.0; exit; fi
exec "${process.execPath}" --require "\${0%/*}/disguise.cjs" "$@"`,
  );
  execFileSync('npm', ['pack', '--silent'], { cwd: folder });
  return readFileSync(join(folder, `${packageName}-99.0.0.tgz`));
}

function pinNode(pinned: string): void {
  const path = join(standIn.checkout, 'main', 'setup', 'artefacts.json');
  const artefacts = JSON.parse(readFileSync(path, 'utf8')) as { node: unknown };
  const facts = { package: packageName, version: '99.0.0', integrity: pinned };
  artefacts.node = { minimumMajor: 99, packages: { [`${process.platform}-${process.arch}`]: facts } };
  writeFileSync(path, JSON.stringify(artefacts));
}

describe.skipIf(!onLinux)('a Node that is too old', () => {
  it('fetches the pinned one, goes on with it, and passes arguments and exit code', async () => {
    const outcome = await run(standIn, ['list', '5', 'two words'], registry);
    expect(outcome.code).toBe(5);
    expect(JSON.parse(outcome.stdout)).toEqual({ node: '99.0.0', arguments: ['list', '5', 'two words'] });
    const again = await run(standIn, ['list'], {
      PATH: pathWith(standIn, 'only-sh', { sh: 'exec /bin/sh "$@"' }),
    });
    expect(again).toMatchObject({ code: 0, stderr: '' });
  });

  it('says what to do without a network, and can be tried again', { timeout: 120_000 }, async () => {
    const outcome = await run(standIn, ['list'], {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
    });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('npm could not reach the package registry');
    expect((await run(standIn, ['list'], registry)).code).toBe(0);
  });

  it('refuses a package that is not the pinned one', async () => {
    pinNode(`sha512-${createHash('sha512').update('other').digest('base64')}`);
    const outcome = await run(standIn, ['list'], registry);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('differs from the one pinned here');
  });

  it('says what to install where no Node can be fetched for the machine', async () => {
    const path = join(standIn.checkout, 'main', 'setup', 'artefacts.json');
    const artefacts = JSON.parse(readFileSync(path, 'utf8')) as { node: unknown };
    artefacts.node = { minimumMajor: 99, packages: {} };
    writeFileSync(path, JSON.stringify(artefacts));
    const outcome = await run(standIn, ['list'], registry);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('this Node is too old');
    expect(outcome.stderr).toContain('nodejs.org');
  });

  it('passes a signal on once, and ends with the exit code of the command', async () => {
    await run(standIn, ['list'], registry);
    const { child, outcome, said } = start(standIn, ['wait']);
    await said('waiting');
    child.kill('SIGINT');
    await new Promise((done) => setTimeout(done, 300));
    child.kill('SIGTERM');
    expect(await outcome).toMatchObject({ code: 7, stdout: 'SIGINT\nSIGTERM\n' });
  });

  it('ends by the signal that ended the command', async () => {
    await run(standIn, ['list'], registry);
    const { outcome } = start(standIn, ['die']);
    expect(await outcome).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('is fetched again after its folder was damaged', async () => {
    await run(standIn, ['list'], registry);
    rmSync(join(standIn.cache, 'node', `99.0.0-${process.platform}-${process.arch}`, 'installed.json'));
    const outcome = await run(standIn, ['list'], registry);
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toContain('Node 99.0.0: done');
  });

  it('leaves nothing that blocks the next try when it is killed', async () => {
    const { child, outcome, said } = start(standIn, ['list'], registry);
    await said('Node 99.0.0 ...');
    signalGroup(child, 'SIGKILL');
    expect((await outcome).signal).toBe('SIGKILL');
    expect((await run(standIn, ['list'], registry)).code).toBe(0);
  });
});
