import { NoisefloorError } from './errors.ts';
import { nearest, suggestion } from './nearest.ts';
import type { Study } from './study.ts';
import { paperVariants, singleSourceVariants, type VaryingImplementation, type Variant } from './variant.ts';

/**
 * The study with the named variants only, in the order named. Beside the study's own variants a name can be one of the
 * paper's four or of the single-source ones (`INITIALISATION`, `ORDER`, `AUGMENTATION`, `DROPOUT`).
 * @param names matched without case; a name given twice counts once.
 * @throws NoisefloorError `unknown-variant` with the nearest names, or where no name is given.
 */
export function selectVariants(study: Study, names: readonly string[]): Study {
  const known = [...study.variants];
  for (const variant of [...paperVariants(implementationOf(study)), ...singleSourceVariants()]) {
    if (!known.some(({ name }) => sameName(name, variant.name))) known.push(variant);
  }
  const chosen: Variant[] = [];
  for (const name of names.map((given) => given.trim()).filter((given) => given !== '')) {
    const variant = known.find((candidate) => sameName(candidate.name, name));
    if (variant === undefined) throw unknownVariant(name, known);
    if (!chosen.includes(variant)) chosen.push(variant);
  }
  if (chosen.length === 0) throw unknownVariant('', known);
  return { ...study, variants: chosen };
}

const sameName = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

/** What stands for implementation noise in the study, so that a variant added to it has the same. */
function implementationOf(study: Study): VaryingImplementation {
  const noisy = study.variants.map(({ implementation }) => implementation);
  return noisy.find((implementation) => implementation !== 'deterministic') ?? 'accumulation-order';
}

function unknownVariant(name: string, known: readonly Variant[]): NoisefloorError {
  const names = known.map((variant) => variant.name);
  const what = name === '' ? 'No variant is named.' : `There is no variant "${name}".`;
  return new NoisefloorError('unknown-variant', `${what} ${suggestion(name, names)}`, {
    details: { name, nearest: nearest(name, names), known: names },
  });
}
