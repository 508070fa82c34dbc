import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type StudioServer } from '../../main/serve/server.ts';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { KnownDatasets } from '../../src/host/datasets/knownDatasets.ts';
import { StudioHost } from '../../src/host/studio/studioHost.ts';
import { serveWindow } from '../../src/host/studio/studioWindow.ts';
import { Library } from '../../src/library/library.ts';
import { standInProcesses, standInTrial } from '../fixtures/host/studio.ts';
import { buildBatch, buildStudy, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';
import { violations } from './accessibility.ts';
import { pagesFolder } from './builtPages.ts';
import { launchChromium, skippedBecause } from './chromium.ts';

const folder = temporaryFolder();

function makeLibrary(name: string, study: string): string {
  const file = join(folder, name);
  const library = Library.open(file);
  for (const { id } of storeStudy(library, study, buildStudy({ name: `Study ${study}`, epochs: 2 }))) {
    library.ingest(id, buildBatch(2));
  }
  library.close();
  return file;
}

describe.skipIf(skippedBecause !== null)(`several libraries in one studio ${skippedBecause ?? ''}`, () => {
  let browser: Browser;
  let server: StudioServer;
  let host: StudioHost;
  let page: Page;

  beforeAll(async () => {
    const shipped = makeLibrary('shipped.sqlite', 'shown-1');
    makeLibrary('colleague.noisefloor', 'theirs-1');
    writeFileSync(join(folder, 'text.sqlite'), 'not a library');
    host = new StudioHost({
      openLibrary,
      processes: standInProcesses(60),
      runTrial: standInTrial,
      inspectParts: () => Promise.resolve([]),
      prepareEngine: () => Promise.resolve(),
      dataFolders: [],
      knownDatasets: new KnownDatasets(join(folder, 'person')),
      own: join(folder, 'own.sqlite'),
      ownIsNamed: false,
      sample: { shipped, folder: join(folder, 'copies') },
      recent: join(folder, 'recent.json'),
    });
    server = await startServer({
      pagesFolder,
      port: 0,
      onConnection: (channel) => {
        serveWindow(host, channel);
      },
    });
    browser = await launchChromium();
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
    });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(server.newLink());
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await host.close();
  });

  const study = (name: string, on = page) => on.getByRole('button', { name: `Study ${name}`, exact: true });
  const menu = () => page.getByRole('button', { name: /^Library: / });

  it('begin in the sample, which is marked, and lead to the own library', async () => {
    await page.getByText('This is the sample library.').waitFor();
    await study('shown-1').waitFor();
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Go to your library' }).click();
    await page.getByText('This library holds no study yet.').waitFor();
    expect(await page.getByText('This is the sample library.').count()).toBe(0);
    await page.goBack();
    await study('shown-1').waitFor();
  });

  it('are opened by keyboard, kept in the address, and leave other windows alone', async () => {
    const other = await page.context().newPage();
    await other.goto(page.url().split('#')[0] ?? '');
    await study('shown-1', other).waitFor();
    await study('shown-1').waitFor();
    await menu().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: /^Your library/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('open another');
    await page.getByRole('option', { name: /^Open another library/ }).waitFor();
    await page.keyboard.press('Enter');
    const field = page.getByLabel('The library’s file');
    await field.waitFor();
    await field.fill('text.sqlite');
    await page.keyboard.press('Enter');
    await page.getByText(/text\.sqlite is not a Noisefloor library/).waitFor();
    expect(await violations(page)).toEqual([]);
    await field.fill('/etc/passwd');
    await page.keyboard.press('Enter');
    await page.getByText(/is not in a folder that this studio may open libraries from/).waitFor();
    await field.fill('colleague.noisefloor');
    await page.keyboard.press('Enter');
    await study('theirs-1').waitFor();
    expect(new URL(page.url()).hash).toMatch(/^#\/studies\?library=[0-9a-f]{16}$/);
    await page.reload();
    await study('theirs-1').waitFor();
    expect(await study('shown-1', other).count()).toBe(1);
    await other.close();
    await menu().click();
    await page.getByRole('menuitem', { name: /^Sample library/ }).click();
    await page.getByText('This is the sample library.').waitFor();
    expect(await study('theirs-1').count()).toBe(0);
  });

  it('take no plan into the sample: the copy is in the own library, which is then shown', async () => {
    await page.getByRole('button', { name: 'Actions for Study shown-1' }).click();
    await page.getByRole('menuitem', { name: 'Duplicate its plan' }).click();
    await study('shown-1 copy').waitFor();
    await page.getByRole('button', { name: /^Library: Your library/ }).waitFor();
    expect(await page.getByText('This is the sample library.').count()).toBe(0);
  });

  it('can be made anew', async () => {
    await menu().click();
    await page.getByRole('menuitem', { name: /^New library/ }).click();
    await page.getByLabel('Where the new library is to be').fill('fresh');
    await page.getByRole('button', { name: 'Make the library' }).click();
    await page.getByRole('button', { name: /^Library: fresh\.noisefloor/ }).waitFor();
    await page.getByText('This library holds no study yet.').waitFor();
  });
});
