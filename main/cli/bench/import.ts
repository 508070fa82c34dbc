import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { PeerProcess } from './peerProcess.ts';
import { importPackages, preparePythonPeer, type PeerOptions } from './pythonPeer.ts';
import { compareLimit, compareTimes, describeBenchMachine, type BenchReport } from './report.ts';

/** Size of what is read; smaller ones are for trying the command out. */
export interface ImportBenchOptions extends PeerOptions {
  /** Timed readings of each side, alternating; 3 by default. One more of each warms up. */
  readonly repeats?: number;
  /** 1,000 by default. */
  readonly runs?: number;
  /** 200 by default. */
  readonly epochs?: number;
  /** 10,000 by default. */
  readonly examples?: number;
}

const target = 3;
const mostMegabytes = 1_000;

const readSchema = z.object({ seconds: z.number().positive(), accuracy: z.number(), classes: z.number() });
const importedSchema = z.object({ ...readSchema.shape, peakBytes: z.number() });
type Read = z.infer<typeof readSchema>;

/**
 * Taking run folders of the paper's layout into a library, against reading them with pandas and numpy: ours finds, checks and
 * stores them, theirs only reads. What both read is compared.
 * @throws NoisefloorError `bench-unequal` when it differs; `peer-missing`, `peer-failed`.
 */
export async function benchImport(options: ImportBenchOptions = {}): Promise<BenchReport> {
  const { repeats = 3, runs = 1_000, epochs = 200, examples = 10_000, onProgress } = options;
  const peer = await preparePythonPeer(importPackages, options);
  const machine = describeBenchMachine(peer.versions);
  const folder = await mkdtemp(join(tmpdir(), 'noisefloor-bench-'));
  const root = join(folder, 'runs');
  const name = `${runs.toLocaleString('en')} run folders, ${epochs} epochs, 5 files of ${examples.toLocaleString('en')} predictions`;
  const python = new PeerProcess(
    peer,
    fileURLToPath(new URL('../../../test/benchmarks/importPeer.py', import.meta.url)),
  );
  const [ours, theirs, memory]: [number[], number[], number[]] = [[], [], []];
  try {
    onProgress?.(`writing ${name}`);
    await python.ask({ make: { root, runs, epochs, examples } });
    for (let repeat = 0; repeat <= repeats; repeat++) {
      const read = readSchema.parse(await python.ask({ read: { root } }));
      const imported = await importRuns(root, join(folder, `library-${repeat}.sqlite`));
      requireEqual(imported, read);
      onProgress?.(
        `imported in ${imported.seconds.toFixed(2)} s, read by pandas and numpy in ${read.seconds.toFixed(2)} s`,
      );
      if (repeat === 0) continue;
      ours.push(imported.seconds);
      theirs.push(read.seconds);
      memory.push(imported.peakBytes / 1e6);
    }
  } finally {
    python.close();
    await rm(folder, { recursive: true, force: true });
  }
  return {
    bench: 'import',
    machine,
    rows: [
      compareTimes({ name, peer: 'pandas and numpy, reading alone', target }, ours, theirs),
      compareLimit(
        { name: 'memory of the import', unit: 'MB', statistic: 'max', target: mostMegabytes },
        memory,
      ),
    ],
  };
}

async function importRuns(root: string, library: string): Promise<z.infer<typeof importedSchema>> {
  const script = fileURLToPath(new URL('../../../test/benchmarks/importRuns.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, root, library]);
  return importedSchema.parse(JSON.parse(stdout));
}

function requireEqual(ours: Read, theirs: Read): void {
  if (ours.classes === theirs.classes && Math.abs(ours.accuracy - theirs.accuracy) < 1e-9) return;
  throw new NoisefloorError(
    'bench-unequal',
    `What was read differs, so the times mean nothing: accuracies add up to ${ours.accuracy} against ${theirs.accuracy}, classes to ${ours.classes} against ${theirs.classes}; please report it.`,
  );
}
