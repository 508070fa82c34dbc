import type { Dataset } from '../data/dataset.ts';
import type { TrainingSession } from '../engine/trainingSession.ts';

export interface TestResult {
  /** Mean cross-entropy, natural logarithm. */
  loss: number;
  /** Fraction of test examples whose predicted class is right. */
  accuracy: number;
  /** Predicted class of every test example. */
  predictions: Uint8Array | Uint16Array;
  /** [test examples, classes]. */
  logits: Float32Array;
}

/** Evaluates the session's weights, as they are, on every test example of its data set. */
export function evaluateTestSet(session: TrainingSession, dataset: Dataset): TestResult {
  const { labels } = dataset.test;
  const classes = dataset.classNames.length;
  const { lossSum, predictions, logits } = session.evaluate(0, labels.length);
  let correct = 0;
  predictions.forEach((prediction, example) => {
    correct += prediction === labels[example] ? 1 : 0;
  });
  return {
    loss: lossSum / labels.length,
    accuracy: correct / labels.length,
    predictions: classes <= 256 ? Uint8Array.from(predictions) : Uint16Array.from(predictions),
    logits,
  };
}
