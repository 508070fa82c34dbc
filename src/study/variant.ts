import { z } from 'zod';
import {
  implementationNoiseSchema,
  sourcesSchema,
  type ImplementationNoise,
  type SourceMode,
  type Sources,
} from './noise.ts';

/** One setting of all noise sources. */
export const variantSchema = z.strictObject({
  name: z.string().trim().min(1).max(80),
  sources: sourcesSchema,
  implementation: implementationNoiseSchema,
});
export type Variant = z.infer<typeof variantSchema>;

export const paperVariantNames = ['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL'] as const;

const allSources = (mode: SourceMode): Sources => ({
  initialisation: mode,
  order: mode,
  augmentation: mode,
  dropout: mode,
});

/**
 * The paper's four variants (section 3.1), in its order.
 * @param implementation what stands for implementation noise in ALGO+IMPL and IMPL.
 */
export function paperVariants(implementation: Exclude<ImplementationNoise, 'deterministic'>): Variant[] {
  return [
    { name: 'ALGO+IMPL', sources: allSources('vary'), implementation },
    { name: 'ALGO', sources: allSources('vary'), implementation: 'deterministic' },
    { name: 'IMPL', sources: allSources('fixed'), implementation },
    { name: 'CONTROL', sources: allSources('fixed'), implementation: 'deterministic' },
  ];
}
