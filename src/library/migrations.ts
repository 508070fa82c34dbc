/** One step from a library's version to the next. Once released, a migration is never changed. */
export interface Migration {
  /** The version the library has afterwards; the first is 1, and none is left out. */
  version: number;
  sql: string;
}

/**
 * The limits on what a library may hold are CHECK constraints, so that `quick_check` finds whatever breaks them in a file
 * from elsewhere, before anything of that size is read.
 */
const first = `
  CREATE TABLE datasets (
    hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) BETWEEN 1 AND 200),
    identity TEXT NOT NULL CHECK (length(identity) <= 16777216 AND json_valid(identity)),
    test_labels BLOB NOT NULL CHECK (length(test_labels) <= 268435456 AND length(test_labels) % 4 = 0)
  ) STRICT;

  CREATE TABLE studies (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (
      length(id) BETWEEN 1 AND 80 AND id NOT GLOB '*[^a-z0-9-]*' AND id NOT GLOB '-*'
    ),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    study TEXT NOT NULL CHECK (length(study) <= 4194304 AND json_valid(study)),
    created TEXT NOT NULL CHECK (length(created) <= 40),
    seed INTEGER NOT NULL CHECK (seed BETWEEN 0 AND 4294967295),
    preset TEXT CHECK (length(preset) <= 80),
    dataset_hash TEXT REFERENCES datasets (hash),
    notes TEXT NOT NULL DEFAULT '' CHECK (length(notes) <= 100000)
  ) STRICT;
  CREATE INDEX studies_by_name ON studies (name);
  CREATE INDEX studies_by_dataset ON studies (dataset_hash);

  CREATE TABLE variants (
    key INTEGER PRIMARY KEY,
    study_key INTEGER NOT NULL REFERENCES studies (key) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 63),
    name TEXT NOT NULL COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 80),
    definition TEXT NOT NULL CHECK (length(definition) <= 100000 AND json_valid(definition)),
    UNIQUE (study_key, position),
    UNIQUE (study_key, name)
  ) STRICT;

  CREATE TABLE tensor_lists (
    key INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    tensors TEXT NOT NULL CHECK (length(tensors) <= 67108864 AND json_valid(tensors))
  ) STRICT;

  CREATE TABLE replicates (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (length(id) BETWEEN 1 AND 200),
    variant_key INTEGER NOT NULL REFERENCES variants (key) ON DELETE CASCADE,
    replicate_index INTEGER NOT NULL CHECK (replicate_index BETWEEN 0 AND 1000000),
    status TEXT NOT NULL CHECK (
      status IN ('planned', 'running', 'finished', 'diverged', 'failed', 'stopped')
    ),
    work_order TEXT NOT NULL CHECK (length(work_order) <= 4194304 AND json_valid(work_order)),
    machine TEXT CHECK (length(machine) <= 1048576 AND json_valid(machine)),
    dataset_hash TEXT REFERENCES datasets (hash),
    tensor_list_key INTEGER REFERENCES tensor_lists (key),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    started_at TEXT CHECK (length(started_at) <= 40),
    ended_at TEXT CHECK (length(ended_at) <= 40),
    train_seconds REAL NOT NULL DEFAULT 0,
    exit_reason TEXT CHECK (length(exit_reason) <= 100000),
    notes TEXT NOT NULL DEFAULT '' CHECK (length(notes) <= 100000),
    excluded_reason TEXT CHECK (length(excluded_reason) <= 10000),
    ingest_offset INTEGER NOT NULL DEFAULT 0 CHECK (ingest_offset >= 0),
    recorded_bytes INTEGER NOT NULL DEFAULT 0 CHECK (recorded_bytes >= 0),
    claimed_by TEXT CHECK (length(claimed_by) <= 1000),
    heartbeat_milliseconds INTEGER,
    UNIQUE (variant_key, replicate_index),
    CHECK ((claimed_by IS NULL) = (heartbeat_milliseconds IS NULL))
  ) STRICT;
  CREATE INDEX replicates_by_dataset ON replicates (dataset_hash);
  CREATE INDEX replicates_by_tensor_list ON replicates (tensor_list_key);
  CREATE INDEX replicates_by_claim ON replicates (claimed_by);

  CREATE TABLE epochs (
    replicate_key INTEGER NOT NULL REFERENCES replicates (key) ON DELETE CASCADE,
    epoch INTEGER NOT NULL CHECK (epoch BETWEEN 0 AND 1000000),
    steps INTEGER NOT NULL CHECK (steps >= 0),
    examples INTEGER NOT NULL CHECK (examples >= 0),
    first_step INTEGER NOT NULL CHECK (first_step >= 0),
    learning_rate REAL NOT NULL,
    loss REAL,
    accuracy REAL,
    test_loss REAL,
    test_accuracy REAL,
    train_seconds REAL NOT NULL,
    evaluate_seconds REAL NOT NULL,
    record_seconds REAL NOT NULL,
    PRIMARY KEY (replicate_key, epoch)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE predictions (
    replicate_key INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    bytes_per_class INTEGER NOT NULL CHECK (bytes_per_class IN (1, 2)),
    classes BLOB NOT NULL CHECK (length(classes) <= 134217728 AND length(classes) % bytes_per_class = 0),
    PRIMARY KEY (replicate_key, epoch),
    FOREIGN KEY (replicate_key, epoch) REFERENCES epochs (replicate_key, epoch) ON DELETE CASCADE
  ) STRICT;

  CREATE TABLE logits (
    replicate_key INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    float16 BLOB NOT NULL CHECK (length(float16) <= 536870912 AND length(float16) % 2 = 0),
    PRIMARY KEY (replicate_key, epoch),
    FOREIGN KEY (replicate_key, epoch) REFERENCES epochs (replicate_key, epoch) ON DELETE CASCADE
  ) STRICT;

  CREATE TABLE fingerprints (
    replicate_key INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    steps INTEGER NOT NULL CHECK (steps >= 0),
    tensors INTEGER NOT NULL CHECK (tensors >= 0),
    fingerprints BLOB NOT NULL CHECK (
      length(fingerprints) <= 536870912 AND length(fingerprints) = 4 * steps * tensors
    ),
    batch_hashes BLOB NOT NULL CHECK (length(batch_hashes) = 4 * steps),
    PRIMARY KEY (replicate_key, epoch),
    FOREIGN KEY (replicate_key, epoch) REFERENCES epochs (replicate_key, epoch) ON DELETE CASCADE
  ) STRICT;

  CREATE TABLE checkpoints (
    key INTEGER PRIMARY KEY,
    replicate_key INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes BETWEEN 0 AND 17179869184),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    UNIQUE (replicate_key, epoch),
    FOREIGN KEY (replicate_key, epoch) REFERENCES epochs (replicate_key, epoch) ON DELETE CASCADE
  ) STRICT;

  CREATE TABLE checkpoint_chunks (
    checkpoint_key INTEGER NOT NULL REFERENCES checkpoints (key) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 16384),
    data BLOB NOT NULL CHECK (length(data) <= 4194304),
    PRIMARY KEY (checkpoint_key, position)
  ) STRICT;
`;

