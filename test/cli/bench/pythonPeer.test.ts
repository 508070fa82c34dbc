import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { preparePythonPeer } from '../../../main/cli/bench/pythonPeer.ts';

let folder = '';
let notes: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'python-peer-'));
  notes = [];
  vi.stubEnv('NOISEFLOOR_PEER_PYTHON', '');
  vi.stubEnv('NOISEFLOOR_CACHE', join(folder, 'cache'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A stand-in that speaks as much Python as is asked of it: `pip install` ends with that code and is counted. */
function fakePython(installCode: number): string {
  const path = join(folder, 'python');
  writeFileSync(
    path,
    `#!/bin/sh
case "$*" in
  --version) echo 'Python 3.12.1' ;;
  '-m pip --version') echo 'pip 24.0 from somewhere' ;;
  *'pip install'*)
    echo "$*" >> '${folder}/installs'
    while [ "$1" != --target ]; do shift; done
    echo partial > "$2/package"
    exit ${installCode} ;;
  -c*) [ -e "$PYTHONPATH/package" ] && echo '{"python": "3.12.1", "scipy": "1.2.3"}' ;;
esac
`,
  );
  chmodSync(path, 0o755);
  vi.stubEnv('PYTHON', path);
  return path;
}

const options = { onProgress: (line: string): void => void notes.push(line) };

test.skipIf(process.platform === 'win32')('packages are installed once, into the cache', async () => {
  const command = fakePython(0);
  const peer = await preparePythonPeer(['scipy'], options);
  expect(peer).toMatchObject({ command, versions: { python: '3.12.1', scipy: '1.2.3' } });
  expect(notes).toEqual([expect.stringMatching(/^Installing scipy for the comparison/)]);
  await preparePythonPeer(['scipy'], options);
  expect(readFileSync(join(folder, 'installs'), 'utf8').trim().split('\n')).toHaveLength(1);
  expect(peer.environment['PYTHONPATH']).toContain(join(folder, 'cache', 'peers', 'python3.12-'));
});

test.skipIf(process.platform === 'win32')('other packages get a folder of their own', async () => {
  fakePython(0);
  await preparePythonPeer(['scipy'], options);
  await preparePythonPeer(['scipy', 'numpy'], options);
  expect(readdirSync(join(folder, 'cache', 'peers'))).toHaveLength(2);
});

test.skipIf(process.platform === 'win32')('a failed installation leaves nothing behind', async () => {
  fakePython(1);
  await expect(preparePythonPeer(['scipy'], options)).rejects.toMatchObject({
    code: 'peer-missing',
    message: expect.stringMatching(/pip could not install scipy/) as string,
  });
  expect(readdirSync(join(folder, 'cache', 'peers'))).toEqual([]);
  fakePython(0);
  await expect(preparePythonPeer(['scipy'], options)).resolves.toMatchObject({
    versions: { scipy: '1.2.3' },
  });
});

test('a Python named by a person must have the packages, and nothing is installed for it', async () => {
  // Node stands in for a Python without them: `-c` makes it fail.
  vi.stubEnv('NOISEFLOOR_PEER_PYTHON', process.execPath);
  await expect(preparePythonPeer(['scipy==1.0'], options)).rejects.toThrow(/does not have scipy:/);
  vi.stubEnv('NOISEFLOOR_PEER_PYTHON', '');
  const named = preparePythonPeer(['scipy==1.0'], { ...options, python: process.execPath });
  await expect(named).rejects.toThrow(/does not have scipy:/);
  expect(existsSync(join(folder, 'cache'))).toBe(false);
});
