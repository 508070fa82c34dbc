import { z } from 'zod';
import {
  implementationNoiseSchema,
  noiseSources,
  sourcesSchema,
  type ImplementationNoise,
  type SourceMode,
  type Sources,
} from './noise.ts';
import { perturbationSchema } from './perturbation.ts';

/** One setting of all noise sources. */
export const variantSchema = z.strictObject({
  name: z.string().trim().min(1).max(80),
  sources: sourcesSchema,
  implementation: implementationNoiseSchema,
  perturbation: perturbationSchema.optional(),
});
export type Variant = z.infer<typeof variantSchema>;

/** Any implementation noise that is one: what a variant such as IMPL can have. */
export type VaryingImplementation = Exclude<ImplementationNoise, 'deterministic'>;

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
export function paperVariants(implementation: VaryingImplementation): Variant[] {
  return [
    { name: 'ALGO+IMPL', sources: allSources('vary'), implementation },
    { name: 'ALGO', sources: allSources('vary'), implementation: 'deterministic' },
    { name: 'IMPL', sources: allSources('fixed'), implementation },
    { name: 'CONTROL', sources: allSources('fixed'), implementation: 'deterministic' },
  ];
}

/** For each source a variant that varies it alone, named after it: `INITIALISATION`, `ORDER` and so on. */
export function singleSourceVariants(): Variant[] {
  return noiseSources.map((source) => ({
    name: source.toUpperCase(),
    sources: { ...allSources('fixed'), [source]: 'vary' },
    implementation: 'deterministic',
  }));
}

/** The same variants with another implementation noise wherever they have one. */
export function withImplementationNoise(
  variants: readonly Variant[],
  implementation: VaryingImplementation,
): Variant[] {
  return variants.map((variant) =>
    variant.implementation === 'deterministic' ? variant : { ...variant, implementation },
  );
}
