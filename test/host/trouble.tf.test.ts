import { cpSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { ingestReplicate } from '../../src/host/ingest.ts';
import { prepareResultFolder, readOrder } from '../../src/results/folder.ts';
import { errorOf, jsonOf, noisefloor } from '../fixtures/cli/noisefloor.ts';
import { resultFolder, studyIdOf, writeStudy } from '../fixtures/cli/studyFile.ts';
import { recordedReplicate, runProgram, scratchFolder } from '../fixtures/training/replicate.ts';
import { writeTinyImages } from '../fixtures/training/tinyImages.ts';
import { tinyStudy } from '../fixtures/training/tinyStudy.ts';

const folder = scratchFolder();
const images = path.join(folder, 'images');

beforeAll(() => {
  writeTinyImages(images, { train: 640, test: 40 });
});

const variantsOf = (...names: string[]) =>
  tinyStudy(images).variants.filter(({ name }) => names.includes(name));

interface Analysis {
  variants: { name: string; replicates: number; bitIdentical: boolean | null; excluded: unknown[] }[];
  sentences: { tone: string; text: string }[];
}

describe('a loss that is not a number', () => {
  it('marks the replicate diverged at its step; and the study goes on', async () => {
    const library = path.join(folder, 'diverged.sqlite');
    // Weights of about 1e6 after the first step: five layers of them overflow float32.
    const recipe = { learningRate: { base: 1e6 }, epochs: 3 };
    const file = writeStudy(
      path.join(folder, 'diverged.json'),
      tinyStudy(images, { recipe, variants: variantsOf('ALGO', 'CONTROL') }),
    );
    const ended = await noisefloor(['run', file, '--parallel', '2', '--json', '--library', library]);
    expect(ended.code, ended.stderr).toBe(0);
    const id = studyIdOf(ended);
    const shown = jsonOf(await noisefloor(['show', id, '--json', '--library', library]));
    expect(shown).toMatchObject({ status: 'finished', counts: { diverged: 4, finished: 0 } });
    const { ended: end, epochs } = recordedReplicate(resultFolder(library, id, 'CONTROL', 0));
    expect(end).toMatchObject({
      status: 'diverged',
      reason: expect.stringMatching(/loss was (NaN|Infinity)/) as string,
    });
    expect(end!.reason).toContain(`step ${end!.step}`);
    expect(end!.step).toBeGreaterThan(0);
    expect(epochs.every(({ testLoss }) => Number.isFinite(testLoss))).toBe(true);
    expect(ended.stderr).toContain(`CONTROL 1: diverged: ${end!.reason}`);
    expect(ended.stderr).toContain('4 of 4 replicates diverged; they do not count in the analysis.');
  });
});

describe('a CONTROL study', () => {
  const library = path.join(folder, 'control.sqlite');
  let id: string;
  beforeAll(async () => {
    const study = tinyStudy(images, {
      variants: variantsOf('IMPL', 'CONTROL'),
      replicates: 3,
      recipe: { epochs: 2 },
    });
    const file = writeStudy(path.join(folder, 'control.json'), {
      ...study,
      variants: study.variants.map((variant) =>
        variant.name === 'IMPL' ? { ...variant, implementation: 'configuration' } : variant,
      ),
    });
    const ended = await noisefloor(['run', file, '--parallel', '2', '--json', '--library', library]);
    expect(ended.code, ended.stderr).toBe(0);
    id = studyIdOf(ended);
  });

  it('is bit-identical, and where threads differ the certificate names step, tensor and threads', async () => {
    const certificate = jsonOf(await noisefloor(['certify', id, '--json', '--library', library]));
    expect(certificate).toMatchObject({ epoch: 1, steps: 40 });
    const [implementation, control] = certificate.variants as Record<string, unknown>[];
    expect(control).toMatchObject({
      variant: 'CONTROL',
      bitIdentical: true,
      groups: [[0, 1, 2]],
      partings: [],
    });
    expect(implementation).toMatchObject({
      variant: 'IMPL',
      bitIdentical: false,
      partings: [1, 2].map((replicate) => ({
        replicate,
        from: 0,
        step: expect.any(Number) as number,
        tensor: expect.any(String) as string,
        firstOtherBatch: null,
        configurationDifferences: [`threads: 1 against ${replicate + 1}`],
      })),
    });
    const shown = jsonOf(await noisefloor(['show', id, '--json', '--library', library]));
    const machines = (
      shown.replicates as { variant: string; index: number; machine: Record<string, unknown> }[]
    )
      .filter(({ variant }) => variant === 'IMPL')
      .map(({ index, machine }) => [
        index,
        machine.threads,
        (machine.environment as Record<string, string>).TF_NUM_INTEROP_THREADS,
      ]);
    expect(machines).toEqual([0, 1, 2].map((index) => [index, index + 1, String(index + 1)]));
  });

  it('with a replicate that was trained from another seed is found out, and said first', async () => {
    const planted = path.join(folder, 'planted.sqlite');
    cpSync(library, planted);
    const opened = await openLibrary(planted);
    try {
      const replicate = (await opened.replicates(id)).find(
        ({ variant, index }) => variant === 'CONTROL' && index === 2,
      )!;
      // What another seed comes to, in the folder and under the order of this one.
      const order = readOrder(resultFolder(library, id, 'CONTROL', 2));
      const other = path.join(folder, 'other-seed');
      prepareResultFolder(other, { ...order, seeds: { ...order.seeds, order: 7 } });
      expect(await runProgram(other)).toBe(0);
      rmSync(replicate.folder, { recursive: true, force: true });
      cpSync(other, replicate.folder, { recursive: true });
      cpSync(
        path.join(resultFolder(library, id, 'CONTROL', 2), 'order.json'),
        path.join(replicate.folder, 'order.json'),
      );
      const { records } = await ingestReplicate(opened, replicate.folder);
      expect(records.filter(({ type }) => type === 'epoch')).toHaveLength(2);
    } finally {
      await opened.close();
    }
    const certificate = jsonOf(await noisefloor(['certify', id, '--json', '--library', planted]));
    expect((certificate.variants as unknown[])[1]).toMatchObject({
      bitIdentical: false,
      groups: [[0, 1], [2]],
      partings: [{ replicate: 2, from: 0, step: 0, firstOtherBatch: 0, configurationDifferences: [] }],
    });
    const text = await noisefloor(['certify', id, '--library', planted]);
    expect(text.stdout).toMatch(
      /CONTROL: NOT bit-identical[^]*replicate 3 parts from replicate 1 at step 0[^]*other examples or draws from step 0 on/,
    );
    const analysis = jsonOf(
      await noisefloor(['analyze', id, '--json', '--library', planted]),
    ) as unknown as Analysis;
    expect(analysis.variants[1]).toMatchObject({ name: 'CONTROL', bitIdentical: false });
    expect(analysis.sentences[0]).toMatchObject({
      tone: 'warning',
      text: expect.stringMatching(
        /^CONTROL is not bit-identical: replicates 1 and 3 part at step 0/,
      ) as string,
    });
  });

  it('is not continued on other data', async () => {
    const stopped = path.join(folder, 'changed.sqlite');
    cpSync(library, stopped);
    const extended = ['resume', id, '--replicates', '4', '--parallel', '1', '--json', '--library', stopped];
    const aside = path.join(folder, 'aside');
    renameSync(images, aside);
    try {
      const missing = await noisefloor(extended);
      expect(missing.code).toBe(1);
      expect(errorOf(missing).message).toContain(images);
      writeTinyImages(images, { train: 640, test: 40 }, 1);
      const changed = await noisefloor(extended);
      expect(changed.code).toBe(1);
      expect(errorOf(changed)).toMatchObject({
        code: 'dataset-changed',
        message: expect.stringMatching(
          /data of tiny have changed since it was planned \(hash \w+, planned on \w+\)/,
        ) as string,
      });
    } finally {
      rmSync(images, { recursive: true, force: true });
      renameSync(aside, images);
    }
  });
});
