export const tensorRoles = ['weight', 'moving-statistic', 'optimizer'] as const;
export type TensorRole = (typeof tensorRoles)[number];

/** What a tensor of a network or its optimiser is, without its numbers. */
export interface TensorInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: TensorRole;
}

/** A float32 tensor, row-major. */
export interface SavedTensor extends TensorInfo {
  readonly data: Float32Array;
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Written when a process begins, or goes on with, a replicate. */
export interface StartedRecord {
  /** Counts the processes that worked on the replicate, from 1. */
  readonly attempt: number;
  /** ISO 8601 time. */
  readonly at: string;
  readonly pid: number;
  readonly machine: Json;
  /** Null where a program of one's own trains, and its test examples are not known. */
  readonly dataset: ({ readonly hash: string } & { readonly [key: string]: Json }) | null;
  /** Class of every test example, in the order of the predictions. */
  readonly testLabels: Int32Array;
  /** The tensors of a row of fingerprints, in order. */
  readonly tensors: readonly TensorInfo[];
  /** The first epoch this process trains. */
  readonly fromEpoch: number;
}

/** What one epoch came to. Times are in seconds; loss and accuracy are means over examples, accuracy a fraction. */
export interface EpochRecord {
  /** Counted from 0. */
  readonly epoch: number;
  readonly steps: number;
  /** Examples trained on. */
  readonly examples: number;
  readonly learningRate: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  readonly trainSeconds: number;
  readonly evaluateSeconds: number;
  readonly recordSeconds: number;
  /** Steps of the replicate before this epoch. */
  readonly firstStep: number;
  /** Steps whose update was skipped, where a loss scale decides that. */
  readonly skippedSteps?: number;
  /** Images that a grey one stands for, with the reason: those that were found since the last record. */
  readonly replacedImages?: readonly string[];
  /** Predicted class of every test example; two bytes each where there are more than 256 classes. */
  readonly predictions?: Uint8Array | Uint16Array;
  /** float16 bits, [test examples, classes]. */
  readonly logits?: Uint16Array;
  /** [steps, tensors], after each step's update. */
  readonly fingerprints: Uint32Array;
  /** [steps], of the example indices and draws each step was fed. */
  readonly batchHashes: Uint32Array;
}

/** A file of the result folder, as it was when the record was written. */
export interface FileReference {
  /** Relative to the result folder, with `/`. */
  readonly file: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** An {@link EpochRecord} as it stands in the log. */
export interface RecordedEpoch extends EpochRecord {
  /** The state to go on from; its file is gone once a later epoch is recorded, or the replicate has finished. */
  readonly state: FileReference;
  /** The checkpoint kept for the epoch, if one was. */
  readonly checkpoint: FileReference | null;
}

export const endings = ['finished', 'diverged', 'failed', 'stopped'] as const;
export type Ending = (typeof endings)[number];

/** Written when a process leaves a replicate in an orderly way. */
export interface EndedRecord {
  readonly status: Ending;
  /** ISO 8601 time. */
  readonly at: string;
  /** The last epoch begun, and the step of the replicate, both counted from 0. */
  readonly epoch: number;
  readonly step: number;
  /** What a person should know about the ending. */
  readonly reason: string | null;
}

export type ResultRecord =
  | ({ readonly type: 'started' } & StartedRecord)
  | ({ readonly type: 'epoch' } & RecordedEpoch)
  | ({ readonly type: 'ended' } & EndedRecord);
