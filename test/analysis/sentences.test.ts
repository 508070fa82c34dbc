import { describe, expect, test } from 'vitest';
import { studySentences } from '../../src/analysis/sentences.ts';
import type { ReplicateAtEpoch, VariantAtEpoch } from '../../src/analysis/studyAtEpoch.ts';
import { analyseStudy } from '../../src/analysis/summary.ts';

/** Ten test examples of class 0; a replicate predicts the listed ones wrongly. */
function replicate(index: number, wrong: number[], fingerprint: number): ReplicateAtEpoch {
  const predictions = new Uint8Array(10);
  for (const example of wrong) predictions[example] = 1;
  return {
    index,
    accuracy: null,
    predictions,
    weights: null,
    fingerprints: { firstStep: 0, tensors: 2, values: Uint32Array.of(1, 1, 2, fingerprint) },
  };
}

function variant(
  name: string,
  implementation: VariantAtEpoch['implementation'],
  wrong: number[][],
  differ = true,
): VariantAtEpoch {
  const replicates = wrong.map((own, index) => replicate(index, own, differ ? index : 0));
  return { name, implementation, replicates };
}

function sentencesOf(variants: VariantAtEpoch[]): { subject: string; tone: string; text: string }[] {
  const study = { id: 'study', name: 'Study' };
  const labels = new Uint8Array(10);
  const data = { study, epoch: 3, labels, classNames: null, tensorNames: ['dense/kernel', 'dense/bias'] };
  return studySentences(analyseStudy({ ...data, variants }));
}

const both = variant('ALGO+IMPL', 'accumulation-order', [[0, 1], [2], [3, 4, 5]]);
const algorithmic = variant('ALGO', 'deterministic', [[0, 1], [2], [3, 4, 5]]);
const implementation = variant('IMPL', 'accumulation-order', [[0], [0, 1], [0]]);
const control = variant('CONTROL', 'deterministic', [[0], [0], [0]], false);

describe('the four variants of the paper', () => {
  const sentences = sentencesOf([both, algorithmic, implementation, control]);

  test('three plain sentences', () => {
    expect(sentences.map(({ subject, tone }) => [subject, tone])).toEqual([
      ['implementation', 'plain'],
      ['algorithmic', 'plain'],
      ['control', 'plain'],
    ]);
  });

  test('implementation noise is labelled as what it is', () => {
    // Pairs disagree on 1, 0 and 1 of 10 examples; accuracies 0.9, 0.8, 0.9. Jackknife and chi-square by hand:
    // deleting replicates leaves churn 0.1, 0, 0.1, so 0.0667 +- 4.303 x 0.0667; SD 0.0577 x (0.521 to 6.285).
    expect(sentences[0]?.text).toBe(
      'Implementation noise alone (another order of floating-point sums inside each mini-batch), with every seed the same: two replicates disagree on 7 % (95 % interval 0 to 35) of the test examples, and accuracy spreads with an SD of 6 percentage points (95 % interval 3 to 36).',
    );
  });

  test('algorithmic noise is compared with it', () => {
    // Pairs disagree on 3, 5 and 4 of 10 examples: churn 0.4, six times 0.0667.
    expect(sentences[1]?.text).toMatch(/^Algorithmic noise alone \(other seeds, the same arithmetic\): two /);
    expect(sentences[1]?.text).toMatch(/disagree on 40 %/);
    expect(sentences[1]?.text).toMatch(/; its churn is 6\.0 times that of implementation noise\.$/);
  });

  test('CONTROL and the differences that can be found', () => {
    // SD of ALGO+IMPL is 0.1: (2.776 + 0.941) x 0.1 x sqrt(2 / 3) = 0.30.
    expect(sentences[2]?.text).toBe(
      'CONTROL, where nothing varies, came out bit-identical in all 3 replicates, so the differences are the noise that was let in and nothing else; with 3 replicates of each, only a difference of about 30 percentage points of mean accuracy or more between two methods would be found reliably (80 % power at the 5 % level, by the SD of ALGO+IMPL).',
    );
  });
});

