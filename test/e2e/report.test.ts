import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { exportStudy } from '../../src/host/exportStudy.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { faults } from './accessibility.ts';
import { launchChromium, skippedBecause } from './chromium.ts';

const root = path.join(import.meta.dirname, '../..');

describe.skipIf(skippedBecause !== null)(`a report that is opened offline ${skippedBecause ?? ''}`, () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'report.html');
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const program = path.join(root, 'dist', 'report');
    await build({
      configFile: path.join(root, 'vite.report.config.ts'),
      root: path.join(root, 'renderer'),
      logLevel: 'error',
    });
    const libraryFile = path.join(folder, 'library.sqlite');
    copyFileSync(path.join(root, 'resources/sample/sample.sqlite'), libraryFile);
    const library = await openLibrary(libraryFile);
    const study = await library.study('sample');
    const report = { folder: program, version: '1.2.3' };
    await exportStudy(library, study, 'html', { target: file, epoch: null, report });
    await library.close();
    browser = await launchChromium();
    const context = await browser.newContext({
      ...{ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', offline: true },
    });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(pathToFileURL(file).href);
  });
  afterAll(() => browser.close());

  const sentence = () => page.locator('main .sentence').filter({ visible: true });
  const shows = (text: string | RegExp) => sentence().filter({ hasText: text }).waitFor();

  it('says what the study says, on every page of measures, accessibly', async () => {
    await shows('spreads with an SD of 0.64 percentage points');
    expect(await faults(page)).toEqual([]);
    const wanted = [
      'Two replicates disagree on 8.18 %',
      /weights/,
      'Accuracy on Coat spreads most',
      'bit-identical',
    ];
    for (const [position, text] of wanted.entries()) {
      await page.keyboard.press(String(position + 2));
      await shows(text);
      expect(await faults(page)).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });

  it('is live: other epochs, fewer variants, any two replicates', async () => {
    await page.keyboard.press('1');
    await shows('after epoch 19');
    await page.keyboard.press('[');
    await shows('after epoch 18');
    await page.keyboard.press('2');
    await shows('after epoch 18');
    await page.keyboard.press('4');
    // It is counted here, from the predictions of the two.
    await page.getByRole('application', { name: /^Classes by ALGO\+IMPL 0 in rows/ }).waitFor();
    await page.getByRole('button', { name: 'CONTROL', exact: true }).click();
    await page.waitForURL(/variant=IMPL/);
    expect(complaints).toEqual([]);
  });

  it('offers nothing that needs a host', async () => {
    for (const name of ['Figure', 'Plan a study', 'Exclude from measures …']) {
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    }
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').count()).toBe(5);
    await page.getByText('Noisefloor 1.2.3').waitFor();
  });
});
