import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noisefloor } from '../fixtures/cli/noisefloor.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { violations } from './accessibility.ts';
import { makeAnalysedLibrary } from './analysedLibrary.ts';
import { skippedBecause } from './chromium.ts';
import { KeyboardUser } from './keyboard.ts';
import { serveLibrary, type ServedLibrary } from './servedLibrary.ts';

const folder = temporaryFolder();
const file = join(folder, 'library.sqlite');

async function bytesOf(download: Download): Promise<Buffer> {
  const target = join(folder, `saved-${download.suggestedFilename()}`);
  await download.saveAs(target);
  return readFileSync(target);
}

/** Whether the picture on a page has the very pixels of an SVG. */
function isPictureOf(page: Page, svg: string): Promise<boolean> {
  return page.locator('.desk img').evaluate(async (shown: HTMLImageElement, text) => {
    const file = new Image();
    file.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
    await file.decode();
    const [one, other] = [shown, file].map((image) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      return canvas.toDataURL();
    });
    return one === other && (one?.length ?? 0) > 5_000;
  }, svg);
}

describe.skipIf(skippedBecause !== null)(`the figures of a stored study ${skippedBecause ?? ''}`, () => {
  let library: ServedLibrary;
  let page: Page;

  beforeAll(async () => {
    await makeAnalysedLibrary(file);
    library = await serveLibrary(file);
    ({ page } = library);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  afterAll(() => library.close());

  const field = (name: string) => page.getByLabel(name, { exact: true });
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const picture = (caption: RegExp) => page.locator('.desk').getByRole('img', { name: caption });
  const isDrawn = () => page.locator('.sign', { hasText: /^$/ }).waitFor({ state: 'attached' });

  async function open(address: string): Promise<void> {
    await library.open(address);
    await picture(/./).waitFor();
    await isDrawn();
  }
  async function saved(act: () => Promise<void>): Promise<Buffer> {
    const [download] = await Promise.all([page.waitForEvent('download'), act()]);
    return bytesOf(download);
  }
  /** What the command line makes of the same figure. */
  async function commandLine(figure: string, ending: string, ...options: string[]): Promise<Buffer> {
    const out = join(folder, `command-${figure}.${ending}`);
    const ended = await noisefloor([
      'figure',
      'known-weights',
      figure,
      '--out',
      out,
      '--library',
      file,
      ...options,
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    return readFileSync(out);
  }

  it('are chosen by the arrow keys, with the chosen one in the address', async () => {
    await open('/figures?study=known-weights');
    await page.getByText('8 of 16 figures can be made of Known weights; all are as they come.').waitFor();
    const user = new KeyboardUser(page);
    await user.reach(page.getByRole('option', { name: 'Variance', exact: true }));
    await user.press('ArrowRight');
    await user.isAt(page.getByRole('option', { name: 'Churn', exact: true }));
    await picture(/^Churn: Churn/).waitFor();
    expect(page.url()).toContain('figure=churn');
    await user.press('End');
    await picture(/^Figure 3/).waitFor();
    // Every thumbnail is the figure itself.
    await expect.poll(() => page.getByRole('option').locator('img').count()).toBe(8);
    expect(await violations(page)).toEqual([]);
  });

  it('are changed, drawn, saved, and exported as the command line makes them', async () => {
    await open('/figures?study=known-weights');
    await field('Title').fill('<b>&"quoted"</b> 噪 \u202Eodd');
    await field('Name of ALGO').fill('__proto__ & co');
    await button('Show CONTROL').click();
    await page.getByRole('button', { name: /^Move IMPL/ }).press('ArrowUp');
    await button('Serif').click();
    await page.getByRole('combobox', { name: 'Width' }).selectOption('neurips');
    await page.getByText('Saved with the study', { exact: true }).waitFor();
    await isDrawn();
    const svg = await saved(() => button('Save as SVG').click());
    expect(svg.toString()).toContain('&lt;b&gt;&amp;&quot;quoted&quot;&lt;/b&gt; 噪');
    expect(svg.toString()).toContain('>__proto__ &amp; co</text>');
    expect(svg.toString()).not.toContain('>CONTROL</text>');
    expect(svg.toString()).toContain('width="396pt"');

    // What is on the screen is that file.
    expect(await isPictureOf(page, svg.toString())).toBe(true);
    expect(await isPictureOf(page, svg.toString().replaceAll('噪', 'x'))).toBe(false);

    await open('/figures?study=known-weights');
    await page.getByText('Variance is changed from how it comes.').waitFor();
    expect(await field('Name of ALGO').inputValue()).toBe('__proto__ & co');
    expect((await saved(() => button('Save as SVG').click())).equals(svg)).toBe(true);
    expect((await commandLine('variance', 'svg')).equals(svg)).toBe(true);
    for (const [name, ending] of [
      ['PDF', 'pdf'],
      ['CSV', 'csv'],
      ['LaTeX', 'tex'],
    ] as const) {
      const bytes = await saved(() => button(`Save as ${name}`).click());
      expect(bytes.equals(await commandLine('variance', ending)), ending).toBe(true);
    }
    await page.getByRole('combobox', { name: 'PNG at' }).selectOption('150');
    const png = await saved(() => button('Save as PNG').click());
    expect(png.readUInt32BE(16)).toBe(5.5 * 150);
    expect(png.equals(await commandLine('variance', 'png', '--dpi', '150'))).toBe(true);
  });

  it('are changed and saved by the keyboard alone', async () => {
    await open('/figures?study=known-weights&figure=certificate');
    const user = new KeyboardUser(page);
    await user.reach(page.getByRole('option', { name: 'Certificate', exact: true }));
    const download = page.waitForEvent('download');
    await user.use(button('Save as CSV'));
    const lines = (await bytesOf(await download)).toString().split('\n');
    await user.reach(field('Title'));
    await user.write('Typed');
    await user.reach(button('Column'));
    await user.press('ArrowRight', 'Space');
    await user.reach(page.getByRole('button', { name: /^Move IMPL/ }));
    await user.press('ArrowUp', 'ArrowUp');
    await user.isAt(page.getByRole('button', { name: /^Move IMPL .* 1 of 4$/ }));
    await user.use(field('Show ALGO'), 'Space');
    await page.getByText('Saved with the study', { exact: true }).waitFor();
    await isDrawn();
    const changed = (await saved(() => button('Save as CSV').press('Enter'))).toString().split('\n');
    // IMPL first, and nothing of ALGO: the header, and a line less.
    expect(changed[1]).toContain('IMPL');
    expect(changed.some((line) => line.includes(',ALGO,'))).toBe(false);
    expect(lines.some((line) => line.includes(',ALGO,'))).toBe(true);
    await user.use(button('Reset to how it comes'));
    await page.getByText('As it comes', { exact: true }).waitFor();
  });

  it('are taken back step by step, and all at once', async () => {
    await open('/figures?study=known-weights&figure=curves');
    await field('Title').fill('One');
    await button('Muted').click();
    await button('Undo').click();
    await expect.poll(() => button('Okabe–Ito').getAttribute('data-state')).toBe('on');
    expect(await field('Title').inputValue()).toBe('One');
    await page.getByRole('option', { name: 'Learning curves' }).focus();
    await page.keyboard.press('Control+z');
    await expect.poll(() => field('Title').inputValue()).toBe('');
    await page.getByText('As it comes', { exact: true }).waitFor();
    await field('Title').fill('Two');
    await button('Reset to how it comes').click();
    await page.getByText('As it comes', { exact: true }).waitFor();
    await isDrawn();
    const svg = await saved(() => button('Save as SVG').click());
    expect(svg.equals(await commandLine('curves', 'svg', '--no-saved'))).toBe(true);
  });

  it('say beside the field what is wrong, and keep the picture', async () => {
    await open('/figures?study=known-weights&figure=classes');
    await page.getByRole('textbox', { name: 'Size of the labels in points' }).fill('3');
    await page.getByText('Give a number of points from 6 to 32.').waitFor();
    await page.getByRole('textbox', { name: 'Size of the labels in points' }).fill('12');
    await page.getByText('Saved with the study', { exact: true }).waitFor();
    expect(await page.getByText('Give a number of points').isVisible()).toBe(false);
    for (const name of ['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL']) await field(`Show ${name}`).click();
    await page.getByText('Everything that this figure shows is hidden.').waitFor();
    await picture(/./).waitFor();
    await field('Show IMPL').click();
    await page.getByText('Everything that this figure shows is hidden.').waitFor({ state: 'detached' });
    await button('Reset to how it comes').click();
    await page.getByText('As it comes', { exact: true }).waitFor();
  });

  it('are sorted by dragging', async () => {
    await open('/figures?study=known-weights&figure=weights');
    await page
      .getByRole('button', { name: /^Move CONTROL/ })
      .dragTo(page.getByRole('listitem').filter({ has: field('Name of ALGO+IMPL') }));
    await expect
      .poll(() => page.locator('.editor .handle').first().getAttribute('aria-label'))
      .toContain('Move CONTROL');
    await button('Undo').click();
    await page.getByText('As it comes', { exact: true }).waitFor();
  });

  it('are copied: the image, the SVG, the caption and the table', async () => {
    await open('/figures?study=known-weights&figure=churn');
    await button('Copy the caption').click();
    await page.getByText('Copied the caption.').waitFor();
    const read = (): Promise<string> => page.evaluate('navigator.clipboard.readText()');
    expect(await read()).toMatch(/^Churn .*n = 3 replicates of each variant/);
    const copy = async (name: string): Promise<void> => {
      await button(/^Copy$/).click();
      await page.getByRole('menuitem', { name }).click();
    };
    await copy('Table for LaTeX');
    await page.getByText('Copied the table for LaTeX.').waitFor();
    expect(await read()).toContain('\\toprule');
    await copy('SVG as text');
    await page.getByText('Copied the figure as SVG.').waitFor();
    expect(await read()).toBe((await commandLine('churn', 'svg')).toString());
    await copy('Image (PNG)');
    await page.getByText(/^Copied the figure as an image/).waitFor();
    const types: string[] = await page.evaluate(
      'navigator.clipboard.read().then(([item]) => [...item.types])',
    );
    expect(types).toContain('image/png');
  });

  it('are exported all at once, in one file, with the reasons of those that cannot be', async () => {
    await open('/figures?study=known-weights');
    await button('Export all figures …').click();
    await field('SVG').check();
    const bytes = await saved(() => button('Export 8 figures').click());
    await page.getByText('8 figures made; 8 could not be:').waitFor();
    await page.getByText('Nothing in this library measures overhead').first().waitFor();
    expect(await violations(page)).toEqual([]);
    const files = unzipSync(bytes);
    expect(Object.keys(files).length).toBe(2 * 8 + 1);
    expect(Buffer.from(files['variance.pdf']!).equals(await commandLine('variance', 'pdf'))).toBe(true);
    expect(Buffer.from(files['figure3.svg']!).equals(await commandLine('figure3', 'svg'))).toBe(true);
    expect(new TextDecoder().decode(files['captions.txt'])).toContain('churn\nChurn');
  });

  it('are reached from the page that has the same measure, and from the search', async () => {
    await library.open('/weights?study=known-weights');
    await button('Figure').click();
    await picture(/^Weights/).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByLabel('Search studies, pages and commands').fill('draw figure 1');
    await page.keyboard.press('Enter');
    await picture(/^Figure 1/).waitFor();
    await page.keyboard.press('4');
    await page.getByRole('heading', { name: 'Learning curves' }).waitFor();
    await page.keyboard.press('0');
    await picture(/^Figure 1/).waitFor();
  });
});
