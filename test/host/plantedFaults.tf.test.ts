import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorOf, jsonOf, noisefloor } from '../fixtures/cli/noisefloor.ts';
import { writeStudy } from '../fixtures/cli/studyFile.ts';
import { scratchFolder } from '../fixtures/training/replicate.ts';
import { writeTinyImages } from '../fixtures/training/tinyImages.ts';
import { tinyStudy } from '../fixtures/training/tinyStudy.ts';

const folder = scratchFolder();
const library = path.join(folder, 'library.sqlite');
const fixed = { initialisation: 'fixed', order: 'fixed', augmentation: 'fixed', dropout: 'fixed' } as const;
const base = { sources: fixed, implementation: 'deterministic' } as const;

interface Certified {
  variant: string;
  bitIdentical: boolean;
  partings: {
    step: number;
    firstOtherBatch: number | null;
    explanation: string;
    configurationDifferences: string[];
  }[];
}
let certified: Map<string, Certified>;

beforeAll(async () => {
  const images = path.join(folder, 'images');
  writeTinyImages(images, { train: 1600, test: 100 });
  const study = tinyStudy(images, {
    recipe: { epochs: 2 },
    variants: [
      { ...base, name: 'CONTROL' },
      { ...base, name: 'BIT', perturbation: { kind: 'weight-bit', step: 57, bit: 0 } },
      { ...base, name: 'SWAP', perturbation: { kind: 'example-place', step: 63 } },
      { ...base, name: 'THREADS', implementation: 'configuration' },
    ],
  });
  const file = path.join(folder, 'study.json');
  writeStudy(file, study);
  const ran = await noisefloor(['run', file, '--parallel', '2', '--json', '--library', library]);
  expect(ran.code, ran.stderr).toBe(0);
  const ended = await noisefloor(['certify', 'tiny', '--json', '--library', library]);
  const { variants } = jsonOf(ended) as unknown as { variants: Certified[] };
  certified = new Map(variants.map((variant) => [variant.variant, variant]));
});

describe('what was changed on purpose is found by the certificate', () => {
  it('nothing, where nothing was', () => {
    expect(certified.get('CONTROL')).toMatchObject({ bitIdentical: true, partings: [] });
  });

  it('one bit of one weight, from its step on', () => {
    const [parting] = certified.get('BIT')?.partings ?? [];
    expect(parting).toMatchObject({
      step: 57,
      firstOtherBatch: null,
      explanation: 'other seeds of the place where the last bit of one weight is flipped before step 57',
    });
  });

  it('two examples of one mini-batch, whose batch is named too', () => {
    const [parting] = certified.get('SWAP')?.partings ?? [];
    expect(parting?.firstOtherBatch).toBe(63);
    expect(parting?.step).toBe(63);
    expect(parting?.explanation).toContain('two examples of the mini-batch of step 63 change places');
    expect(parting?.explanation).toContain('other examples or draws from step 63 on');
  });

  it('another number of threads', () => {
    const [parting] = certified.get('THREADS')?.partings ?? [];
    expect(parting?.configurationDifferences).toEqual(['threads: 1 against 2']);
    expect(parting?.explanation).toContain('threads: 1 against 2');
  });
});

interface Bisected {
  step: number;
  reproduced: [boolean, boolean];
  before: { tensor: string; differing: number; largestUlps: number }[];
  sameBatch: boolean;
  operation: { op: string; label: string | null; difference: { largestUlps: number } } | null;
  growth: { step: number; distance: number }[];
  remedy: string;
}

async function bisect(variant: string): Promise<Bisected> {
  const ended = await noisefloor([
    'certify',
    'tiny',
    '--bisect',
    '--variant',
    variant,
    '--json',
    '--library',
    library,
  ]);
  expect(ended.code, ended.stderr).toBe(0);
  return jsonOf(ended) as unknown as Bisected;
}

describe('what was changed on purpose is found again by replaying the two replicates', () => {
  it('one bit of one weight: which, and by how much', async () => {
    const found = await bisect('BIT');
    expect(found).toMatchObject({ step: 57, reproduced: [true, true], sameBatch: true, operation: null });
    // Each of the two has one bit of its own flipped.
    expect(found.before.reduce((sum, { differing }) => sum + differing, 0)).toBe(2);
    for (const { largestUlps } of found.before) expect(largestUlps).toBe(1);
    expect(found.growth[0]?.step).toBe(57);
    expect(found.growth.at(-1)).toMatchObject({ step: 99 });
    for (const { distance } of found.growth) expect(distance).toBeGreaterThan(0);
  });

  it('two examples of one mini-batch: every weight is the same before it', async () => {
    const found = await bisect('SWAP');
    expect(found).toMatchObject({ step: 63, reproduced: [true, true], before: [], sameBatch: false });
  });

  it('another number of threads: the first op that differs, from the same weights and examples', async () => {
    const found = await bisect('THREADS');
    expect(found).toMatchObject({ reproduced: [true, true], before: [], sameBatch: true });
    expect(found.operation?.label).toMatch(/loss|gradient of /);
    expect(found.operation?.difference.largestUlps).toBeGreaterThan(0);
    expect(found.remedy).toMatch(/same number of threads/);
  });

  it('nothing, where nothing parts', async () => {
    const ended = await noisefloor([
      'certify',
      'tiny',
      '--bisect',
      '--variant',
      'CONTROL',
      '--json',
      '--library',
      library,
    ]);
    expect(ended.code).not.toBe(0);
    expect(errorOf(ended)).toMatchObject({ code: 'nothing-parts' });
  });
});
