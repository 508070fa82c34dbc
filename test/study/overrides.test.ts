import { describe, expect, it } from 'vitest';
import { applyOverrides } from '../../src/study/overrides.ts';
import { presetNamed, studyFromPreset } from '../../src/study/presets.ts';
import { failureOf } from './failure.ts';

const study = studyFromPreset(presetNamed('smallcnn-fashion'));
const messageOf = (...overrides: string[]): string =>
  failureOf(() => applyOverrides(study, overrides)).message;

describe('applyOverrides', () => {
  it('sets values by paths from the study and from its task', () => {
    const changed = applyOverrides(study, [
      'task.recipe.epochs=4',
      'recipe.batchSize = 32',
      'variants.0.name=First',
      'variants[1].sources.order=fixed',
      'execution.threads=2',
      'recipe.augmentation=[{"kind":"flip"}]',
    ]);
    expect(changed.task.recipe.epochs).toBe(4);
    expect(changed.task.recipe.batchSize).toBe(32);
    expect(changed.variants[0]?.name).toBe('First');
    expect(changed.variants[1]?.sources.order).toBe('fixed');
    expect(changed.execution.threads).toBe(2);
    expect(changed.task.recipe.augmentation).toEqual([{ kind: 'flip' }]);
    expect(study.task.recipe.epochs).toBe(120);
  });

  it('leaves text as it stands where text belongs, digits and quotes included', () => {
    expect(applyOverrides(study, ['name=2024']).name).toBe('2024');
    expect(applyOverrides(study, ['name="quoted"']).name).toBe('quoted');
    expect(applyOverrides(study, ['name=a=b']).name).toBe('a=b');
  });

  it('changes kinds first, keeps what the new kind has too and drops the rest', () => {
    const idx = applyOverrides(study, ['dataset.path=/data/1', 'dataset.kind=idx']);
    expect(idx.task.dataset).toEqual({ kind: 'idx', path: '/data/1' });
    const folder = applyOverrides(idx, ['dataset.kind=image-folder', 'dataset.testFraction=0.5']);
    expect(folder.task.dataset).toEqual({ kind: 'image-folder', path: '/data/1', testFraction: 0.5 });
    const full = applyOverrides(study, ['recipe.shuffle.kind=full']);
    expect(full.task.recipe.shuffle).toEqual({ kind: 'full' });
  });

  it('begins objects that were left out', () => {
    const { record: _, ...input } = study;
    expect(applyOverrides(input, ['record.checkpoints=every']).record.checkpoints).toBe('every');
  });

  it.each([
    ['epochs=4', 'a study has no epochs. Did you mean task.recipe.epochs?'],
    ['recipe.epoch=4', 'a study has no task.recipe.epoch. Did you mean task.recipe.epochs?'],
    ['recipee.epochs=4', 'a study has no recipee.'],
    ['threads=2', 'Did you mean execution.threads?'],
    [
      'dataset.path=/x',
      'a study has no task.dataset.path while its kind is fashion-mnist-sample; set task.dataset.kind to idx, image-folder, imagenet, celeba, cifar-10, cifar-100 or npz as well.',
    ],
    ['variants.9.name=x', 'the list has 4 items, counted from 0, and the next would be 4.'],
    ['recipe.epochs.x=3', 'a study has no task.recipe.epochs.x. Nothing belongs there.'],
    ['__proto__.seed=3', 'a study has no __proto__.'],
    ['constructor.name=x', 'a study has no constructor.'],
  ])('refuses %s', (override, message) => {
    expect(messageOf(override)).toContain(message);
    expect(failureOf(() => applyOverrides(study, [override])).code).toBe('invalid-override');
  });

  it.each(['epochs', '=3', ''])('refuses %j, which sets nothing', (override) => {
    expect(messageOf(override)).toContain('does not say what to set');
  });

  it('refuses values that the study cannot have', () => {
    expect(messageOf('recipe.epochs=0')).toBe(
      'The study with recipe.epochs=0 is not valid. task.recipe.epochs is 0; expected a whole number from 1 to 100000.',
    );
    expect(messageOf('recipe.epochs=many')).toContain('task.recipe.epochs is "many"');
    expect(messageOf('recipe.shuffle.kind=bounde')).toContain('Did you mean "bounded"?');
    expect(messageOf('task=3')).toContain('task is 3; expected an object');
  });
});
