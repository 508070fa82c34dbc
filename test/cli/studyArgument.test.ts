import { describe, expect, it } from 'vitest';
import { reportError } from '../../main/cli/errors.ts';
import { parseParallel } from '../../main/cli/runCommand.ts';
import { studyFromArgument } from '../../main/cli/studyArgument.ts';

/** What a person is told when `work` fails. */
async function told(work: () => unknown): Promise<ReturnType<typeof reportError>> {
  try {
    await work();
  } catch (error) {
    return reportError(error);
  }
  throw new Error('Nothing was refused.');
}

const absurd = ['0', '-1', 'NaN', '1.5', '1e30', '', 'many', '0x10'];

describe('numbers that are refused, with the range', () => {
  it.each([
    ['epochs', 'task.recipe.epochs', '100000'],
    ['replicates', 'replicates', '10000'],
    ['threads', 'execution.threads', '256'],
  ])('--%s', async (option, path, most) => {
    for (const value of absurd) {
      const error = await told(() => studyFromArgument('quickstart', { set: [], [option]: value }));
      expect(error, value).toMatchObject({ exitCode: 2, code: 'invalid-study' });
      expect(error.message).toContain(path);
      expect(error.message.replaceAll(',', '')).toContain(`1 to ${most}`);
    }
  });

  it('--set task.recipe.batchSize', async () => {
    for (const value of absurd) {
      const error = await told(() =>
        studyFromArgument('quickstart', { set: [`task.recipe.batchSize=${value}`] }),
      );
      expect(error.exitCode, value).toBe(2);
      expect(error.message.replaceAll(',', '')).toMatch(/task\.recipe\.batchSize.*1 to 65536/);
    }
  });

  it('--parallel', async () => {
    for (const value of absurd) {
      const error = await told(() => parseParallel(value));
      expect(error, value).toMatchObject({ exitCode: 2, code: 'invalid-parallel' });
      expect(error.message).toContain('from 1 to 1024');
    }
    expect([undefined, '1', '1024'].map(parseParallel)).toEqual([null, 1, 1024]);
  });
});

it('changes are applied, and data of a person become absolute', async () => {
  const { study, choosesImplementation } = await studyFromArgument('smallcnn-images', {
    name: '2024',
    epochs: '7',
    replicates: '3',
    variants: 'impl, ORDER',
    seed: '9',
    device: 'cpu',
    set: ['task.dataset.path=photos', 'recipe.batchSize=16'],
  });
  expect(study).toMatchObject({ name: '2024', replicates: 3, seed: 9 });
  expect(study.task.recipe).toMatchObject({ epochs: 7, batchSize: 16 });
  expect(study.task.dataset).toMatchObject({ path: `${process.cwd()}/photos` });
  expect(study.variants.map(({ name }) => name)).toEqual(['IMPL', 'ORDER']);
  expect(choosesImplementation).toBe(true);
});

it('implementation noise that a person has chosen is left as it is', async () => {
  const given = { set: ['variants.2.implementation=device'] };
  expect(await studyFromArgument('quickstart', given)).toMatchObject({ choosesImplementation: false });
});
