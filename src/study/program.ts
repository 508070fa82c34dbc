import { z } from 'zod';
import type { taskSchema } from './task.ts';

/** A person's own training program: it is run once for each replicate, and its output is read. */
export const programSchema = z
  .strictObject({
    command: z
      .array(z.string().max(10_000))
      .min(1)
      .max(1000)
      .describe(
        'The words of the command; no shell reads them. {seed:initialisation}, {seed:order}, {seed:augmentation}, {seed:dropout}, {out}, {index}, {variant} and {threads} are filled in; {deterministic?--flag} stands only where the variant asks for determinism, {vary:order?--flag} only where that source varies.',
      ),
    folder: z
      .string()
      .min(1)
      .default('.')
      .describe('Where the command runs. Absolute once the study is stored.'),
    environment: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(10_000))
      .optional()
      .describe('Variables beside those that Noisefloor has itself.'),
    labels: z
      .string()
      .min(1)
      .optional()
      .describe('A file of the true classes of the test examples, in the order of the predictions.'),
    epochs: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .describe('How many epochs it trains, to show how far it has come.'),
  })
  .describe(
    'A program of one’s own that trains a replicate, instead of a task. What its flags fix is declared here and not verified.',
  );
export type Program = z.infer<typeof programSchema>;

/**
 * What stands for the task of a program, which nobody but the program knows: one in which every source can have an effect.
 * Pages show the program instead.
 */
export function taskOfProgram({ epochs = 1 }: Pick<Program, 'epochs'>): z.input<typeof taskSchema> {
  return {
    dataset: { kind: 'elsewhere', name: 'that of the program' },
    network: { name: 'smallcnn', dropout: 0.5 },
    recipe: {
      optimizer: { name: 'adam' },
      learningRate: { base: 1e-3 },
      augmentation: [{ kind: 'flip' }],
      batchSize: 128,
      epochs,
    },
  };
}
