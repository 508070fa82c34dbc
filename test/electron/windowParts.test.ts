import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { studioCommands } from '../../main/electron/bridge.ts';
import { menuTemplate } from '../../main/electron/menu.ts';
import { mayNavigate, mayUse } from '../../main/electron/navigation.ts';
import { libraryInArguments, optionInArguments } from '../../main/electron/openedFiles.ts';
import { answerPage } from '../../main/electron/pageAnswer.ts';
import { parseWindowState, restoredState } from '../../main/electron/windowState.ts';
import { listPages } from '../../main/serve/pages.ts';
import { hasDisplay } from '../../main/cli/desktop.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();
const screen = { x: 0, y: 0, width: 1920, height: 1040 };
const beside = { x: 1920, y: 0, width: 1280, height: 1024 };
const at = (x: number, y: number, width = 1200, height = 800) => ({
  bounds: { x, y, width, height },
  isMaximised: false,
});

describe('a window opens', () => {
  it('as it was, on the screen that it was on', () => {
    const saved = { ...at(1950, 20), isMaximised: true };
    expect(restoredState(parseWindowState(JSON.stringify(saved)), [screen, beside])).toEqual(saved);
  });

  it.each([at(1950, 20), at(-1150, 20), at(100, -300), at(100, 1030), at(5000, 5000)])(
    'in the middle of the main screen where nobody could get hold of it: %o',
    (saved) => {
      expect(restoredState(saved, [screen]).bounds).toEqual({ x: 240, y: 70, width: 1440, height: 900 });
    },
  );

  it('no larger than the screen and no smaller than the studio', () => {
    expect(restoredState(at(0, 0, 4000, 3000), [screen]).bounds).toMatchObject({ width: 1920, height: 1040 });
    expect(restoredState(at(0, 0, 300, 200), [screen]).bounds).toMatchObject({ width: 1024, height: 700 });
  });

  it.each(['', '{', '{"bounds": {"x": "0"}}', 'null'])(
    'from the start where the file says nothing: %s',
    (text) => {
      expect(parseWindowState(text)).toBeNull();
    },
  );
});

it.each([
  ['app://studio/', true],
  ['app://studio/index.html#/variance?study=x', true],
  ['app://studio/assets/x.js', false],
  ['app://studio.evil/', false],
  ['app://user@studio/', false],
  ['https://studio/', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['nonsense', false],
])('the window may go to %s: %s', (address, may) => {
  expect(mayNavigate(address)).toBe(may);
});

it('a page of the studio may notify and copy, and nothing else', () => {
  expect(mayUse('notifications', 'app://studio')).toBe(true);
  expect(mayUse('notifications', 'https://elsewhere.org')).toBe(false);
  for (const permission of ['media', 'geolocation', 'openExternal', 'fileSystem', 'clipboard-read']) {
    expect(mayUse(permission, 'app://studio'), permission).toBe(false);
  }
});

describe('the protocol of the pages', () => {
  const built = path.join(folder, 'pages');
  mkdirSync(path.join(built, 'assets'), { recursive: true });
  writeFileSync(path.join(built, 'index.html'), '<p>studio</p>');
  writeFileSync(path.join(built, 'assets', 'a.js'), '1');
  writeFileSync(path.join(folder, 'secret.txt'), 'secret');
  symlinkSync(path.join(folder, 'secret.txt'), path.join(built, 'assets', 'link.js'));
  const pages = listPages(built);
  const ask = (url: string, method = 'GET') => answerPage(pages, { url, method });

  it('serves what was built, under a strict policy', async () => {
    const answer = await ask('app://studio/?x=1');
    expect(await answer.text()).toBe('<p>studio</p>');
    expect(answer.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    const policy = answer.headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:/);
    expect((await ask('app://studio/assets/a.js')).status).toBe(200);
  });

  it.each([
    'app://studio/../secret.txt',
    'app://studio/assets/../../secret.txt',
    'app://studio/%2e%2e/secret.txt',
    'app://studio/assets/link.js',
    'app://studio//etc/passwd',
    'app://other/index.html',
    'file:///etc/passwd',
  ])('knows nothing else: %s', async (url) => {
    expect((await ask(url)).status).toBe(404);
  });

  it('is only read', async () => {
    expect((await ask('app://studio/', 'POST')).status).toBe(405);
  });
});

it('finds the library that a desktop hands over among the arguments of a start', () => {
  const inFolder = (...args: string[]) => libraryInArguments(args, '/home/person');
  expect(inFolder('--flag', 'mine.noisefloor')).toBe('/home/person/mine.noisefloor');
  expect(inFolder('/a/one.sqlite', '/a/two.SQLITE')).toBe('/a/two.SQLITE');
  expect(inFolder('.', '--x=evil.sqlite', 'notes.txt')).toBeNull();
  expect(optionInArguments(['--library', 'a b'], '--library')).toBe('a b');
  expect(optionInArguments(['--library=c'], '--library')).toBe('c');
  expect(optionInArguments([], '--library')).toBeNull();
});

it.each(['linux', 'darwin', 'win32'] as const)(
  'the menu of %s sends every command of the studio once',
  (platform) => {
    const sent: string[] = [];
    const click = (items: ReturnType<typeof menuTemplate>): void => {
      for (const { click: act, submenu } of items) {
        if (act !== undefined) (act as () => void)();
        if (Array.isArray(submenu)) click(submenu);
      }
    };
    click(menuTemplate(platform, (command) => sent.push(command)));
    expect(sent.toSorted()).toEqual([...studioCommands].toSorted());
  },
);

it('there is a display on a desktop, and on Linux where one is named', () => {
  expect(hasDisplay('linux', {})).toBe(false);
  expect(hasDisplay('linux', { DISPLAY: '' })).toBe(false);
  expect(hasDisplay('linux', { DISPLAY: ':0' })).toBe(true);
  expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
  expect(hasDisplay('darwin', {})).toBe(true);
});
