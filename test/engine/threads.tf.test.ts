import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { environmentFor } from '../../src/engine/configuration.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../fixtures/engine/trainSteps.ts', import.meta.url));

interface Step {
  loss: number;
  fingerprints: number[];
}

async function train(threads: number, batchNorm: boolean): Promise<Step[]> {
  const configuration = {
    device: 'cpu',
    precision: 'float32',
    threads,
    oneDnn: true,
    deterministicOps: true,
  } as const;
  const { stdout } = await run(process.execPath, [script, String(batchNorm)], {
    env: {
      ...process.env,
      ...environmentFor(configuration, { name: 'smallcnn', batchNorm, dropout: 0 }),
    },
  });
  return JSON.parse(stdout) as Step[];
}

describe.each([false, true])('training in processes of their own (batch normalisation: %s)', (batchNorm) => {
  it('repeats itself to the last bit at any number of threads, and differs between them by rounding only', async () => {
    const runs: Step[][] = [];
    for (const threads of [1, 2, 5]) {
      const [first, second] = [await train(threads, batchNorm), await train(threads, batchNorm)];
      expect(second).toEqual(first);
      runs.push(first);
    }
    const [one, two, five] = runs.map((steps) => steps.at(-1));
    expect(two?.fingerprints).not.toEqual(one?.fingerprints);
    expect(five?.fingerprints).not.toEqual(one?.fingerprints);
    expect(two?.loss).toBeCloseTo(one?.loss ?? Number.NaN, 2);
    expect(five?.loss).toBeCloseTo(one?.loss ?? Number.NaN, 2);
  });
});
