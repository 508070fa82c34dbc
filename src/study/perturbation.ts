import { z } from 'zod';

/** A training step of a replicate, counted from 0 over all its epochs. */
const step = z.int().min(0).max(1_000_000_000);

/**
 * A change made once, and nothing else: the question of Summers and Dinneen, "Nondeterminism and Instability in Neural Network
 * Optimization" (ICML 2021), how far a single bit carries.
 */
export const perturbationSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('weight-bit'),
        step: step.default(0).describe('Before this step, counted from 0.'),
        bit: z
          .int()
          .min(0)
          .max(30)
          .default(0)
          .describe(
            'Of a float32, from the last of the mantissa: 0 changes it by one unit in the last place.',
          ),
        tensor: z
          .string()
          .min(1)
          .max(500)
          .optional()
          .describe(
            'The weight tensor, such as `conv2d/kernel`; one that is drawn for each replicate unless given.',
          ),
        element: z
          .int()
          .min(0)
          .optional()
          .describe('Its place in the tensor; drawn for each replicate unless given.'),
      })
      .describe('One bit of one weight is flipped. A weight that is 0 is passed over for the next.'),
    z
      .strictObject({ kind: z.literal('example-place'), step: step.default(0) })
      .describe(
        'Two examples of the mini-batch of one step change places; which, is drawn for each replicate.',
      ),
  ])
  .describe('A change made once at one step, with everything else as the variant says.');
export type Perturbation = z.infer<typeof perturbationSchema>;

/** A perturbation in a few words: `one bit of one weight is flipped before step 0`. */
export function describePerturbation(perturbation: Perturbation): string {
  switch (perturbation.kind) {
    case 'weight-bit': {
      const { bit, step: at, tensor } = perturbation;
      const which = bit === 0 ? 'the last bit' : `bit ${bit}`;
      return `${which} of one weight${tensor === undefined ? '' : ` of ${tensor}`} is flipped before step ${at}`;
    }
    case 'example-place':
      return `two examples of the mini-batch of step ${perturbation.step} change places`;
  }
}
