import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  appears,
  leftovers,
  makeStandIn,
  onLinux,
  removeStandIn,
  run,
  signalGroup,
  start,
  wheelFile,
  writeScript,
  type StandIn,
} from './standIn.ts';

// Each of these unpacks 400 MB, which takes a busy disk a while.
vi.setConfig({ testTimeout: 240_000 });

let standIn: StandIn;
beforeEach(() => {
  standIn = makeStandIn({ padding: 400_000_000 });
});
afterEach(() => {
  removeStandIn(standIn);
});

/** A Python whose pip writes half a download where pip keeps its temporary files, and then hangs. */
function hangingPip(): string {
  const text = `case "$3" in
    download) head -c 1000 /dev/zero > "$TMPDIR/half.whl"; echo hanging > "${join(standIn.folder, 'hangs')}"; sleep 30;;
    *) exec python3 "$@";;
  esac`;
  return writeScript(join(standIn.folder, 'python-hangs'), text);
}

const hangingCompiler = (): string =>
  writeScript(
    join(standIn.folder, 'g++-hangs'),
    `if [ "$1" = --version ]; then echo slow; else echo half > "$TMPDIR/half.node"; sleep 30; fi`,
  );

async function expectRecovery(): Promise<void> {
  const again = await run(standIn, ['run']);
  expect(again).toMatchObject({ code: 0, stdout: 'trained\n' });
  expect(leftovers(standIn)).toEqual([]);
}

describe.skipIf(!onLinux).each(['SIGKILL', 'SIGINT'] as const)(
  'after %s, the same command succeeds',
  (signal) => {
    const ending = signal === 'SIGKILL' ? { code: null, signal } : { code: 130, signal: null };

    it('while pip fetches', async () => {
      const { child, outcome, said } = start(standIn, ['run'], { PYTHON: hangingPip() });
      await said('fetching');
      await appears(join(standIn.folder, 'hangs'));
      signalGroup(child, signal);
      expect(await outcome).toMatchObject(ending);
      await expectRecovery();
    });

    it('while the wheel is unpacked, without fetching it again', async () => {
      const { child, outcome, said } = start(standIn, ['run']);
      await said('unpacking: 4');
      signalGroup(child, signal);
      expect(await outcome).toMatchObject(ending);
      expect(readdirSync(join(standIn.cache, 'wheels'))).toContain(wheelFile);
      const again = await run(standIn, ['run'], { PIP_NO_INDEX: '1', PIP_FIND_LINKS: standIn.cache });
      expect(again).toMatchObject({ code: 0, stdout: 'trained\n' });
      expect(again.stderr).toContain('fetched earlier');
      expect(leftovers(standIn)).toEqual([]);
    });

    it('while the binding is compiled, without unpacking again', async () => {
      const { child, outcome, said } = start(standIn, ['run'], { CXX: hangingCompiler() });
      await said('compiling');
      signalGroup(child, signal);
      expect(await outcome).toMatchObject(ending);
      const again = await run(standIn, ['run']);
      expect(again).toMatchObject({ code: 0, stdout: 'trained\n' });
      expect(again.stderr).not.toContain('unpacking');
      expect(leftovers(standIn)).toEqual([]);
    });

    it('while npm installs the packages', async () => {
      const npm = join(standIn.folder, 'npm');
      mkdirSync(npm);
      copyFileSync(
        join(import.meta.dirname, '..', 'fixtures', 'setup', 'hangingNpm.txt'),
        join(npm, 'npm-cli.js'),
      );
      rmSync(join(standIn.checkout, 'node_modules'), { recursive: true });
      const { child, outcome, said } = start(standIn, ['list'], { npm_execpath: join(npm, 'npm-cli.js') });
      await said('npm packages');
      await appears(join(standIn.checkout, 'node_modules', 'half'));
      signalGroup(child, signal);
      expect(await outcome).toMatchObject(ending);
      await expectRecovery();
      expect(existsSync(join(standIn.checkout, 'node_modules', 'half'))).toBe(false);
    });
  },
);

describe.skipIf(!onLinux)('Ctrl-C', () => {
  it('says that what is finished is kept, and takes the lock away', async () => {
    const { child, outcome, said } = start(standIn, ['run'], { CXX: hangingCompiler() });
    await said('compiling');
    signalGroup(child, 'SIGINT');
    expect((await outcome).stderr).toContain('what is finished is kept; run the same command again');
    expect(leftovers(standIn).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });
});
