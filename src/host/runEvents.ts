import type { ReplicateOutcome } from '../scheduling/replicateProcess.ts';

export interface PlannedReplicate {
  id: string;
  variant: string;
  index: number;
  /** Epochs that were finished before this run began. */
  finishedEpochs: number;
  /** How it has ended, where it will not run again; else null. */
  outcome: ReplicateOutcome | null;
}

/** What a host tells whoever watches a study run. */
export type RunEvent =
  | { type: 'preparing'; message: string }
  | {
      type: 'planned';
      study: { id: string; name: string };
      replicates: readonly PlannedReplicate[];
      epochs: number;
      parallel: number;
    }
  /** Something the person should know, in one sentence. */
  | { type: 'note'; message: string }
  | { type: 'started'; replicate: string; attempt: number }
  /** A process that an earlier host left running goes on, and is waited for. */
  | { type: 'adopted'; replicate: string; process: { pid: number; host: string } }
  | {
      type: 'progress';
      replicate: string;
      epoch: number;
      step: number;
      stepsPerEpoch: number;
      examplesPerSecond: number;
    }
  | { type: 'epoch'; replicate: string; epoch: number; testAccuracy: number }
  | { type: 'ended'; replicate: string; outcome: ReplicateOutcome; reason: string | null; retry: boolean };

export type RunListener = (event: RunEvent) => void;
