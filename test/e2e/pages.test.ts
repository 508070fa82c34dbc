import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type StudioServer } from '../../main/serve/server.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { stagedStudy } from '../renderer/stagedData.ts';
import { StagedHost } from '../renderer/stagedHost.ts';
import { faults, violations } from './accessibility.ts';
import { pagesFolder } from './builtPages.ts';
import { launchChromium, skippedBecause } from './chromium.ts';

const ten = stagedStudy({ id: 'ten', name: 'Ten replicates', replicates: 10, epochs: 24 });
const three = stagedStudy({ id: 'three', name: 'Three replicates', replicates: 3, epochs: 4 });
const partial = stagedStudy({ id: 'partial', name: 'Half done', replicates: 6, epochs: 12, finished: 4 });
const planned = stagedStudy({ id: 'planned', name: 'Planned', replicates: 3, epochs: 4, finished: 0 });
const damaged = new NoisefloorError('library-damaged', 'Page 12 of the library cannot be read.');

describe.skipIf(skippedBecause !== null)(`the pages in a browser ${skippedBecause ?? ''}`, () => {
  let browser: Browser;
  let server: StudioServer;
  let page: Page;
  let host: StagedHost;
  const complaints: string[] = [];

  beforeAll(async () => {
    host = new StagedHost();
    server = await startServer({
      pagesFolder,
      port: 0,
      onConnection: (channel) => {
        host.serve(channel);
      },
    });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(10_000);
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.newLink());
    await page.waitForURL((url) => url.search === '');
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  beforeEach(() => {
    host.studies = [ten, three, partial, planned];
    host.failure = null;
    host.gate = Promise.resolve();
    host.calls.length = 0;
    complaints.length = 0;
  });

  async function open(address: string): Promise<void> {
    await page.goto('about:blank');
    await page.goto(`http://127.0.0.1:${String(server.port)}/#${address}`);
  }

  const heading = (name: string) => page.getByRole('heading', { name });

  const states: {
    name: string;
    address: string;
    stage: () => void;
    shows: () => ReturnType<typeof heading>;
  }[] = [
    {
      name: 'a list of studies',
      address: '/studies',
      stage: () => undefined,
      shows: () => page.getByRole('button', { name: 'Ten replicates', exact: true }),
    },
    {
      name: 'a first visit',
      address: '/studies',
      stage: () => (host.studies = []),
      shows: () => heading('Plan a study'),
    },
    {
      name: 'a library that is being read',
      address: '/studies',
      stage: () => host.hold(),
      shows: () => page.getByLabel('Reading the library'),
    },
    {
      name: 'a library that cannot be read',
      address: '/studies',
      stage: () => (host.failure = damaged),
      shows: () => heading('The library could not be read'),
    },
    {
      name: 'variance of a finished study',
      address: '/variance?study=ten',
      stage: () => undefined,
      shows: () => heading('Learning curves'),
    },
    {
      name: 'variance of a study under way',
      address: '/variance?study=partial',
      stage: () => undefined,
      shows: () => page.getByText('16 of 24 replicates have reached epoch 11; intervals will narrow.'),
    },
    {
      name: 'variance of a study with nothing recorded',
      address: '/variance?study=planned',
      stage: () => undefined,
      shows: () => heading('Nothing recorded yet'),
    },
    {
      name: 'variance of no study',
      address: '/variance',
      stage: () => undefined,
      shows: () => heading('Choose a study'),
    },
    {
      name: 'variance that is being read',
      address: '/variance?study=ten',
      stage: () => host.hold(),
      shows: () => page.getByLabel('Reading the study'),
    },
    {
      name: 'variance that cannot be read',
      address: '/variance?study=ten',
      stage: () => (host.failure = damaged),
      shows: () => heading('This study could not be read'),
    },
  ];

  for (const { name, address, stage, shows } of states) {
    it(`show ${name} in both themes, accessibly and without sideways scrolling`, async () => {
      stage();
      await open(address);
      await shows().waitFor();
      expect(await faults(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  }

  it('rename, copy and delete studies by keyboard alone, and take a deletion back', async () => {
    await open('/studies');
    await page.getByRole('button', { name: 'Ten replicates', exact: true }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('three');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('F2');
    await page.keyboard.type('Renamed');
    await page.keyboard.press('Enter');
    await page.getByText('Renamed to Renamed.').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Renamed', exact: true }).focus();
    await page.keyboard.press('Delete');
    await page.getByText('Deleted Renamed.').waitFor();
    expect(await page.getByRole('button', { name: 'Renamed', exact: true }).count()).toBe(0);
    expect(await page.locator(':focus').textContent()).toContain('Half done');
    await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: 'Renamed', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Actions for Renamed' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Duplicate its plan' }).press('Enter');
    await page.getByText('Planned Renamed copy, with nothing recorded yet.').waitFor();
    const asked = host.calls.filter((name) => name.startsWith('studies.'));
    expect(asked.filter((name) => !['studies.list', 'studies.discarded'].includes(name))).toEqual([
      'studies.rename',
      'studies.discard',
      'studies.restore',
      'studies.duplicate',
    ]);
  });

  it('sort studies, and bring a deleted one back from the list of those', async () => {
    await open('/studies');
    const names = page.locator('[data-row]');
    await names.first().waitFor();
    const byName = page.getByRole('columnheader', { name: 'Name' });
    await byName.getByRole('button').press('Enter');
    expect(await byName.getAttribute('aria-sort')).toBe('ascending');
    expect(await names.allTextContents().then((texts) => texts.map((text) => text.trim()))).toEqual([
      'Half done',
      'Planned',
      'Ten replicates',
      'Three replicates',
    ]);
    await page.getByRole('button', { name: 'Planned', exact: true }).press('Delete');
    await page.getByText('Recently deleted (1)').press('Enter');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Restore Planned' }).press('Enter');
    await page.getByText('Planned is back.').waitFor();
    await page.getByRole('button', { name: 'Planned', exact: true }).waitFor();
    expect(await page.getByText('Recently deleted').count()).toBe(0);
  });

  it('group replicates by what they ran with, read the mean of the last epochs, and keep notes of a study', async () => {
    await open('/variance?study=ten');
    await heading('Learning curves').waitFor();
    await page.getByText(/^The SDs of .* \(Brown-Forsythe F\(2, 27\) = /).waitFor();
    await page.getByRole('button', { name: 'By variant' }).press('Enter');
    await page.getByRole('menuitemradio', { name: 'Threads' }).press('Enter');
    await page.getByText('These groups mix variants').waitFor();
    await page.getByRole('rowheader', { name: '1 thread' }).waitFor();
    await page.getByRole('button', { name: 'Mean', exact: true }).press('Enter');
    await page.getByRole('spinbutton').fill('5');
    await page.getByRole('spinbutton').press('Enter');
    await page.getByText('mean of epochs 19 to 23').first().waitFor();
    expect(new URL(page.url()).hash).toBe('#/variance?study=ten&reading=mean&meanOf=5&by=threads');
    await page.getByRole('button', { name: 'Quartiles' }).press('Enter');
    await page.getByText('mean of replicates (n = 40) with band: quartiles, the middle half').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Notes').fill('which driver was it?');
    await page.getByLabel('Notes').blur();
    await page.getByText('Changed the notes of Ten replicates.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => page.getByLabel('Notes').inputValue()).toBe('');
  });

  it('search with Ctrl K, and keep the whole selection in the address', async () => {
    await open('/studies');
    // What has not been read yet cannot be found.
    await page.getByRole('button', { name: 'Ten replicates', exact: true }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('open ten');
    await page.getByRole('option', { name: /^Open Ten replicates/ }).waitFor();
    await page.keyboard.press('Enter');
    await heading('Learning curves').waitFor();
    await page.keyboard.press('[');
    await page.getByRole('button', { name: 'CONTROL' }).click();
    await page.getByRole('button', { name: 'Best', exact: true }).click();
    expect(new URL(page.url()).hash).toBe(
      '#/variance?study=ten&variant=ALGO%2BIMPL&variant=ALGO&variant=IMPL&epoch=22&reading=best',
    );
    await page.reload();
    await page.getByText('best of epochs 0 to 22').first().waitFor();
    expect(await page.getByRole('row', { name: /^CONTROL/ }).count()).toBe(0);
  });

  it('move through replicates by arrows, select one and exclude it with a reason', async () => {
    await open('/variance?study=three');
    // The parts of a page come one after the other; keys are for those that are there.
    await heading('Learning curves').waitFor();
    await page.getByRole('application').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await heading('ALGO, replicate').waitFor();
    await page.getByRole('button', { name: 'Exclude from measures …' }).click();
    await page.keyboard.type('another compiler');
    await page.keyboard.press('Enter');
    await page.getByText('1 is excluded.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => page.getByText('1 is excluded.').count()).toBe(0);
  });

  it('say that the connection is lost, and show the page again when it is back', async () => {
    await open('/variance?study=ten');
    await heading('Learning curves').waitFor();
    await page.context().setOffline(true);
    host.cut();
    await page.getByText('Not connected to Noisefloor.').waitFor();
    expect(await heading('Learning curves').count()).toBe(1);
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Connect now' }).click();
    await expect.poll(() => page.getByText('Not connected to Noisefloor.').count()).toBe(0);
  });

  it('keep a theme that was chosen, and list the shortcuts', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await open('/studies');
    await page.getByRole('button', { name: 'Ten replicates', exact: true }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Theme/ }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await page.reload();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await page.evaluate(() => {
      localStorage.clear();
    });
  });
});
