import path from 'node:path';
import { expect, it } from 'vitest';
import { prepareResultFolder } from '../../src/results/folder.ts';
import { replicateExitCodes } from '../../src/scheduling/messages.ts';
import { recordedReplicate, runProgram, scratchFolder, workOrder } from '../fixtures/training/replicate.ts';
import { writeTinyImages } from '../fixtures/training/tinyImages.ts';
import { tinyStudy } from '../fixtures/training/tinyStudy.ts';

const folder = scratchFolder();

/** Trains one epoch of steps that soon overflow, in the order of the images. */
async function diverge(name: string, train: number): Promise<ReturnType<typeof recordedReplicate>> {
  const images = path.join(folder, `${name}-images`);
  writeTinyImages(images, { train, test: 20 });
  const results = path.join(folder, name);
  const recipe = { learningRate: { base: 1e6 }, epochs: 1, shuffle: { kind: 'none' as const } };
  prepareResultFolder(results, workOrder(tinyStudy(images, { recipe }), 'CONTROL'));
  expect(await runProgram(results)).toBe(replicateExitCodes.diverged);
  // It has diverged for good: another attempt trains nothing.
  expect(await runProgram(results)).toBe(replicateExitCodes.diverged);
  const recorded = recordedReplicate(results);
  expect(recorded).toMatchObject({ begun: [0], epochs: [] });
  return recorded;
}

it('a last update that ruins the weights is seen, though no training loss is measured after it', async () => {
  const { ended } = await diverge('measured', 640);
  const step = ended?.step ?? 0;
  expect(ended).toMatchObject({ status: 'diverged', epoch: 0 });
  expect(ended?.reason).toMatch(new RegExp(`^the loss was (NaN|Infinity) at step ${step}$`));
  expect(step).toBeGreaterThan(0);
  // The same images up to that step: the update before it is now the last.
  const { ended: unmeasured } = await diverge('unmeasured', 32 * step);
  expect(unmeasured).toMatchObject({ status: 'diverged', epoch: 0, step: step - 1 });
  expect(unmeasured?.reason).toMatch(new RegExp(`^the test loss was (NaN|Infinity) after step ${step - 1}$`));
});
