import { describe, expect, it } from 'vitest';
import type { ReplicateAtEpoch, StudyAtEpoch } from '../../src/analysis/studyAtEpoch.ts';
import { certify, type ReplicateEvidence } from '../../src/determinism/certificate.ts';

const tensorNames = ['conv/kernel', 'conv/bias', 'conv/kernel/m'];
const steps = 4;
const execution = {
  device: 'cpu',
  precision: 'float32',
  threads: 1,
  oneDnn: true,
  deterministicOps: true,
} as const;

/** A replicate of four steps and three tensors; `change` spoils a copy of its fingerprints or predictions. */
function replicate(
  index: number,
  change: (values: { fingerprints: Uint32Array; predictions: Uint8Array }) => void = () => undefined,
): ReplicateAtEpoch {
  const fingerprints = Uint32Array.from({ length: steps * tensorNames.length }, (_, place) => 1000 + place);
  const predictions = Uint8Array.of(1, 2, 3);
  change({ fingerprints, predictions });
  return {
    index,
    accuracy: 0.5,
    predictions,
    weights: null,
    fingerprints: { firstStep: 0, tensors: tensorNames.length, values: fingerprints },
  };
}

const studyOf = (replicates: ReplicateAtEpoch[]): StudyAtEpoch => ({
  study: { id: 'study-1', name: 'A study' },
  epoch: 1,
  labels: null,
  classNames: null,
  tensorNames,
  variants: [{ name: 'CONTROL', implementation: 'deterministic', replicates }],
});

const evidence = (given: Partial<Record<number, Partial<ReplicateEvidence>>> = {}) => {
  return (_: string, index: number): ReplicateEvidence => ({
    batchHashes: Uint32Array.of(7, 8, 9, 10),
    execution,
    ...given[index],
  });
};

const certifyOne = (replicates: ReplicateAtEpoch[], given = evidence()) =>
  certify(studyOf(replicates), given).variants[0]!;

describe('a certificate', () => {
  it('of replicates that agree in every bit', () => {
    const certificate = certify(studyOf([replicate(0), replicate(1), replicate(2)]), evidence());
    expect(certificate).toEqual({
      study: { id: 'study-1', name: 'A study' },
      epoch: 1,
      steps: 4,
      tensors: 3,
      variants: [
        {
          variant: 'CONTROL',
          replicates: 3,
          bitIdentical: true,
          groups: [[0, 1, 2]],
          steps: 4,
          partings: [],
        },
      ],
    });
  });

  it.each([
    [0, 0, 'conv/kernel'],
    [0, 2, 'conv/kernel/m'],
    [2, 1, 'conv/bias'],
    [3, 2, 'conv/kernel/m'],
  ])('finds one bit flipped at step %i in tensor %i', (step, tensor, name) => {
    const spoilt = replicate(2, ({ fingerprints }) => {
      for (let later = step; later < steps; later += 1) fingerprints[3 * later + tensor]! ^= 1 << (later * 7);
    });
    expect(certifyOne([replicate(0), replicate(1), spoilt])).toEqual({
      variant: 'CONTROL',
      replicates: 3,
      bitIdentical: false,
      groups: [[0, 1], [2]],
      steps: 4,
      partings: [
        {
          ...{ replicate: 2, from: 0, step, tensor: name, firstOtherBatch: null },
          ...{ seedDifferences: [], configurationDifferences: [] },
          explanation: 'same seeds, same batches, same configuration: the device’s own noise',
        },
      ],
    });
  });

  it('finds a difference that healed again, though the ends are the same', () => {
    const healed = replicate(1, ({ fingerprints }) => (fingerprints[4]! ^= 1));
    expect(certifyOne([replicate(0), healed])).toMatchObject({
      bitIdentical: true,
      partings: [{ replicate: 1, step: 1, tensor: 'conv/bias' }],
    });
  });

  it('finds predictions that differ where all fingerprints agree', () => {
    const other = replicate(1, ({ predictions }) => (predictions[2]! += 1));
    expect(certifyOne([replicate(0), other])).toMatchObject({
      bitIdentical: false,
      partings: [{ replicate: 1, from: 0, step: null, tensor: null }],
    });
  });

  it('names the first step that was fed something else, and what differs in the configuration', () => {
    const parted = replicate(5, ({ fingerprints }) => fingerprints.fill(0, 6));
    const given = evidence({
      5: {
        batchHashes: Uint32Array.of(7, 8, 0, 10),
        execution: { ...execution, threads: 2, deterministicOps: false },
        seeds: { initialisation: 1, 'data order': 3, 'accumulation order': null },
        machine: { CPU: 'another', TensorFlow: '2.18.0' },
      },
      3: {
        seeds: { initialisation: 1, 'data order': 2, 'accumulation order': null },
        machine: { CPU: 'a processor', TensorFlow: '2.18.0' },
      },
    });
    expect(certifyOne([replicate(3), parted], given).partings).toEqual([
      {
        replicate: 5,
        from: 3,
        step: 2,
        tensor: 'conv/kernel',
        firstOtherBatch: 2,
        seedDifferences: ['data order'],
        configurationDifferences: [
          'threads: 1 against 2',
          'deterministicOps: true against false',
          'CPU: a processor against another',
        ],
        explanation:
          'other seeds of data order; other examples or draws from step 2 on; threads: 1 against 2; deterministicOps: true against false; CPU: a processor against another',
      },
    ]);
  });

  it('judges by the weights where fingerprints were kept of the beginning only', () => {
    const early = (index: number, weight: number): ReplicateAtEpoch => {
      const { fingerprints, ...rest } = replicate(index);
      return {
        ...rest,
        fingerprints: fingerprints && { ...fingerprints, reachesEnd: false },
        weights: [{ name: 'conv/kernel', shape: [1], role: 'weight', data: Float32Array.of(weight) }],
      };
    };
    expect(certifyOne([early(0, 1), early(1, 1)])).toMatchObject({ bitIdentical: true, partings: [] });
    expect(certifyOne([early(0, 1), early(1, 2)])).toMatchObject({
      bitIdentical: false,
      partings: [{ replicate: 1, step: null, tensor: null }],
    });
    const unknown = [0, 1].map((index) => ({ ...early(index, 1), weights: null }));
    expect(certifyOne(unknown)).toMatchObject({ bitIdentical: null, partings: [] });
  });

  it('says nothing of one replicate, or of none', () => {
    const alone = { bitIdentical: null, partings: [] };
    expect(certifyOne([replicate(0)])).toMatchObject({ replicates: 1, ...alone });
    expect(certifyOne([])).toMatchObject({ replicates: 0, ...alone });
  });

  it('says that too little was recorded where neither fingerprints nor weights were', () => {
    const bare = [0, 1].map((index) => ({ ...replicate(index), fingerprints: null }));
    expect(certifyOne(bare)).toMatchObject({ bitIdentical: null, partings: [] });
  });
});