test('a CONTROL that is not bit-identical comes first, with the step at which it parts', () => {
  const broken = variant('Control', 'deterministic', [[0], [0], [0]]);
  const sentences = sentencesOf([both, algorithmic, implementation, broken]);
  expect(sentences[0]).toEqual({
    subject: 'control',
    tone: 'warning',
    text: 'CONTROL is not bit-identical: replicates 1 and 2 part at step 1, first in dense/bias. Something that the study holds fixed still varies, so its figures do not separate the sources of noise.',
  });
  expect(sentences.map(({ subject }) => subject)).toEqual([
    'control',
    'implementation',
    'algorithmic',
    'difference',
  ]);
  expect(sentences[3]?.text).toMatch(/^With 3 replicates of each, .*\.$/);
});

test('a CONTROL that differs without fingerprints says how far it fell apart', () => {
  const broken = variant('CONTROL', 'deterministic', [[0], [0], [1]]);
  const replicates = broken.replicates.map((each) => ({ ...each, fingerprints: null }));
  const [warning] = sentencesOf([{ ...broken, replicates }]);
  expect(warning?.text).toMatch(/end in different weights or predictions\. Something/);
});

test('implementation noise that changes nothing is said to change nothing', () => {
  const repeatable = variant('IMPL', 'device', [[0], [0], [0]], false);
  expect(sentencesOf([repeatable])[0]?.text).toBe(
    'Implementation noise alone (the device’s own, with nothing forced) changed nothing: all 3 IMPL replicates are bit-identical.',
  );
});

describe('a small change made once', () => {
  const perturbation = 'the last bit of one weight is flipped before step 0';
  const changed = { ...variant('ONE BIT', 'deterministic', [[0], [1], [0]]), perturbation };

  test('is read against full reseeding, and nobody asks for implementation noise', () => {
    // Pairs of ONE BIT disagree on 2, 0 and 2 of 10 examples, those of ALGO on 3, 5 and 4.
    const sentences = sentencesOf([algorithmic, control, changed]);
    expect(sentences.map(({ subject }) => subject)).toEqual(['algorithmic', 'perturbation', 'control']);
    expect(sentences[1]?.text).toMatch(
      /^ONE BIT, where only the last bit of one weight is flipped before step 0: two replicates disagree on 13 % .*; its churn is 33 % of that of other seeds \(ALGO\)\.$/,
    );
  });

  test('of which nothing came, or of one replicate, is said so', () => {
    const [same] = sentencesOf([
      { ...variant('ONE BIT', 'deterministic', [[0], [0]], false), perturbation },
    ]).filter(({ subject }) => subject === 'perturbation');
    expect(same?.text).toMatch(/nothing came of it, all 2 replicates are bit-identical/);
    const [one] = sentencesOf([{ ...variant('ONE BIT', 'deterministic', [[0]]), perturbation }]).filter(
      ({ subject }) => subject === 'perturbation',
    );
    expect(one?.text).toMatch(/^ONE BIT has 1 replicate, and it takes two/);
  });
});

test('missing variants and single replicates are named', () => {
  expect(sentencesOf([]).map(({ text }) => text)).toEqual([
    'This study has no IMPL variant, so it does not show what implementation noise does alone.',
    'This study has no ALGO variant, so it does not show what algorithmic noise does alone.',
    'This study has no CONTROL variant, so it does not show that nothing else varies.',
  ]);
  const single = (name: string) => variant(name, 'deterministic', [[0]]);
  expect(sentencesOf(['ALGO', 'IMPL', 'CONTROL'].map(single)).map(({ text }) => text)).toEqual([
    'IMPL has 1 replicate, and it takes two to see what implementation noise does alone.',
    'ALGO has 1 replicate, and it takes two to see what algorithmic noise does alone.',
    'CONTROL has 1 replicate, and it takes two to see whether anything else varies.',
  ]);
});

test('a CONTROL that recorded too little is not called identical', () => {
  const replicates = control.replicates.map((each) => ({ ...each, fingerprints: null }));
  const text = sentencesOf([{ ...control, replicates }])[2]?.text;
  expect(text).toBe('CONTROL recorded too little to tell whether its replicates are bit-identical.');
});

test('two replicates have no interval to show', () => {
  const [sentence] = sentencesOf([variant('IMPL', 'configuration', [[0], [1]])]);
  expect(sentence?.text).toMatch(
    /\(each replicate on another number of threads\), .* disagree on 20\.0 % of the test/,
  );
});

test('a study of own variants is judged by what it has', () => {
  const own = variant('init only', 'deterministic', [[0], [1, 2], [3]]);
  expect(sentencesOf([own])[2]?.text).toMatch(/by the SD of init only\)\.$/);
});
