import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { errorOf, jsonOf, noisefloor, startNoisefloor } from '../fixtures/cli/noisefloor.ts';
import { scratchFolder } from '../fixtures/training/replicate.ts';

const folder = scratchFolder();
const library = path.join(folder, 'library.sqlite');
const small = ['--epochs', '1', '--replicates', '2', '--parallel', '1', '--set', 'task.dataset.train=64'];
const figure2 = ['reproduce', 'figure2', '--mini', '--tasks', 'smallcnn-cifar10', ...small];
const given = [...figure2, '--out', path.join(folder, 'results'), '--library', library];

it('reproduce trains what is missing, and interrupted and started again goes on', async () => {
  const begun = startNoisefloor(given);
  await begun.said(/finished, test accuracy/);
  begun.child.kill('SIGINT');
  const interrupted = await begun.ended;
  expect(interrupted.code, interrupted.stderr).toBe(130);
  expect(interrupted.stderr).toMatch(/to be trained, 6 replicates of 1 epoch; very roughly .* on disk/);
  expect(interrupted.stderr).toContain('Start the same command again, and it goes on from here.');

  const ended = await noisefloor([...given, '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toMatch(/goes on, [1-5] of 6 replicates are finished/);
  const { rows, file } = jsonOf(ended) as { rows: { metric: string; setting: string }[]; file: string };
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1 + rows.length);
  expect(rows).toHaveLength(9);

  const plan = jsonOf(await noisefloor([...given, '--dry-run', '--json']));
  expect(plan).toMatchObject({ tasks: [{ action: 'reuse', finished: 6, time: null }], dryRun: true });
  expect(jsonOf(await noisefloor(['list', '--json', '--library', library])).items).toHaveLength(1);
});

it('reproduce refuses what it cannot do before it starts', async () => {
  const refused = await noisefloor([...given, '--as-reference', '--tasks', 'resnet18-celeba', '--json']);
  expect(refused.code).toBe(2);
  expect(errorOf(refused).code).toBe('invalid-tasks');
});
