import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/noise/stream.ts';
import { prepareResultFolder } from '../../src/results/folder.ts';
import { replicateExitCodes, stopMessage } from '../../src/scheduling/messages.ts';
import type { Study } from '../../src/study/study.ts';
import { paperVariants } from '../../src/study/variant.ts';
import {
  exitOf,
  outcomeOf,
  recordedReplicate,
  runProgram,
  scratchFolder,
  startProgram,
  workOrder,
} from '../fixtures/training/replicate.ts';
import { writeTinyImages } from '../fixtures/training/tinyImages.ts';
import { noisyTask, tinyStudy } from '../fixtures/training/tinyStudy.ts';

const folder = scratchFolder();
const images = path.join(folder, 'images');
const epochs = 4;
const record = { predictions: 'every', logits: true, checkpoints: 'every' } as const;

const flipped = paperVariants('accumulation-order').map((variant) => ({
  ...variant,
  perturbation: { kind: 'weight-bit', step: 300, bit: 0 } as const,
}));

beforeAll(() => {
  writeTinyImages(images, { train: 4000, test: 200 });
});

/** The same replicate twice: one to interrupt, and one to leave alone. */
function twins(name: string, study: Study): { interrupted: string; untouched: string } {
  const order = workOrder(study, 'ALGO+IMPL', 1);
  const [interrupted, untouched] = [path.join(folder, `${name}-a`), path.join(folder, `${name}-b`)];
  prepareResultFolder(interrupted, order);
  prepareResultFolder(untouched, order);
  return { interrupted, untouched };
}

/** Kills the replicate's process again and again, each time a drawn moment after it has begun to train, until it gets through. */
async function runKilling(results: string, seed: number, times: number): Promise<number> {
  const moments = RandomStream.named(seed, 'kills');
  let kills = 0;
  for (let attempt = 0; attempt < times; attempt += 1) {
    const child = startProgram(results);
    const exit = exitOf(child);
    await Promise.race([new Promise((resolve) => child.once('message', resolve)), exit]);
    await Promise.race([delay(moments.nextInteger(500)), exit]);
    child.kill('SIGKILL');
    kills += Number((await exit).signal === 'SIGKILL');
  }
  expect(await runProgram(results)).toBe(replicateExitCodes.finished);
  return kills;
}

describe('a replicate that is interrupted and goes on', () => {
  it.each([
    ['plain', 1, {}],
    ['noisy', 2, noisyTask],
    ['with a bit flipped in its third epoch', 2, { ...noisyTask, variants: flipped }],
  ])('ends bit for bit like one left alone when killed at random moments: %s', async (name, seed, task) => {
    const recipe = { ...('recipe' in task ? task.recipe : {}), epochs };
    const { interrupted, untouched } = twins(name, tinyStudy(images, { ...task, recipe, record }));
    expect(await runProgram(untouched)).toBe(replicateExitCodes.finished);
    const kills = await runKilling(interrupted, seed, 5);
    expect(kills).toBeGreaterThanOrEqual(2);
    const { begun, epochs: recorded, ended } = recordedReplicate(interrupted);
    // One that was killed before it had begun says nothing of it.
    expect(begun.length).toBeGreaterThanOrEqual(2);
    expect(begun).toEqual(begun.toSorted((left, right) => left - right));
    expect(recorded.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3]);
    expect(ended).toMatchObject({ status: 'finished', epoch: 3, step: 4 * 125 - 1 });
    expect(outcomeOf(interrupted)).toEqual(outcomeOf(untouched));
  });

  it('ends bit for bit like one left alone when asked to stop, by message or signal', async () => {
    const study = tinyStudy(images, { ...noisyTask, recipe: { ...noisyTask.recipe, epochs }, record });
    const { interrupted, untouched } = twins('stopped', study);
    expect(await runProgram(untouched)).toBe(replicateExitCodes.finished);
    const ways = [
      (child: ReturnType<typeof startProgram>) => child.send(stopMessage),
      (child: ReturnType<typeof startProgram>) => child.kill('SIGTERM'),
    ];
    for (const [round, stop] of ways.entries()) {
      const child = startProgram(interrupted);
      const exit = exitOf(child);
      await new Promise<void>((resolve) => {
        child.on('message', (message) => {
          if ((message as { type: string }).type === 'epoch') resolve();
        });
      });
      await delay(200 * round);
      stop(child);
      expect((await exit).code).toBe(replicateExitCodes.stopped);
      expect(recordedReplicate(interrupted).ended).toMatchObject({
        status: 'stopped',
        reason: 'asked to stop',
      });
    }
    expect(await runProgram(interrupted)).toBe(replicateExitCodes.finished);
    expect(recordedReplicate(interrupted).begun).toHaveLength(3);
    expect(outcomeOf(interrupted)).toEqual(outcomeOf(untouched));
  });

  it('stops between epochs too short for a report', async () => {
    const short = path.join(folder, 'short-images');
    writeTinyImages(short, { train: 32, test: 4 });
    const results = path.join(folder, 'short');
    prepareResultFolder(results, workOrder(tinyStudy(short, { recipe: { epochs: 100_000 } }), 'CONTROL'));
    const child = startProgram(results);
    const exit = exitOf(child);
    await new Promise((resolve) => child.once('message', resolve));
    child.send(stopMessage);
    expect((await exit).code).toBe(replicateExitCodes.stopped);
  });
});
