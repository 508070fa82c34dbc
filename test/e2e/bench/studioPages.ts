// Measures the studio's pages in a real Chromium, for `noisefloor bench studio`. Its first argument is JSON: the library,
// the study and how often to measure. It prints one JSON object; progress goes to standard error.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../chromium.ts';
import { hostLatency } from './hostLatency.ts';
import { benchPages, type BenchPage } from './studioPageList.ts';
import { longestTask, timeInput, watchPage, whenShown } from './studioPageWatch.ts';

interface Request {
  readonly library: string;
  /** A copy for the host that ingests. */
  readonly ingested: string;
  readonly study: { readonly id: string; readonly name: string };
  readonly repeats: number;
  /** Uses of each control in one repeat, after one that is not counted. */
  readonly rounds: number;
}

const request = JSON.parse(process.argv[2] ?? '') as Request;
const command = fileURLToPath(new URL('../../../main/cli/main.ts', import.meta.url));
const link = /http:\/\/127\.0\.0\.1\S+/;

/** A child process whose lines are read one after the other. */
function startServing(args: readonly string[]): { child: ChildProcess; nextLink: () => Promise<string> } {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const links: string[] = [];
  let wake = (): void => undefined;
  const read = (lines: Interface): void => {
    lines.on('line', (line) => {
      const found = link.exec(line)?.[0];
      if (found !== undefined) links.push(found);
      wake();
    });
  };
  read(createInterface({ input: child.stdout }));
  read(createInterface({ input: child.stderr }));
  const nextLink = async (): Promise<string> => {
    while (links.length === 0) {
      if (child.exitCode !== null) throw new Error('The studio ended before it gave a link.');
      await Promise.race([new Promise<void>((resolve) => (wake = resolve)), once(child, 'exit')]);
    }
    return links.shift() ?? '';
  };
  return { child, nextLink };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

const now = (): number => performance.timeOrigin + performance.now();
const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Opens a page by its address. @returns milliseconds until it is useful. */
async function openPage(page: Page, origin: string, { address, ready }: BenchPage): Promise<number> {
  await page.goto('about:blank');
  const start = now();
  await page.goto(`${origin}/#${address(request.study.id)}`, { waitUntil: 'commit' });
  return (await whenShown(page, ready.selector, ready.text(request.study.name))) - start;
}

/** Memory of the process that draws a page, as the system counts what is resident (Linux), in bytes; null elsewhere. */
async function rendererMemory(browser: Browser): Promise<number | null> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentBytes(id));
  return sizes.includes(null) ? null : Math.max(...sizes.map((size) => size ?? 0));
}

function residentBytes(pid: number): number | null {
  try {
    const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? null : Number(found[1]) * 1024;
  } catch {
    return null;
  }
}

interface Measured {
  /** From the press that opens a study to the first frame that shows that it is being read. */
  progress: number[];
  opening: Record<string, number[]>;
  controls: Record<string, number[]>;
  longestTask: Record<string, number[]>;
  memory: number[];
}

async function measureOnce(browser: Browser, nextLink: () => Promise<string>, into: Measured): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await watchPage(page);
  // The first visit is by a real link: its exchange, the page that leads on, and everything a cold cache lacks.
  const url = await nextLink();
  const start = now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForURL((address) => address.search === '');
  const [first] = benchPages;
  if (first === undefined) throw new Error('There is no page to measure.');
  const shown = await whenShown(page, first.ready.selector, first.ready.text(request.study.name));
  add(into.opening, `link opened to ${first.name}`, shown - start);
  const { origin } = new URL(page.url());
  const study = page.getByRole('button', { name: request.study.name, exact: true });
  const opened = await timeInput(page, () => study.click());
  into.progress.push(opened.first);
  for (const benched of benchPages) {
    const milliseconds = await openPage(page, origin, benched);
    if (benched !== first) add(into.opening, `address opened to ${benched.name}`, milliseconds);
    for (const { name, act, prepare, until } of benched.controls) {
      for (let round = 0; round <= request.rounds; round += 1) {
        await prepare?.(page, round);
        const taken = await timeInput(page, (on) => act(on, round)).catch((error: unknown) => {
          throw new Error(`${benched.name}: ${name}, use ${round + 1}: ${String(error)}`, { cause: error });
        });
        if (round === 0) continue;
        add(into.controls, `${benched.name}: ${name}`, until === 'sign' ? taken.first : taken.last);
      }
    }
    add(into.longestTask, benched.name, await longestTask(page));
  }
  into.memory.push((await rendererMemory(browser)) ?? Number.NaN);
  await context.close();
}

function add(to: Record<string, number[]>, name: string, value: number): void {
  (to[name] ??= []).push(value);
}

const measured: Measured = { progress: [], opening: {}, controls: {}, longestTask: {}, memory: [] };
const studio = startServing([command, 'serve', '--port', '0', '--library', request.library]);
const browser = await launchChromium();
try {
  for (let repeat = 0; repeat < request.repeats; repeat += 1) {
    // A browser's first page of a site starts a process; a person's browser is running.
    await measureOnce(browser, studio.nextLink, measured);
    say(`Pages measured, ${repeat + 1} of ${request.repeats}`);
  }
} finally {
  await browser.close();
  await stop(studio.child);
}

const host = startServing([fileURLToPath(new URL('./ingestingHost.ts', import.meta.url)), request.ingested]);
try {
  const latency = await hostLatency(await host.nextLink(), say);
  process.stdout.write(`${JSON.stringify({ ...measured, host: latency })}\n`);
} finally {
  await stop(host.child);
}
