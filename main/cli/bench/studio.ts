import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { compareLimit, describeBenchMachine, type BenchReport, type BenchRow } from './report.ts';
import { ensureStudioLibrary, fullSize, syntheticStudy, type StudioLibrarySize } from './studioLibrary.ts';

/** Smaller numbers are for trying the command out. */
export interface StudioBenchOptions {
  readonly size?: StudioLibrarySize;
  /** Browser sessions; 3 by default. */
  readonly repeats?: number;
  /** Uses of each control in a session; 7 by default, which with 3 sessions is done in about five minutes. */
  readonly rounds?: number;
  readonly onProgress?: (line: string) => void;
}

const milliseconds = z.array(z.number());
const measured = z.object({
  opening: z.record(z.string(), milliseconds),
  progress: milliseconds,
  controls: z.record(z.string(), milliseconds),
  longestTask: z.record(z.string(), milliseconds),
  /** Bytes; null where the system does not say. */
  memory: z.array(z.number().nullable()),
  host: z.object({ resting: milliseconds, ingesting: milliseconds, epochs: z.number() }),
});

const megabyte = 1e6;
const program = fileURLToPath(new URL('../../../test/e2e/bench/studioPages.ts', import.meta.url));
const pages = fileURLToPath(new URL('../../../dist/renderer', import.meta.url));

/**
 * The studio on a large synthetic study, in a real browser through the real server, against what it is to hold: how long
 * until something useful is shown, how fast controls answer, what it takes of the page's thread and of memory, and
 * whether the host still answers while it ingests.
 * @throws NoisefloorError `bench-failed` where the browser's side ended without a result; its words are above.
 */
export async function benchStudio(options: StudioBenchOptions = {}): Promise<BenchReport> {
  const { size = fullSize, repeats = 3, rounds = 7, onProgress = () => undefined } = options;
  const { file, bytes } = await ensureStudioLibrary(size, onProgress);
  onProgress(`The synthetic study takes ${(bytes / megabyte).toFixed(0)} MB: ${file}`);
  const machine = describeBenchMachine({});
  const folder = await mkdtemp(join(tmpdir(), 'noisefloor-bench-'));
  try {
    // Whoever looks marks the library as seen, and the host that ingests adds a study: neither in the kept one.
    const library = join(folder, 'library.sqlite');
    const ingested = join(folder, 'ingested.sqlite');
    await copyFile(file, library);
    await copyFile(file, ingested);
    const request = { library, ingested, study: syntheticStudy, repeats, rounds };
    const found = await runBrowserSide(request, onProgress);
    return { bench: 'studio', machine, rows: [...rowsOf(found), await bundleRow()] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runBrowserSide(
  request: object,
  onProgress: (line: string) => void,
): Promise<z.infer<typeof measured>> {
  const child = spawn(process.execPath, [program, JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: child.stderr }).on('line', onProgress);
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (child.exitCode !== 0) {
    throw new NoisefloorError(
      'bench-failed',
      `The browser's side of the benchmark (${program}) ended with ${String(child.exitCode)} before it had a result; its messages are above. It needs a Chromium: set NOISEFLOOR_CHROMIUM to one that is not on the path.`,
    );
  }
  return measured.parse(JSON.parse(output));
}

function rowsOf({
  opening,
  progress,
  controls,
  longestTask,
  memory,
  host,
}: z.infer<typeof measured>): BenchRow[] {
  const rows = (
    values: Readonly<Record<string, readonly number[]>>,
    row: { target: number; statistic: 'median' | 'p95' | 'max' },
    name: (of: string) => string,
  ): BenchRow[] =>
    Object.entries(values).map(([of, taken]) => compareLimit({ ...row, unit: 'ms', name: name(of) }, taken));
  const resident = memory.flatMap((bytes) => (bytes === null ? [] : [bytes / megabyte]));
  return [
    ...rows(opening, { target: 1500, statistic: 'median' }, (of) => `useful paint, ${of}`),
    ...rows({ all: progress }, { target: 100, statistic: 'p95' }, () => 'first sign that a study is read'),
    ...rows(controls, { target: 100, statistic: 'p95' }, (of) => `input to picture, ${of}`),
    ...rows(longestTask, { target: 200, statistic: 'median' }, (of) => `longest task, ${of}`),
    compareLimit(
      { name: 'resident memory of the page’s process', target: 500, unit: 'MB', statistic: 'median' },
      resident,
    ),
    ...rows({ all: host.resting }, { target: 50, statistic: 'p95' }, () => 'host answers, at rest'),
    ...rows(
      { all: host.ingesting },
      { target: 50, statistic: 'p95' },
      () => `host answers, ingesting ${host.epochs} epochs`,
    ),
    ...rows(
      { all: host.ingesting },
      { target: 50, statistic: 'max' },
      () => 'host answers, ingesting, at worst',
    ),
  ];
}

/** All text that the pages load, compressed as a server may send it; fonts are loaded beside it as needed. */
async function bundleRow(): Promise<BenchRow> {
  const files = await readdir(pages, { recursive: true, withFileTypes: true });
  const texts = files.filter(
    (file) => file.isFile() && ['.js', '.css', '.html'].includes(extname(file.name)),
  );
  const sizes = await Promise.all(
    texts.map(async ({ parentPath, name }) => gzipSync(await readFile(join(parentPath, name))).length),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0) / megabyte;
  return compareLimit({ name: 'pages, gzipped', target: 1.5, unit: 'MB', statistic: 'max' }, [total]);
}
