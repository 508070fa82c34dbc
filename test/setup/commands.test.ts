import { describe, expect, it } from 'vitest';
import { needsPages, needsTensorFlow } from '../../main/setup/commands.js';

describe('TensorFlow is set up', () => {
  it.each([
    'quickstart',
    'run smallcnn-fashion --replicates 3',
    '--library a.sqlite run smallcnn',
    'resume s',
    'probe',
    'bench',
    'bench training',
    'doctor --train',
  ])('for `%s`', (line) => {
    expect(needsTensorFlow(line.split(' '))).toBe(true);
  });

  it.each([
    'list',
    'show run',
    'analyze quickstart --json',
    'list --library run',
    'bench analysis',
    'bench studio --json',
    'doctor',
    'run --help',
    '--version',
  ])('but not for `%s`', (line) => {
    expect(needsTensorFlow(line.split(' '))).toBe(false);
  });

  it('but not for the bare command', () => {
    expect(needsTensorFlow([])).toBe(false);
  });
});

describe('The pages of the studio are built', () => {
  it.each(['serve', 'open --port 4800', '--library a.sqlite open', 'quickstart', 'bench studio'])(
    'for `%s`',
    (line) => {
      expect(needsPages(line.split(' '), true)).toBe(true);
    },
  );

  it.each(['list', 'run smallcnn-fashion', 'serve --help', 'quickstart --no-open', 'quickstart --json'])(
    'but not for `%s`',
    (line) => {
      expect(needsPages(line.split(' '), true)).toBe(false);
    },
  );

  it('but not for a quickstart that nobody watches', () => {
    expect(needsPages(['quickstart'], false)).toBe(false);
  });
});
