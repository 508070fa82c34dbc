import { NoisefloorError } from '../study/errors.ts';
import type { Labels } from './classAccuracy.ts';
import type { ClassIndices } from './predictions.ts';

/** How the answers of a replicate fall: an answer is whether a test example has an attribute. */
export interface AnswerCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** What is made of them; the paper's error rates of subgroups (section 4). */
export const rateNames = ['accuracy', 'falsePositiveRate', 'falseNegativeRate'] as const;
export type RateName = (typeof rateNames)[number];

/** Which answers count. */
export interface CountedAnswers {
  /** One for each test example; null counts all. */
  readonly examples: Uint8Array | null;
  /** The only attribute, from 0; null pools all of them. */
  readonly attribute: number | null;
}

/**
 * Counts answers, pooled over attributes and examples.
 * @param predictions of 0 and 1, row-major [test examples, attributes], as are the labels.
 * @throws NoisefloorError `labels-mismatch` where there is not one label an answer.
 */
export function countAnswers(
  predictions: ClassIndices,
  labels: Labels,
  attributes: number,
  { examples, attribute }: CountedAnswers,
): AnswerCounts {
  if (predictions.length !== labels.length || labels.length % attributes !== 0) {
    throw new NoisefloorError(
      'labels-mismatch',
      `There are ${labels.length} labels for ${predictions.length} answers about ${attributes} attributes: give one label an answer.`,
    );
  }
  // By 2 * label + prediction.
  const counts = [0, 0, 0, 0];
  const first = attribute ?? 0;
  const last = attribute ?? attributes - 1;
  for (let example = 0; example * attributes < labels.length; example += 1) {
    if (examples !== null && examples[example] === 0) continue;
    for (let at = example * attributes + first; at <= example * attributes + last; at += 1) {
      const kind = 2 * (labels[at] ?? 0) + (predictions[at] ?? 0);
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
  }
  const [trueNegatives = 0, falsePositives = 0, falseNegatives = 0, truePositives = 0] = counts;
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

/**
 * Accuracy, false-positive rate FP / (FP + TN) and false-negative rate FN / (FN + TP), as fractions; null where nothing could be
 * right or wrong in that way. (The paper's own script divides the false negatives by FP + TN.)
 */
export function ratesOf(counts: AnswerCounts): Readonly<Record<RateName, number | null>> {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts;
  const right = truePositives + trueNegatives;
  return {
    accuracy: part(right, right + falsePositives + falseNegatives),
    falsePositiveRate: part(falsePositives, falsePositives + trueNegatives),
    falseNegativeRate: part(falseNegatives, falseNegatives + truePositives),
  };
}

const part = (count: number, of: number): number | null => (of === 0 ? null : count / of);
