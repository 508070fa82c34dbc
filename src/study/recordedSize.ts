import type { EpochSelection, Study } from './study.ts';

/** How large a network is for images of one shape. */
export interface NetworkSize {
  /** Weights that training changes. */
  readonly trainable: number;
  /** Moving means and variances of batch normalisation, and other numbers that training does not change. */
  readonly movingStatistics: number;
  /** Tensors of each. */
  readonly tensors: { readonly trainable: number; readonly movingStatistics: number };
}

/** A float32 or a hash. */
const wordBytes = 4;
/** What goes around the numbers of an epoch: its own numbers, checksums, names. */
const epochBytes = 600;
const float16Bytes = 2;

/** Names and shapes of tensors, the machine, the work order: written once for each replicate. */
const replicateBytes = 5000;

/** What a study's data are, as far as its records depend on them. */
export interface RecordedData {
  readonly trainExamples: number;
  readonly testExamples: number;
  readonly classes: number;
  /** How many answers an example asks for; 1 unless it has attributes. */
  readonly answers?: number;
}

/**
 * Bytes that a study's replicates record when all of them finish. The result folders hold them, and the library holds
 * them once more.
 */
export function recordedBytes(study: Study, data: RecordedData, size: NetworkSize): number {
  const { epochs, batchSize } = study.task.recipe;
  const { predictions, checkpoints, logits } = study.record;
  const steps = Math.ceil(data.trainExamples / batchSize);
  const answers = data.testExamples * (data.answers ?? 1);
  const prediction = answers * (data.classes <= 256 ? 1 : 2);
  const logit = logits ? data.testExamples * data.classes * float16Bytes : 0;
  const tensors = size.tensors.trainable + size.tensors.movingStatistics + stateTensors(study, size);
  // A fingerprint of every tensor and one of the batch, at every step.
  const fingerprints = wordBytes * steps * (tensors + 1);
  const checkpoint = wordBytes * (size.trainable + size.movingStatistics);
  const replicate =
    replicateBytes +
    wordBytes * answers +
    epochs * (fingerprints + epochBytes) +
    selectedEpochs(predictions, epochs) * (prediction + logit) +
    selectedEpochs(checkpoints, epochs) * checkpoint;
  return replicate * study.replicates * study.variants.length;
}

/** Tensors that the optimiser keeps. */
function stateTensors({ task, execution }: Study, { tensors: { trainable } }: NetworkSize): number {
  const { optimizer } = task.recipe;
  const scale = execution.precision === 'mixed-float16' ? 2 : 0;
  // Adam keeps two moments of each weight, and counts its steps.
  if (optimizer.name === 'adam') return 2 * trainable + 1 + scale;
  return (optimizer.momentum === 0 ? 0 : trainable) + scale;
}

/** How many of a replicate's epochs a selection names; the last always counts. */
function selectedEpochs(selection: EpochSelection, epochs: number): number {
  if (selection === 'every') return epochs;
  if (selection === 'last') return 1;
  return new Set([...selection.filter((epoch) => epoch < epochs), epochs - 1]).size;
}
