import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultLibraryPath, replicateFolder, studyResultsFolder } from '../../src/library/location.ts';
import { newStudyId } from '../../src/library/studyId.ts';

describe('the default place of the library', () => {
  it.each([
    [{}, 'linux', '/home/a/.local/share/noisefloor/library.sqlite'],
    [{ XDG_DATA_HOME: '/data' }, 'linux', '/data/noisefloor/library.sqlite'],
    [{ XDG_DATA_HOME: 'relative' }, 'linux', '/home/a/.local/share/noisefloor/library.sqlite'],
    [{}, 'darwin', '/home/a/Library/Application Support/Noisefloor/library.sqlite'],
    [{ APPDATA: '/roaming' }, 'win32', '/roaming/Noisefloor/library.sqlite'],
    [{ NOISEFLOOR_LIBRARY: '/chosen.sqlite', XDG_DATA_HOME: '/data' }, 'linux', '/chosen.sqlite'],
  ] as const)('%j on %s', (environment, platform, expected) => {
    expect(defaultLibraryPath(environment, platform, '/home/a')).toBe(path.normalize(expected));
  });
});

describe('result folders', () => {
  const folderOf = (name: string, position = 2): string =>
    path.relative('/l.sqlite.results', replicateFolder('/l.sqlite', 'a-study', { name, position }, 7));

  it('lie beside the library, by study, variant and index', () => {
    expect(folderOf('ALGO+IMPL')).toBe(path.join('a-study', 'ALGO+IMPL-7'));
  });

  it('of variants whose names no file may have stay apart, and in their place', () => {
    expect(folderOf('init only')).toBe(path.join('a-study', 'init_only~2-7'));
    expect(folderOf('init/only', 3)).toBe(path.join('a-study', 'init_only~3-7'));
    expect(folderOf('../../etc')).toBe(path.join('a-study', '______etc~2-7'));
  });

  it.each(['..', '../a', 'a/b', '', '-a', 'A', 'a\0', 'a'.repeat(81)])('of no study with the id %j', (id) => {
    expect(() => studyResultsFolder('/l.sqlite', id)).toThrow(/is not the id of a study/);
  });
});

describe('a new study id', () => {
  it.each([
    ['SmallCNN on Fashion-MNIST', /^smallcnn-on-fashion-mnist-[0-9a-z]{5}$/],
    ['  Étude №1: ünïcode  ', /^etude-no1-unicode-[0-9a-z]{5}$/],
    ['研究', /^study-[0-9a-z]{5}$/],
    ['x'.repeat(200), /^x{40}-[0-9a-z]{5}$/],
  ])('of %j fits a file name', (name, expected) => {
    const id = newStudyId(name);
    expect(id).toMatch(expected);
    expect(() => studyResultsFolder('/l.sqlite', id)).not.toThrow();
    expect(newStudyId(name)).not.toBe(id);
  });
});
