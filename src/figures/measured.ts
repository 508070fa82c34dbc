import type { StudyAnalysis } from '../analysis/summary.ts';
import type { Dot } from './chart.ts';

/** A study at one epoch as figures need it. */
export interface MeasuredStudy {
  readonly analysis: StudyAnalysis;
  /** Network and data set, `SmallCNN, Fashion-MNIST`. */
  readonly task: string;
  readonly network: string;
  readonly classes: number | null;
  /** Whether the network normalises batches; null where it has no such choice. */
  readonly batchNorm: boolean | null;
  /** Whether test images have attributes instead of a class each. */
  readonly hasAttributes: boolean;
  /** Names the test examples: two studies with the same can be compared. */
  readonly datasetHash: string | null;
  /** Test accuracy of the replicates that count, a fraction, by variant. */
  readonly accuracies: ReadonlyMap<string, readonly Dot[]>;
  /** Changes whenever what is recorded does. */
  readonly revision: string;
}

/** A chart with the words under it. */
export interface DrawnMeasures<Kind> {
  readonly chart: Kind;
  readonly caption: string;
}
