import { createServer } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  leftovers,
  makeStandIn,
  onLinux,
  removeStandIn,
  repin,
  run,
  writeScript,
  type StandIn,
} from './standIn.ts';

let standIn: StandIn;
beforeEach(() => {
  standIn = makeStandIn();
});
afterEach(() => {
  removeStandIn(standIn);
});

async function expectNextTryWorks(): Promise<void> {
  expect(leftovers(standIn)).toEqual([]);
  expect(await run(standIn, ['run'])).toMatchObject({ code: 0, stdout: 'trained\n' });
}

/** A port of this machine on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe.skipIf(!onLinux)('fetching TensorFlow', () => {
  it('without a network is refused with what to do', { timeout: 120_000 }, async () => {
    const index = `http://127.0.0.1:${(await closedPort()).toString()}/simple`;
    const outcome = await run(standIn, ['run'], {
      PIP_NO_INDEX: '0',
      PIP_FIND_LINKS: '',
      PIP_INDEX_URL: index,
    });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('the package index cannot be reached');
    expect(outcome.stderr).toContain('connect to the network');
    await expectNextTryWorks();
  });

  it('from an index that does not have it is refused', async () => {
    const outcome = await run(standIn, ['run'], { PIP_FIND_LINKS: standIn.checkout });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('does not offer tensorflow_cpu-2.21.0');
    expect(outcome.stderr).toContain('PIP_INDEX_URL');
    await expectNextTryWorks();
  });

  it('of anything but the pinned bytes is refused', async () => {
    const path = join(standIn.checkout, 'main', 'setup', 'artefacts.json');
    const right = /"sha256":"([0-9a-f]{64})"/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
    repin(standIn, { sha256: '0'.repeat(64) });
    const outcome = await run(standIn, ['run']);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('is not the tensorflow_cpu-2.21.0-py3-none-any.whl pinned here');
    repin(standIn, { sha256: right });
    await expectNextTryWorks();
  });

  it('does not trust a pip that says it succeeded but brought half', async () => {
    const python = writeScript(
      join(standIn.folder, 'python-half'),
      `case "$3" in
        download) for last; do :; done
          while [ "$1" != --dest ]; do shift; done; mkdir -p "$2"
          head -c 500 "${join(standIn.folder, 'index')}"/*.whl > "$2/tensorflow_cpu-2.21.0-py3-none-any.whl";;
        *) exec python3 "$@";;
      esac`,
    );
    const outcome = await run(standIn, ['run'], { PYTHON: python });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/expected sha256 [0-9a-f]{64}, found [0-9a-f]{64}/);
    await expectNextTryWorks();
  });

  it('shows what pip said when pip breaks in another way', async () => {
    const python = writeScript(
      join(standIn.folder, 'python-breaks'),
      'case "$3" in download) echo "ERROR: the moon is full" >&2; exit 2;; *) exec python3 "$@";; esac',
    );
    const outcome = await run(standIn, ['run'], { PYTHON: python });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('the moon is full');
    expect(existsSync(join(standIn.cache, 'wheels', 'partial'))).toBe(false);
    await expectNextTryWorks();
  });
});