/** A study that is thrown away says when, until it is taken back or deleted for good. */
const discarded = `
  ALTER TABLE studies ADD COLUMN discarded TEXT CHECK (length(discarded) <= 40);
`;

/** Words that a person sorts replicates by; a replicate has each at most once, whatever its case. */
const replicateTags = `
  CREATE TABLE replicate_tags (
    replicate_key INTEGER NOT NULL REFERENCES replicates (key) ON DELETE CASCADE,
    tag TEXT NOT NULL COLLATE NOCASE CHECK (length(tag) BETWEEN 1 AND 60),
    PRIMARY KEY (replicate_key, tag)
  ) STRICT, WITHOUT ROWID;
`;

/** Plans that somebody is still making: a study that may not be valid yet, and where its maker was. */
const drafts = `
  CREATE TABLE drafts (
    id TEXT NOT NULL PRIMARY KEY CHECK (
      length(id) BETWEEN 1 AND 80 AND id NOT GLOB '*[^a-z0-9-]*' AND id NOT GLOB '-*'
    ),
    name TEXT NOT NULL CHECK (length(name) <= 200),
    content TEXT NOT NULL CHECK (length(content) <= 4194304 AND json_valid(content)),
    updated TEXT NOT NULL CHECK (length(updated) <= 40)
  ) STRICT;
`;

