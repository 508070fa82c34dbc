import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeStudy } from '../../fixtures/cli/studyFile.ts';
import { scratchFolder } from '../../fixtures/training/replicate.ts';
import { writeTinyImages } from '../../fixtures/training/tinyImages.ts';
import { tinyStudy } from '../../fixtures/training/tinyStudy.ts';

const folder = scratchFolder();
const library = path.join(folder, 'library.sqlite');
const fixtures = path.join(import.meta.dirname, '../../fixtures/cli');
const program = path.join(import.meta.dirname, '../../../main/cli/main.ts');
const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;

interface TerminalRun {
  written: string;
  code: number;
}

/** Runs the command line in a terminal of 70 x 20 characters, and types Ctrl-C once `pattern` was written. */
async function inTerminal(pattern: string, environment: Record<string, string>, ...args: string[]) {
  const { stdout } = await promisify(execFile)(
    'python3',
    [
      path.join(fixtures, 'pseudoTerminal.py'),
      '70',
      '20',
      pattern,
      process.execPath,
      program,
      ...args,
      '--library',
      library,
    ],
    {
      env: { ...process.env, CI: '', NO_COLOR: '', TERM: 'xterm-256color', ...environment },
      maxBuffer: 2 ** 26,
    },
  );
  return JSON.parse(stdout) as TerminalRun;
}

const [hideCursor, showCursor] = ['\u001b[?25l', '\u001b[?25h'];
const colour = new RegExp(String.raw`${'\u001b'}\[(3[0-9]|9[0-7])m`);

describe.skipIf(!hasPython)('a run that is watched in a terminal (needs python3 for one)', () => {
  beforeAll(() => {
    writeTinyImages(path.join(folder, 'images'), { train: 1600, test: 40 });
  });

  it('is drawn in place in colours, and Ctrl-C leaves the terminal as it was', async () => {
    const study = tinyStudy(path.join(folder, 'images'), { recipe: { epochs: 200 } });
    const file = writeStudy(path.join(folder, 'study.json'), study);
    const { written, code } = await inTerminal('\\d+\\.\\d %', {}, 'run', file, '--parallel', '2');
    expect(code).toBe(130);
    expect(written).toContain(hideCursor);
    expect(written.lastIndexOf(showCursor)).toBeGreaterThan(written.lastIndexOf(hideCursor));
    expect(written).toMatch(colour);
    const text = stripVTControlCharacters(written);
    expect(text).toMatch(/ALGO\+IMPL {2}◐ ○/);
    expect(text).toMatch(/ALGO\+IMPL 1 +[━─]+ {2}epoch +\d+\/200/);
    expect(text).toMatch(/Stopping after the step at hand/);
    for (const line of text.split(/[\r\n]+/).filter((shown) => /epoch +\d+\/200/.test(shown))) {
      expect(line.length).toBeLessThanOrEqual(70);
    }
  });

  it('has no colours where they are not wanted', async () => {
    const { written, code } = await inTerminal(
      'ALGO',
      { NO_COLOR: '1' },
      'resume',
      'tiny',
      '--parallel',
      '1',
    );
    expect(code).toBe(130);
    expect(written).toContain('ALGO+IMPL');
    expect(written).not.toMatch(colour);
  });
});
