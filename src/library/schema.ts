import type { Generated, Selectable } from 'kysely';

/** A replicate's status. `running` is also what a host left behind that died; a claim tells the two apart. */
export const replicateStatuses = ['planned', 'running', 'finished', 'diverged', 'failed', 'stopped'] as const;
export type ReplicateStatus = (typeof replicateStatuses)[number];

/** Times are ISO 8601 unless named milliseconds; JSON is kept as text; blobs are little-endian. */
export interface LibrarySchema {
  datasets: { hash: string; identity: string; test_labels: Uint8Array };
  studies: {
    key: Generated<number>;
    id: string;
    name: string;
    study: string;
    created: string;
    seed: number;
    preset: string | null;
    dataset_hash: string | null;
    notes: string;
    discarded: string | null;
  };
  drafts: { id: string; name: string; content: string; updated: string };
  saved_figures: { study_key: number; figure: string; edits: string; updated: string };
  overheads: { key: Generated<number>; id: string; preset: string; created: string; definition: string };
  overhead_trials: {
    key: Generated<number>;
    overhead_key: number;
    model: string;
    setting: string;
    round: number;
    seconds: number;
    peak_bytes: number;
    machine: string;
  };
  overhead_profiles: {
    key: Generated<number>;
    overhead_key: number;
    model: string;
    setting: string;
    profiler: string;
    source: string;
    activities: string;
  };
  variants: { key: Generated<number>; study_key: number; position: number; name: string; definition: string };
  tensor_lists: { key: Generated<number>; sha256: string; tensors: string };
  replicates: {
    key: Generated<number>;
    id: string;
    variant_key: number;
    replicate_index: number;
    status: ReplicateStatus;
    work_order: string;
    machine: string | null;
    dataset_hash: string | null;
    tensor_list_key: number | null;
    attempts: number;
    started_at: string | null;
    ended_at: string | null;
    train_seconds: number;
    exit_reason: string | null;
    notes: string;
    excluded_reason: string | null;
    ingest_offset: number;
    recorded_bytes: number;
    claimed_by: string | null;
    heartbeat_milliseconds: number | null;
  };
  replicate_tags: { replicate_key: number; tag: string };
  epochs: {
    replicate_key: number;
    epoch: number;
    steps: number;
    examples: number;
    first_step: number;
    learning_rate: number;
    /** NULL where it is not a number. */
    loss: number | null;
    accuracy: number | null;
    test_loss: number | null;
    test_accuracy: number | null;
    train_seconds: number;
    evaluate_seconds: number;
    record_seconds: number;
  };
  predictions: { replicate_key: number; epoch: number; bytes_per_class: 1 | 2; classes: Uint8Array };
  logits: { replicate_key: number; epoch: number; float16: Uint8Array };
  fingerprints: {
    replicate_key: number;
    epoch: number;
    steps: number;
    tensors: number;
    fingerprints: Uint8Array;
    batch_hashes: Uint8Array;
  };
  checkpoints: {
    key: Generated<number>;
    replicate_key: number;
    epoch: number;
    bytes: number;
    sha256: string;
  };
  checkpoint_chunks: { checkpoint_key: number; position: number; data: Uint8Array };
}

export type Row<Table extends keyof LibrarySchema> = Selectable<LibrarySchema[Table]>;
