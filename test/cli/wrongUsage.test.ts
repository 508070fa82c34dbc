import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorOf, noisefloor } from '../fixtures/cli/noisefloor.ts';
import { scratchFolder } from '../fixtures/training/replicate.ts';

const folder = scratchFolder();
const library = path.join(folder, 'library.sqlite');

describe('what a person mistypes is refused with exit code 2', () => {
  it.concurrent.each([
    ['a command', ['rnu'], /unknown command 'rnu'[^]*Did you mean run\?/],
    ['an option', ['run', 'quickstart', '--replicate', '3'], /unknown option '--replicate'[^]*--replicates/],
    ['a missing argument', ['resume'], /missing required argument/],
    ['nothing to run', ['run'], /Name a preset or a study file, or give --program/],
    ['a preset', ['run', 'smallcnn-fasion'], /no preset "smallcnn-fasion".*smallcnn-fashion/i],
    ['a variant', ['run', 'quickstart', '--variants', 'IMPL,CONTRL'], /no variant "CONTRL".*CONTROL/],
    [
      'a key',
      ['run', 'quickstart', '--set', 'recipe.epoch=3'],
      /no (task\.)?recipe\.epoch\. Did you mean task\.recipe\.epochs\?/,
    ],
    ['a value', ['run', 'quickstart', '--set', 'task.recipe.scaling=units'], /task\.recipe\.scaling.*unit/],
    ['a setting without a value', ['run', 'quickstart', '--set', 'epochs'], /key=value/],
    ['a measure', ['analyze', 'x', '--measure', 'chrun'], /Allowed choices are accuracy, churn, l2, classes/],
    ['a device', ['run', 'quickstart', '--device', 'tpu'], /execution\.device.*cpu, gpu or gpu:<number>/],
    ['a number', ['run', 'quickstart', '--epochs', '0'], /task\.recipe\.epochs.*1 to 100,?000/],
    ['a number of processes', ['run', 'quickstart', '--parallel', '0'], /--parallel is "0".*1 to 1024/],
    [
      'images without a folder',
      ['run', 'smallcnn-images'],
      /needs a folder of class folders.*--set task\.dataset\.path=/,
    ],
    [
      'an epoch',
      ['analyze', 'x', '--epoch', '1.5'],
      /--epoch is "1\.5"; epochs are whole numbers counted from 0/,
    ],
    ['both JSON and CSV', ['analyze', 'x', '--csv'], /cannot be used with option '--json'/],
  ])('%s', async (_, args, message) => {
    const ended = await noisefloor([...args, '--json', '--library', library]);
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toMatch(message);
  });

  it.concurrent('a study file with a syntax error, at its line and column', async () => {
    const file = path.join(folder, 'syntax.json');
    writeFileSync(file, '{\n  "noisefloor": 1,\n  "name": oops\n}\n');
    const ended = await noisefloor(['run', file, '--json', '--library', library]);
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toMatch(/syntax\.json.*line 3.*column 11/);
  });

  it.concurrent('a study file with a bad value, at its path', async () => {
    const file = path.join(folder, 'value.json');
    writeFileSync(file, JSON.stringify({ noisefloor: 1, name: 'x', replicates: 2, variants: [], task: {} }));
    const ended = await noisefloor(['run', file, '--json', '--library', library]);
    expect(ended.code).toBe(2);
    expect(errorOf(ended).code).toBe('invalid-study');
    expect(errorOf(ended).message).toMatch(/value\.json/);
    expect(errorOf(ended).message).toMatch(/variants/);
  });
});

describe('what is not there, or cannot be used, fails with exit code 1 or 2 and says why', () => {
  it.concurrent('a study file', async () => {
    const ended = await noisefloor([
      'run',
      path.join(folder, 'nowhere.json'),
      '--json',
      '--library',
      library,
    ]);
    expect(ended.code).toBe(1);
    expect(errorOf(ended).code).toBe('study-file-unreadable');
    expect(errorOf(ended).message).toMatch(/nowhere\.json.*no such file/i);
  });

  it.concurrent.each(['show', 'resume', 'analyze', 'certify', 'delete'])('a study: %s', async (command) => {
    const ended = await noisefloor([
      command,
      'nothing',
      '--json',
      '--library',
      path.join(folder, `${command}.sqlite`),
    ]);
    expect(ended.code).toBe(2);
    expect(errorOf(ended)).toMatchObject({ code: 'study-unknown' });
    expect(ended.stderr).toMatch(/^noisefloor: .*nothing/);
  });

  it.concurrent('a library that is not one', async () => {
    const file = path.join(folder, 'notes.txt');
    writeFileSync(file, 'These are my notes, and not a library.');
    const ended = await noisefloor(['list', '--json', '--library', file]);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ code: 'library-not-a-database' });
  });

  it.concurrent('a library that is a folder, or in a place that cannot be written', async () => {
    const place = path.join(folder, 'a-folder.sqlite');
    mkdirSync(place);
    for (const file of [place, '/proc/nobody/library.sqlite', path.join(folder, 'notes2', 'x')]) {
      if (file.endsWith('x')) writeFileSync(path.join(folder, 'notes2'), 'a file, not a folder');
      const ended = await noisefloor(['list', '--json', '--library', file]);
      expect(ended.code, file).toBe(1);
      expect(errorOf(ended)).toMatchObject({ code: 'library-not-writable' });
    }
  });
});

describe('help', () => {
  it.concurrent('is what the program says of itself without a command', async () => {
    const ended = await noisefloor([]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/Usage: noisefloor[^]*quickstart[^]*Examples:/);
    expect(ended.stdout).toBe('');
  });

  it.concurrent('and version go to standard output', async () => {
    const help = await noisefloor(['run', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/--variants[^]*Examples:\n {2}noisefloor run/);
    expect(await noisefloor(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  });
});
