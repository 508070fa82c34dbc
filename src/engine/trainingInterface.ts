/** A tensor of a session: a weight, a moving statistic or a part of the optimiser's state; always float32. */
export interface TensorInfo {
  /** `<layer>/<weight>`, or `optimizer/...`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: 'weight' | 'moving-statistic' | 'optimizer';
}

export interface NamedTensor extends TensorInfo {
  readonly data: Float32Array;
}

/** The random numbers of one step, one row an example. */
export interface StepNoise {
  /** [n] uniforms in [0, 1): below one half mirrors. */
  readonly flip?: Float32Array;
  /** [n, 2] row and column, from 0 to twice the padding. */
  readonly crop?: Int32Array;
  /** [n] words of 32 bits, each the seed of an example's Inception crop. */
  readonly window?: Int32Array;
  /** One [n, ...] array of uniforms for each dropout layer. */
  readonly dropout?: readonly Float32Array[];
}

/** What each step must be fed beside indices and learning rate. */
export interface NoiseShapes {
  readonly flip: boolean;
  /** The padding; null where nothing is cropped. */
  readonly crop: number | null;
  /** Whether a window is cut out of each image. */
  readonly window?: true;
  /** Shape of each dropout layer's numbers for one example. */
  readonly dropout: readonly (readonly number[])[];
}

export interface StepResult {
  /**
   * Mean cross-entropy of the batch before the update, with the recipe's label smoothing and without its weight decay;
   * NaN or infinite where training diverged.
   */
  readonly loss: number;
  /** How many answers were right before the update: one for each example of the batch, or one for each attribute. */
  readonly correct: number;
  /** Whether the loss scale was too high for this batch, so that its update was skipped. */
  readonly skipped: boolean;
  /** One for each of `tensors`, after the update. */
  readonly fingerprints: Uint32Array;
}

export interface Evaluation {
  /** Of the examples' cross-entropies, without label smoothing. */
  readonly lossSum: number;
  /** Predicted class of each example; or [n, attributes] of 0 and 1. */
  readonly predictions: Int32Array;
  /** [n, classes], row by row. */
  readonly logits: Float32Array;
}

/** A batch before its step, as far as its images depend on it. */
export interface BatchAhead {
  readonly indices: Int32Array;
  readonly noise?: Pick<StepNoise, 'window'>;
}

/** How many batches of streamed examples are on their way: one that is decoded and two that are read. */
export const batchesAhead = 3;

/** What an op of a training step puts out. */
export interface ObservableOutput {
  readonly name: string;
  readonly op: string;
  /** Names of what it is computed from. */
  readonly inputs: readonly string[];
  /** What it is, where that has a name: `loss`, `gradient of conv2d/kernel`. */
  readonly label?: string;
}

export interface ObservedOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** A network in training: weights, optimiser state and examples live in one TensorFlow session. */
export interface TrainingSession {
  /** Weights and moving statistics in the order of the layers, then the optimiser's state. */
  readonly tensors: readonly TensorInfo[];
  readonly noiseShapes: NoiseShapes;
  /** How many answers an example asks for: 1, or its attributes. */
  readonly answers: number;
  /** Whether training examples are made ready batch by batch: read and decoded, or cut out. */
  readonly isStreamed: boolean;
  /** Images that a grey one stands for, with the reason: those that were found so far. */
  readonly replacedImages: readonly string[];
  /**
   * Takes one training step.
   * @param indices of training examples: a full batch, or the rest of an epoch.
   * @param ahead the batches that follow, {@link batchesAhead} of them, each with the very arrays that its own step will be
   *   given: streamed examples are read and decoded while this step is taken. Held ones have no use for it.
   * @throws NoisefloorError `batch-size`, `example-index`, `feed-shape`, `step-failed`; `dataset-invalid` where a
   *   streamed image is damaged, gone or has changed.
   */
  trainStep(
    indices: Int32Array,
    learningRate: number,
    noise: StepNoise,
    ahead?: readonly BatchAhead[],
  ): StepResult;
  /** What can be looked at of the step for batches of a size, each after those that it is computed from. */
  observableOutputs(batch: number): readonly ObservableOutput[];
  /**
   * Takes one training step, and looks at some of its outputs. TensorFlow fuses ops whose outputs nobody looks at: whether
   * the step is the same all the same, its fingerprints tell.
   * @param names of outputs of that batch's step.
   * @throws NoisefloorError as {@link trainStep} does.
   */
  observeStep(
    batch: { readonly indices: Int32Array; readonly noise: StepNoise },
    learningRate: number,
    names: readonly string[],
  ): { step: StepResult; outputs: ObservedOutput[] };
  /** Evaluates test examples `from` to `to` (exclusive). @throws NoisefloorError `example-index`. */
  evaluate(from: number, to: number): Evaluation;
  /** Copies of all tensors, in the order of `tensors`. */
  readTensors(): NamedTensor[];
  /** Writes tensors, all or some. @throws NoisefloorError `unknown-tensor`, `feed-shape`. */
  writeTensors(tensors: readonly NamedTensor[]): void;
  /** Frees the session. */
  dispose(): void;
}
