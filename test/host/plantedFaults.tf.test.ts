import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonOf, noisefloor } from '../fixtures/cli/noisefloor.ts';
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
