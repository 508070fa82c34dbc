import type { Dataset } from '../data/dataset.ts';
import type { TrainingSession } from '../engine/trainingSession.ts';

export interface TestResult {
  /** Mean cross-entropy, natural logarithm, without label smoothing. */
  loss: number;
  /** Fraction of answers that are right: one for each test example, or one for each of its attributes. */
  accuracy: number;
  /** Predicted class of every test example; or [test examples, attributes] of 0 and 1. */
  predictions: Uint8Array | Uint16Array;
  /** [test examples, classes]. */
  logits: Float32Array;
}

/** Evaluates the session's weights, as they are, on every test example of its data set. */
export function evaluateTestSet(session: TrainingSession, dataset: Dataset): TestResult {
  const { labels, attributes } = dataset.test;
  const answers = attributes ?? labels;
  const classes = dataset.classNames.length;
  const { lossSum, predictions, logits } = session.evaluate(0, labels.length);
  let correct = 0;
  predictions.forEach((prediction, example) => {
    correct += prediction === answers[example] ? 1 : 0;
  });
  return {
    loss: lossSum / labels.length,
    accuracy: correct / answers.length,
    predictions: classes <= 256 ? Uint8Array.from(predictions) : Uint16Array.from(predictions),
    logits,
  };
}
