-- Vectors are BLOBs of little-endian float32, one number a feature.
-- Times are UTC text, as in 2026-01-31T12:00:00.000Z. Durations are seconds, losses nats.
-- SQLite has no NaN: in `step` and `evaluation` a NULL loss is NaN.

CREATE TABLE migration (
  version    INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  script     TEXT NOT NULL,
  applied_at TEXT NOT NULL
) STRICT;

-- A training run. `running` with a process that is gone reads as interrupted.
CREATE TABLE run (
  id                INTEGER PRIMARY KEY,
  uuid              TEXT NOT NULL CONSTRAINT run_uuid_is_unique UNIQUE,
  name              TEXT NOT NULL,
  status            TEXT NOT NULL
    CONSTRAINT run_status_is_known CHECK (status IN ('running', 'finished', 'diverged', 'failed')),
  status_reason     TEXT,
  -- JSON objects; `configuration->>'batch_size'` reads one.
  configuration     TEXT NOT NULL,
  provenance        TEXT NOT NULL,
  started_at        TEXT NOT NULL,
  heartbeat_at      TEXT NOT NULL,
  finished_at       TEXT,
  boot_id           TEXT NOT NULL,
  process_id        INTEGER NOT NULL,
  process_start     INTEGER NOT NULL,
  -- Wall time since the run began, and the part of it that was spent inside the recorder.
  elapsed_seconds   REAL NOT NULL DEFAULT 0,
  recording_seconds REAL NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE tag (
  run   INTEGER NOT NULL CONSTRAINT tag_run_exists REFERENCES run (id) ON DELETE CASCADE,
  key   TEXT NOT NULL,
  value TEXT NOT NULL,
  CONSTRAINT tag_key PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;

-- What one training step did: loss and accuracy on its batch, before the update.
CREATE TABLE step (
  run           INTEGER NOT NULL CONSTRAINT step_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step          INTEGER NOT NULL CONSTRAINT step_counts_from_zero CHECK (step >= 0),
  loss          REAL,
  accuracy      REAL,
  learning_rate REAL NOT NULL,
  batch_size    INTEGER NOT NULL,
  duration      REAL NOT NULL,
  CONSTRAINT step_key PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

-- A tensor of a layer under one population and one way of evaluating batch norm.
-- `epsilon` is set where batch norm reads this tensor: there a moment has gamma and beta.
CREATE TABLE site (
  id         INTEGER PRIMARY KEY,
  run        INTEGER NOT NULL CONSTRAINT site_run_exists REFERENCES run (id) ON DELETE CASCADE,
  layer      INTEGER NOT NULL CONSTRAINT site_layer_counts_from_one CHECK (layer >= 1),
  tap        TEXT NOT NULL
    CONSTRAINT site_tap_is_known CHECK (tap IN ('input', 'preactivation', 'activation', 'normalized')),
  population TEXT NOT NULL CONSTRAINT site_population_is_known CHECK (population IN ('batch', 'probe')),
  statistics TEXT NOT NULL
    CONSTRAINT site_statistics_is_known CHECK (statistics IN ('batch', 'running', 'none')),
  width      INTEGER NOT NULL CONSTRAINT site_width_is_positive CHECK (width > 0),
  epsilon    REAL,
  CONSTRAINT site_is_unique UNIQUE (run, layer, tap, population, statistics)
) STRICT;

-- The batch mean and biased batch variance of every feature at one site and step.
CREATE TABLE moment (
  id               INTEGER PRIMARY KEY,
  site             INTEGER NOT NULL CONSTRAINT moment_site_exists REFERENCES site (id) ON DELETE CASCADE,
  step             INTEGER NOT NULL,
  count            INTEGER NOT NULL,
  non_finite_count INTEGER NOT NULL,
  mean             BLOB NOT NULL,
  variance         BLOB NOT NULL,
  gamma            BLOB,
  beta             BLOB,
  CONSTRAINT moment_is_unique UNIQUE (site, step)
) STRICT;

-- Loss and accuracy on a split; `statistics` says how batch norm was evaluated.
CREATE TABLE evaluation (
  run        INTEGER NOT NULL CONSTRAINT evaluation_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step       INTEGER NOT NULL,
  split      TEXT NOT NULL CONSTRAINT evaluation_split_is_known CHECK (split IN ('train', 'test')),
  statistics TEXT NOT NULL
    CONSTRAINT evaluation_statistics_is_known CHECK (statistics IN ('batch', 'running', 'none')),
  loss       REAL,
  accuracy   REAL NOT NULL,
  count      INTEGER NOT NULL,
  CONSTRAINT evaluation_key PRIMARY KEY (run, step, split, statistics)
) STRICT, WITHOUT ROWID;