/** What was changed of a study's figures, so that they are drawn again as they were when replicates are added. */
const savedFigures = `
  CREATE TABLE saved_figures (
    study_key INTEGER NOT NULL REFERENCES studies (key) ON DELETE CASCADE,
    figure TEXT NOT NULL CHECK (length(figure) BETWEEN 1 AND 80),
    edits TEXT NOT NULL CHECK (length(edits) <= 1048576 AND json_valid(edits)),
    updated TEXT NOT NULL CHECK (length(updated) <= 40),
    PRIMARY KEY (study_key, figure)
  ) STRICT, WITHOUT ROWID;
`;

/** How long networks train under several execution configurations: one row a process that was timed. */
const overheads = `
  CREATE TABLE overheads (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (
      length(id) BETWEEN 1 AND 80 AND id NOT GLOB '*[^a-z0-9-]*' AND id NOT GLOB '-*'
    ),
    preset TEXT NOT NULL CHECK (length(preset) BETWEEN 1 AND 80),
    created TEXT NOT NULL CHECK (length(created) <= 40),
    definition TEXT NOT NULL CHECK (length(definition) <= 1048576 AND json_valid(definition))
  ) STRICT;

  CREATE TABLE overhead_trials (
    key INTEGER PRIMARY KEY,
    overhead_key INTEGER NOT NULL REFERENCES overheads (key) ON DELETE CASCADE,
    model TEXT NOT NULL CHECK (length(model) BETWEEN 1 AND 80),
    setting TEXT NOT NULL CHECK (length(setting) BETWEEN 1 AND 80),
    round INTEGER NOT NULL CHECK (round BETWEEN 0 AND 1000000),
    seconds REAL NOT NULL CHECK (seconds > 0),
    peak_bytes INTEGER NOT NULL CHECK (peak_bytes >= 0),
    machine TEXT NOT NULL CHECK (length(machine) <= 1048576 AND json_valid(machine)),
    UNIQUE (overhead_key, model, setting, round)
  ) STRICT;
`;

/** What took time on the device while a network trained, as a profiler counted it; a measurement may be of profiles alone. */
const overheadProfiles = `
  CREATE TABLE overhead_profiles (
    key INTEGER PRIMARY KEY,
    overhead_key INTEGER NOT NULL REFERENCES overheads (key) ON DELETE CASCADE,
    model TEXT NOT NULL CHECK (length(model) BETWEEN 1 AND 80),
    setting TEXT NOT NULL CHECK (length(setting) BETWEEN 1 AND 80),
    profiler TEXT NOT NULL CHECK (length(profiler) BETWEEN 1 AND 40),
    source TEXT NOT NULL CHECK (length(source) <= 100000 AND json_valid(source)),
    activities TEXT NOT NULL CHECK (length(activities) <= 67108864 AND json_valid(activities)),
    UNIQUE (overhead_key, model, setting, profiler)
  ) STRICT;
`;

/** Every migration, in order. */
export const migrations: readonly Migration[] = [
  { version: 1, sql: first },
  { version: 2, sql: discarded },
  { version: 3, sql: replicateTags },
  { version: 4, sql: drafts },
  { version: 5, sql: savedFigures },
  { version: 6, sql: overheads },
  { version: 7, sql: overheadProfiles },
];
