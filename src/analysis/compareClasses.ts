import { classAccuracies, type Labels } from './classAccuracy.ts';
import { compareMeans, type MeanComparison } from './compareMeans.ts';
import { holm } from './holm.ts';
import { mean } from './mean.ts';
import { predictionsFromRows, type ClassIndices } from './predictions.ts';

/** Accuracy on one class in two groups of replicates. */
export interface ClassComparison extends MeanComparison {
  readonly class: number;
  readonly name: string | null;
  /** Test examples of the class. */
  readonly examples: number;
  /** Mean accuracy of the replicates of each group. */
  readonly means: readonly [number, number];
  /** Adjusted for the number of classes, after Holm; null where nothing was tested. */
  readonly adjusted: number | null;
}

/** What replicates of two groups predicted, and what is true. */
export interface ComparedPredictions {
  readonly rows: readonly [readonly ClassIndices[], readonly ClassIndices[]];
  readonly labels: Labels;
  readonly classNames: readonly string[] | null;
  /** Whether labels are answers about attributes, which `classNames` then names. */
  readonly hasAttributes?: boolean;
  /** Whether rows of one place belong together. */
  readonly isPaired: boolean;
}

/**
 * On which classes two groups of replicates differ: Student's t of the accuracy on each class that has test examples, as
 * in {@link compareMeans}, and its p adjusted after Holm for all classes that were tested.
 * @returns nothing where a group has no predictions.
 * @throws NoisefloorError `labels-mismatch` where there is not one label an example.
 */
export function compareClasses({
  rows,
  labels,
  classNames,
  hasAttributes = false,
  isPaired,
}: ComparedPredictions): readonly ClassComparison[] {
  const [ours, theirs] = rows;
  if (ours.length === 0 || theirs.length === 0) return [];
  let classes = classNames?.length ?? 0;
  for (let example = 0; example < labels.length; example++) {
    classes = Math.max(classes, (labels[example] ?? 0) + 1);
  }
  const accuracies = [ours, theirs].map((own) =>
    classAccuracies(predictionsFromRows(own), labels, classes, hasAttributes ? 'attributes' : 'class'),
  );
  const compared = Array.from({ length: classes }, (_, index) => {
    const [first = [], second = []] = accuracies.map(({ accuracies: values, overall }) =>
      Array.from(overall, (_each, row) => values[row * classes + index] ?? Number.NaN),
    );
    return {
      class: index,
      name: classNames?.[index] ?? null,
      examples: accuracies[0]?.examples[index] ?? 0,
      means: [mean(first) ?? Number.NaN, mean(second) ?? Number.NaN] as const,
      ...compareMeans(first, second, isPaired),
    };
  }).filter(({ examples }) => examples > 0);
  const adjusted = holm(compared.map(({ pValue }) => pValue));
  return compared.map((each, place) => ({ ...each, adjusted: adjusted[place] ?? null }));
}
