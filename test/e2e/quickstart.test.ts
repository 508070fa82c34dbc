import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { skippedBecause } from './chromium.ts';
import { openPersonsBrowser, type PersonsWindows } from './newPerson.ts';
import { trainingCache } from './servedStudio.ts';

const command = join(import.meta.dirname, '..', '..', 'main', 'cli', 'main.ts');
/** As short as it says anything: what a person sees is the same. */
const shortened = ['--epochs', '3', '--replicates', '2'];
/** Eight replicates are trained: half a minute where nothing else runs. */
const trainingMilliseconds = 900_000;
const hasTerminal = process.platform === 'linux' && spawnSync('python3', ['-c', 'import pty']).status === 0;

/** The command in a terminal of its own; what is typed goes to it, and what would open a browser writes the link down. */
class QuickstartTerminal {
  written = '';
  readonly #child: ChildProcess;
  readonly #link: string;

  constructor(folder: string) {
    const programs = join(folder, 'bin');
    mkdirSync(programs, { recursive: true });
    this.#link = join(folder, 'link');
    const opener = `#!/bin/sh\nprintf %s "$1" > '${this.#link}.part' && mv '${this.#link}.part' '${this.#link}'\n`;
    writeFileSync(join(programs, 'xdg-open'), opener, { mode: 0o755 });
    const { NOISEFLOOR_LIBRARY: _none, ...environment } = process.env;
    this.#child = spawn(
      'python3',
      [
        '-c',
        'import pty, sys; pty.spawn(sys.argv[1:])',
        process.execPath,
        command,
        'quickstart',
        ...shortened,
      ],
      {
        env: {
          ...environment,
          ...trainingCache(folder),
          XDG_DATA_HOME: join(folder, 'data'),
          XDG_CONFIG_HOME: join(folder, 'config'),
          TERM: 'xterm-256color',
          PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}`,
        },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    this.#child.stdout?.on('data', (piece: Buffer) => (this.written += piece.toString()));
  }

  get text(): string {
    return stripVTControlCharacters(this.written);
  }

  /** What a browser is opened with at the end. */
  async link(): Promise<string> {
    while (!existsSync(this.#link)) {
      if (this.#child.exitCode !== null) throw new Error(`It ended before the studio opened:\n${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return readFileSync(this.#link, 'utf8');
  }

  /** Types Ctrl-C, and waits until the terminal is free again. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.write('\u0003');
    await ended;
  }
}

/** The content streams of a PDF, as they are read. */
function streamsOf(pdf: Buffer): string[] {
  const found: string[] = [];
  for (const { index, 0: head } of pdf.toString('latin1').matchAll(/stream\r?\n/g)) {
    const start = index + head.length;
    const end = pdf.indexOf('endstream', start);
    try {
      found.push(inflateSync(pdf.subarray(start, end)).toString('latin1'));
    } catch {
      // Not every stream is packed.
    }
  }
  return found;
}

describe.skipIf(skippedBecause !== null || !hasTerminal)(
  `what npm run quickstart starts ${skippedBecause ?? ''}`,
  () => {
    const folder = temporaryFolder();
    let terminal: QuickstartTerminal;
    let windows: PersonsWindows;

    beforeAll(async () => {
      terminal = new QuickstartTerminal(folder);
      windows = await openPersonsBrowser();
    });
    afterAll(async () => {
      await windows.close();
      await terminal.end();
    });

    it(
      'ends, by the interface alone, in a figure for a paper',
      async () => {
        const page = await windows.open(await terminal.link());
        expect(terminal.text).toMatch(/CONTROL, where nothing varies, came out\s+bit-identical/);
        await page.getByRole('button', { name: 'quickstart', exact: true }).click();
        await page.getByRole('heading', { name: 'Learning curves' }).waitFor();
        await page.getByRole('button', { name: 'Figure', exact: true }).click();
        const paper = page.locator('.desk').getByRole('img', { name: /^Variance: / });
        await paper.waitFor();
        await page.getByRole('combobox', { name: 'Width' }).selectOption('neurips');
        await page.getByLabel('Name of IMPL', { exact: true }).fill('Implementation');
        await page.getByText('Saved with the study', { exact: true }).waitFor();
        await page.locator('.sign', { hasText: /^$/ }).waitFor({ state: 'attached' });
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Save as PDF' }).click(),
        ]);
        const [, study] = /study=([^&]+)/.exec(page.url()) ?? [];
        expect(download.suggestedFilename()).toBe(`${String(study)}-variance.pdf`);
        const file = join(folder, 'variance.pdf');
        await download.saveAs(file);

        const pdf = readFileSync(file);
        const text = pdf.toString('latin1');
        expect(text).toMatch(/^%PDF-1\.\d/);
        expect(text).toMatch(/%%EOF\s*$/);
        // As wide as the text of a NeurIPS paper: 5.5 inches.
        expect(text).toMatch(/\/MediaBox \[0 0 396 [\d.]+\]/);
        expect(text).toMatch(/\/BaseFont \/[A-Z]{6}\+SourceSans3-Regular/);
        // Its caption, as PDFs write what is not Latin.
        const replicates = Buffer.from('n = 2 replicates of each variant', 'utf16le').swap16();
        expect(pdf.includes(replicates)).toBe(true);
        expect(text).toContain(`"study":"${String(study)}"`);
        const drawn = streamsOf(pdf).find((stream) => / T[jJ]\b/.test(stream)) ?? '';
        // A name for each variant, a title for each axis, and the ticks.
        expect([...drawn.matchAll(/ T[jJ]\b/g)].length).toBeGreaterThanOrEqual(10);
        expect(windows.complaints).toEqual([]);
      },
      trainingMilliseconds,
    );
  },
);
