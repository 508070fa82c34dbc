import { describe, expect, it } from 'vitest';
import { presetNamed, studyFromPreset } from '../../src/study/presets.ts';
import { selectVariants } from '../../src/study/selection.ts';
import { withImplementationNoise } from '../../src/study/variant.ts';
import { failureOf } from './failure.ts';

const study = studyFromPreset(presetNamed('quickstart'));

describe('selectVariants', () => {
  it('takes names without case, in the order named, once each', () => {
    const { variants } = selectVariants(study, ['control', ' Algo+Impl', 'CONTROL']);
    expect(variants.map(({ name }) => name)).toEqual(['CONTROL', 'ALGO+IMPL']);
  });

  it('knows a variant for each single source', () => {
    const { variants } = selectVariants(study, ['order']);
    expect(variants).toEqual([
      {
        name: 'ORDER',
        sources: { initialisation: 'fixed', order: 'vary', augmentation: 'fixed', dropout: 'fixed' },
        implementation: 'deterministic',
      },
    ]);
  });

  it("adds the paper's variants with the study's implementation noise", () => {
    const control = selectVariants(
      { ...study, variants: withImplementationNoise(study.variants, 'configuration') },
      ['algo+impl'],
    );
    expect(selectVariants(control, ['IMPL']).variants[0]?.implementation).toBe('configuration');
  });

  it('names the nearest of what it does not know', () => {
    const error = failureOf(() => selectVariants(study, ['contrl']));
    expect(error.code).toBe('unknown-variant');
    expect(error.message).toBe(
      'There is no variant "contrl". Did you mean "CONTROL"? Known: ALGO+IMPL, ALGO, IMPL, CONTROL, INITIALISATION, ORDER, AUGMENTATION, DROPOUT.',
    );
    expect(failureOf(() => selectVariants(study, [' '])).message).toContain('No variant is named.');
  });
});
