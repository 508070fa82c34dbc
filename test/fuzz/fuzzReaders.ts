/**
 * Feeds mutated files to every reader of what others wrote: none may crash, hang or take unbounded memory, whatever it is
 * given; refusing it in words is what they are for.
 *
 *     node test/fuzz/fuzzReaders.ts [--count 1000000] [--seed 1] [--only <reader>]
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { RandomStream } from '../../src/noise/stream.ts';
import { fuzz, readers } from './fuzzedReaders.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const chosen = readers.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) throw new Error(`There is no reader ${values.only ?? ''}.`);
const folder = mkdtempSync(path.join(tmpdir(), 'noisefloor-fuzz-'));
const total = chosen.reduce((sum, { weight }) => sum + weight, 0);
let failures = 0;
try {
  for (const reader of chosen) {
    const count = Math.ceil((Number(values.count) * reader.weight) / total);
    const from = performance.now();
    const stream = RandomStream.named(Number(values.seed), `fuzz/${reader.name}`);
    const outcome = await fuzz(reader, folder, stream, count);
    failures += outcome.failures.length;
    const seconds = (performance.now() - from) / 1000;
    const memory = Math.round(process.resourceUsage().maxRSS / 1024);
    process.stdout.write(
      `${reader.name}: ${count.toLocaleString('en')} inputs, ${outcome.read.toLocaleString('en')} read, the others refused; slowest ${outcome.slowest.toFixed(0)} ms; ${seconds.toFixed(0)} s, at most ${memory} MB\n`,
    );
    for (const [index, { why, content }] of outcome.failures.entries()) {
      const file = path.join(tmpdir(), `noisefloor-fuzz-${reader.name}-${index}`);
      writeFileSync(file, content);
      process.stdout.write(`FAILED ${reader.name}: ${why}\n  the input is in ${file}\n`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
