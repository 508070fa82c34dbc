import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDisplay } from '../../main/cli/desktop.ts';
import { Library } from '../../src/library/library.ts';
import { buildStudy, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';
import { buildDesktop, buildPages } from './builtPages.ts';

const root = join(import.meta.dirname, '..', '..');
const packageFolder = join(root, 'node_modules', 'electron');

/** Electron's program where its package has fetched it, or null. */
function findElectron(): string | null {
  const pathFile = join(packageFolder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const program = join(packageFolder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(program) ? program : null;
}

const program = findElectron();
const skipped =
  program === null
    ? 'skipped: Electron is not on this machine; npx install-electron fetches it'
    : hasDisplay(process.platform, process.env)
      ? null
      : 'skipped: there is no display';

describe.skipIf(skipped !== null)(`the desktop window ${skipped ?? ''}`, () => {
  const folder = temporaryFolder();
  const file = join(folder, 'mine.noisefloor');
  let electron: ElectronApplication;

  beforeAll(async () => {
    await Promise.all([buildPages(), buildDesktop()]);
    const library = Library.open(file);
    storeStudy(library, 'stored-1', buildStudy({ name: 'A stored study' }));
    library.close();
    electron = await _electron.launch({
      executablePath: program ?? '',
      args: [root, `--user-data-dir=${join(folder, 'profile')}`, '--library', file],
      env: { ...process.env, NOISEFLOOR_NODE: process.execPath, XDG_DATA_HOME: join(folder, 'data') },
    });
  });
  afterAll(() => electron.close());

  it('shows a stored study from a host in another process, and can reach nothing of Node', async () => {
    const page = await electron.firstWindow();
    await page.getByRole('button', { name: 'A stored study', exact: true }).waitFor({ timeout: 30_000 });
    expect(page.url()).toMatch(/^app:\/\/studio\//);
    expect(await page.evaluate(() => ['require', 'process'].filter((name) => name in window))).toEqual([]);
    await page.evaluate(() => {
      window.location.href = 'https://example.org/';
    });
    expect(page.url()).toMatch(/^app:\/\/studio\//);
    expect(await page.evaluate(() => window.open('https://example.org/'))).toBeNull();
  });

  it('obeys its menu', async () => {
    const page = await electron.firstWindow();
    await electron.evaluate(({ Menu }) => {
      const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? [];
      items.find(({ label }) => label === 'Shortcuts')?.click();
    });
    await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
  });
});
