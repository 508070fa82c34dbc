import { describe, expect, it } from 'vitest';
import {
  describeImplementation,
  describeVariant,
  studyNotes,
  variantNotes,
} from '../../src/study/description.ts';
import { implementationNoises } from '../../src/study/noise.ts';
import { applyOverrides } from '../../src/study/overrides.ts';
import { presetNamed, studyFromPreset } from '../../src/study/presets.ts';
import { effectiveSources, mustBeIdentical } from '../../src/study/sources.ts';
import { paperVariants, singleSourceVariants } from '../../src/study/variant.ts';

const plain = studyFromPreset(presetNamed('smallcnn-fashion'));
const everything = applyOverrides(plain, ['network.dropout=0.5', 'recipe.augmentation=[{"kind":"flip"}]']);
const unshuffled = applyOverrides(plain, ['recipe.shuffle.kind=none']);

const variantOf = (name: string, study = plain) => {
  const variant = [...study.variants, ...singleSourceVariants()].find((candidate) => candidate.name === name);
  if (variant === undefined) throw new Error(`There is no variant ${name}.`);
  return variant;
};

describe('effectiveSources', () => {
  it('says why a source has no effect', () => {
    expect(effectiveSources(unshuffled.task)).toEqual([
      { source: 'initialisation', effective: true, reason: null },
      {
        source: 'order',
        effective: false,
        reason: 'The recipe does not shuffle, so the order of the examples never varies.',
      },
      {
        source: 'augmentation',
        effective: false,
        reason: 'The recipe has no augmentation, so there is none to vary.',
      },
      {
        source: 'dropout',
        effective: false,
        reason: 'The network has no dropout layer, so there is no dropout to vary.',
      },
    ]);
    expect(effectiveSources(everything.task).every(({ effective }) => effective)).toBe(true);
  });

  it('takes a buffer of one for what it is', () => {
    const one = applyOverrides(plain, ['recipe.shuffle.buffer=1']);
    expect(effectiveSources(one.task)[1]?.effective).toBe(false);
  });
});

describe('mustBeIdentical', () => {
  it.each([
    ['CONTROL', plain, true],
    ['ALGO', plain, false],
    ['IMPL', plain, false],
    ['DROPOUT', plain, true],
    ['DROPOUT', everything, false],
    ['ORDER', unshuffled, true],
  ] as const)('of %s', (name, study, expected) => {
    expect(mustBeIdentical(variantOf(name, study), study.task)).toBe(expected);
  });
});

describe('describeVariant', () => {
  it.each([
    ['ALGO+IMPL', plain, 'initialisation and data order vary; implementation: accumulation order'],
    [
      'ALGO',
      everything,
      'initialisation, data order, augmentation and dropout vary; implementation: deterministic',
    ],
    ['CONTROL', plain, 'all seeds fixed; implementation: deterministic'],
    ['ORDER', plain, 'data order varies; implementation: deterministic'],
  ] as const)('of %s', (name, study, words) => {
    expect(describeVariant(variantOf(name, study), study.task)).toBe(words);
  });

  it('never calls a stand-in the device itself', () => {
    for (const noise of implementationNoises) {
      const { sentence, label } = describeImplementation(noise);
      expect(label.length).toBeGreaterThan(0);
      if (noise === 'accumulation-order') expect(sentence).toContain("not the device's own");
    }
  });
});

describe('variantNotes', () => {
  const notesOf = (
    implementation: 'device' | 'configuration' | 'accumulation-order',
    name: string,
    device = 'cpu',
  ) => {
    const variant = paperVariants(implementation).find((candidate) => candidate.name === name);
    return variant === undefined ? [] : variantNotes(variant, plain.task, { ...plain.execution, device });
  };

  it('says that accumulation order adds nothing where order varies anyway', () => {
    expect(notesOf('accumulation-order', 'ALGO+IMPL').join()).toContain('accumulation order adds nothing');
    expect(notesOf('accumulation-order', 'IMPL')).toEqual([]);
    expect(variantNotes(variantOf('ALGO+IMPL'), unshuffled.task, plain.execution)).toEqual([]);
  });

  it('says that batches of one have one order', () => {
    const one = applyOverrides(plain, ['recipe.batchSize=1']);
    expect(variantNotes(variantOf('IMPL'), one.task, one.execution).join()).toContain('one order only');
  });

  it('says what device and threads do not do on a CPU and a GPU', () => {
    expect(notesOf('device', 'IMPL').join()).toContain('repeats itself bit for bit');
    expect(notesOf('device', 'IMPL', 'gpu')).toEqual([]);
    expect(notesOf('configuration', 'IMPL', 'gpu').join()).toContain('little or nothing');
    expect(notesOf('configuration', 'IMPL')).toEqual([]);
  });

  it('says when a variant that varies something is a control all the same', () => {
    expect(variantNotes(variantOf('DROPOUT'), plain.task, plain.execution).join()).toContain('identical');
  });
});

describe('studyNotes', () => {
  it('gives each reason once', () => {
    const notes = studyNotes(plain);
    expect(new Set(notes).size).toBe(notes.length);
    expect(notes).toContain('The recipe has no augmentation, so there is none to vary.');
    expect(studyNotes({ ...everything, variants: [variantOf('CONTROL')] })).toEqual([]);
  });
});
