import type { Preset } from './preset.ts';
import { paperVariants, type Variant } from './variant.ts';

const reference =
  'Summers and Dinneen, "Nondeterminism and Instability in Neural Network Optimization" (ICML 2021)';

/** All seeds fixed, and the last bit of one weight flipped before the first step: another weight in each replicate. */
const oneBit: Variant = {
  name: 'ONE BIT',
  sources: { initialisation: 'fixed', order: 'fixed', augmentation: 'fixed', dropout: 'fixed' },
  implementation: 'deterministic',
  perturbation: { kind: 'weight-bit', step: 0, bit: 0 },
};

/** All seeds fixed, and two examples of the first mini-batch in each other's place. */
const oneSwap: Variant = { ...oneBit, name: 'ONE SWAP', perturbation: { kind: 'example-place', step: 0 } };

/** How far a single bit carries, beside full reseeding. */
export const sensitivityPresets: readonly Preset[] = [
  {
    name: 'one-bit',
    title: 'How far a single bit carries',
    description:
      'SmallCNN on the shipped Fashion-MNIST sample with every seed fixed: in ONE BIT each replicate has the last bit of one weight flipped before its first step, in ONE SWAP two examples of its first mini-batch in each other’s place, and nothing else; CONTROL has neither, ALGO other seeds. What the bit comes to is read against what full reseeding does. 15 epochs at a constant rate of 1e-3, 5 replicates of each variant: minutes on two cores.',
    reference,
    needs: [],
    study: {
      ...{ noisefloor: 1, name: 'one-bit', preset: 'one-bit' },
      task: {
        dataset: { kind: 'fashion-mnist-sample' },
        network: { name: 'smallcnn' },
        recipe: {
          optimizer: { name: 'adam' },
          learningRate: { base: 1e-3 },
          batchSize: 128,
          epochs: 15,
          shuffle: { kind: 'bounded', buffer: 1024 },
        },
      },
      variants: [
        ...paperVariants('accumulation-order').filter(({ name }) => name === 'ALGO' || name === 'CONTROL'),
        oneBit,
        oneSwap,
      ],
      replicates: 5,
      record: { predictions: 'every', checkpoints: 'last' },
    },
  },
];
