import { NoisefloorError } from '../study/errors.ts';
import type { Predictions } from './predictions.ts';

/** True class indices of the test examples, in test-set order. */
export type Labels = ArrayLike<number>;

/**
 * What test examples count towards: the class that is true of each; or, where each has attributes, the attribute that an
 * answer is about. Predictions and labels are then 0 and 1, row-major [test examples, attributes].
 */
export type AnswerKind = 'class' | 'attributes';

/** How well each replicate does on each class. */
export interface ClassAccuracies {
  /** Test examples of each class; [classes]. */
  readonly examples: Uint32Array;
  /** Fraction of a class that a replicate predicts rightly, NaN for a class without examples; row-major [replicates, classes]. */
  readonly accuracies: Float64Array;
  /** Accuracy of each replicate over all examples; [replicates]. */
  readonly overall: Float64Array;
}

/**
 * Accuracy of each replicate on each class.
 * @param classes number of classes, or of attributes; labels lie below it.
 * @throws NoisefloorError `labels-mismatch` when there is not one label, a class index below `classes`, an example.
 */
export function classAccuracies(
  predictions: Predictions,
  labels: Labels,
  classes: number,
  kind: AnswerKind = 'class',
): ClassAccuracies {
  const { replicates, examples, data } = predictions;
  if (labels.length !== examples) {
    throw new NoisefloorError(
      'labels-mismatch',
      `There are ${labels.length} labels for ${examples} predicted examples: give one label an example, in test-set order.`,
    );
  }
  const counts = new Uint32Array(classes);
  for (let example = 0; example < examples; example++) {
    const label = labels[example] ?? -1;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new NoisefloorError(
        'labels-mismatch',
        `The label of test example ${example} is ${label}: with ${classes} classes it must lie from 0 to ${classes - 1}.`,
      );
    }
    const group = kind === 'class' ? label : example % classes;
    counts[group] = (counts[group] ?? 0) + 1;
  }
  const accuracies = new Float64Array(replicates * classes);
  const overall = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    let right = 0;
    for (let example = 0; example < examples; example++) {
      const label = labels[example] ?? 0;
      if (data[replicate * examples + example] !== label) continue;
      const cell = replicate * classes + (kind === 'class' ? label : example % classes);
      accuracies[cell] = (accuracies[cell] ?? 0) + 1;
      right++;
    }
    overall[replicate] = right / examples;
  }
  for (let cell = 0; cell < accuracies.length; cell++) {
    accuracies[cell] = (accuracies[cell] ?? 0) / (counts[cell % classes] ?? 0);
  }
  return { examples: counts, accuracies, overall };
}
