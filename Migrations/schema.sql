CREATE TABLE affine (
  moment INTEGER PRIMARY KEY CONSTRAINT affine_moment_exists REFERENCES moment (id) ON DELETE CASCADE,
  gamma  BLOB NOT NULL,
  beta   BLOB NOT NULL
) STRICT;
CREATE TABLE batch_noise (
  site     INTEGER NOT NULL CONSTRAINT batch_noise_site_exists REFERENCES site (id) ON DELETE CASCADE,
  step     INTEGER NOT NULL,
  batches  INTEGER NOT NULL,
  count    INTEGER NOT NULL,
  rho      BLOB NOT NULL,
  kurtosis BLOB NOT NULL, degrees_of_freedom REAL, variance BLOB,
  CONSTRAINT batch_noise_key PRIMARY KEY (site, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoint (
  run        INTEGER NOT NULL CONSTRAINT checkpoint_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step       INTEGER NOT NULL CONSTRAINT checkpoint_counts_from_zero CHECK (step >= 0),
  created_at TEXT NOT NULL,
  tensors    BLOB NOT NULL,
  CONSTRAINT checkpoint_key PRIMARY KEY (run, step)
) STRICT;
CREATE TABLE "evaluation" (
  run        INTEGER NOT NULL CONSTRAINT evaluation_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step       INTEGER NOT NULL,
  split      TEXT NOT NULL
    CONSTRAINT evaluation_split_is_a_word CHECK (split <> '' AND split NOT GLOB '*[ (),=<>]*'),
  statistics TEXT NOT NULL
    CONSTRAINT evaluation_statistics_is_known CHECK (statistics IN ('batch', 'running', 'precise', 'ioffe', 'none')),
  loss       REAL,
  accuracy   REAL,
  count      INTEGER, loss_is_nan INTEGER NOT NULL DEFAULT 0
  CONSTRAINT evaluation_loss_is_nan CHECK (loss_is_nan = 0 OR (loss_is_nan = 1 AND loss IS NULL)), accuracy_is_nan INTEGER NOT NULL DEFAULT 0
  CONSTRAINT evaluation_accuracy_is_nan CHECK (accuracy_is_nan = 0 OR (accuracy_is_nan = 1 AND accuracy IS NULL)),
  CONSTRAINT evaluation_key PRIMARY KEY (run, step, split, statistics)
) STRICT, WITHOUT ROWID;
CREATE TABLE "event" (
  id      INTEGER PRIMARY KEY,
  run     INTEGER NOT NULL CONSTRAINT event_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step    INTEGER NOT NULL,
  layer   INTEGER,
  kind    TEXT NOT NULL CONSTRAINT event_kind_is_a_word CHECK (kind <> '' AND kind NOT GLOB '*[^-_a-z0-9]*'),
  message TEXT NOT NULL
, tap TEXT
  CONSTRAINT event_tap_is_known CHECK (tap IN ('input', 'preactivation', 'activation', 'normalized'))) STRICT;
CREATE TABLE gradient_shift (
  run             INTEGER NOT NULL CONSTRAINT gradient_shift_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step            INTEGER NOT NULL,
  layer           INTEGER NOT NULL CONSTRAINT gradient_shift_layer_counts_from_one CHECK (layer >= 1),
  gradient_norm   REAL,
  difference_norm REAL,
  cosine          REAL,
  CONSTRAINT gradient_shift_key PRIMARY KEY (run, step, layer)
) STRICT, WITHOUT ROWID;
CREATE TABLE higher_moment (
  moment   INTEGER PRIMARY KEY CONSTRAINT higher_moment_moment_exists REFERENCES moment (id) ON DELETE CASCADE,
  skewness BLOB NOT NULL,
  kurtosis BLOB NOT NULL
) STRICT;
CREATE TABLE histogram (
  site   INTEGER NOT NULL CONSTRAINT histogram_axis_exists REFERENCES histogram_axis (site) ON DELETE CASCADE,
  step   INTEGER NOT NULL,
  counts BLOB NOT NULL,
  CONSTRAINT histogram_key PRIMARY KEY (site, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE histogram_axis (
  site  INTEGER PRIMARY KEY CONSTRAINT histogram_axis_site_exists REFERENCES site (id) ON DELETE CASCADE,
  bins  INTEGER NOT NULL CONSTRAINT histogram_axis_has_bins CHECK (bins > 0),
  lower BLOB NOT NULL,
  upper BLOB NOT NULL
) STRICT;
CREATE TABLE landscape (
  run             INTEGER NOT NULL CONSTRAINT landscape_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step            INTEGER NOT NULL,
  step_length     REAL NOT NULL,
  loss            REAL,
  gradient_norm   REAL,
  difference_norm REAL,
  CONSTRAINT landscape_key PRIMARY KEY (run, step, step_length)
) STRICT, WITHOUT ROWID;
CREATE TABLE migration (
  version    INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  script     TEXT NOT NULL,
  applied_at TEXT NOT NULL
) STRICT;
CREATE TABLE "moment" (
  id               INTEGER PRIMARY KEY,
  site             INTEGER NOT NULL CONSTRAINT moment_site_exists REFERENCES site (id) ON DELETE CASCADE,
  step             INTEGER NOT NULL,
  count            INTEGER NOT NULL,
  non_finite_count INTEGER NOT NULL,
  mean             BLOB NOT NULL,
  variance         BLOB NOT NULL,
  CONSTRAINT moment_is_unique UNIQUE (site, step)
) STRICT;
CREATE TABLE quantile (
  site     INTEGER NOT NULL CONSTRAINT quantile_site_exists REFERENCES site (id) ON DELETE CASCADE,
  step     INTEGER NOT NULL,
  level    REAL NOT NULL CONSTRAINT quantile_level_is_a_part CHECK (level BETWEEN 0 AND 1),
  quantile BLOB NOT NULL,
  CONSTRAINT quantile_key PRIMARY KEY (site, step, level)
) STRICT, WITHOUT ROWID;
CREATE TABLE rollup (
  id               INTEGER PRIMARY KEY,
  site             INTEGER NOT NULL CONSTRAINT rollup_site_exists REFERENCES site (id) ON DELETE CASCADE,
  block_steps      INTEGER NOT NULL CONSTRAINT rollup_holds_steps CHECK (block_steps > 1),
  block            INTEGER NOT NULL,
  step_count       INTEGER NOT NULL,
  count            INTEGER NOT NULL,
  non_finite_count INTEGER NOT NULL,
  mean             BLOB NOT NULL,
  variance         BLOB NOT NULL,
  CONSTRAINT rollup_is_unique UNIQUE (site, block_steps, block)
) STRICT;
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
, note TEXT, deleted_at TEXT, step_count INTEGER NOT NULL DEFAULT 0, dropped_steps INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE sealed (
  id     INTEGER PRIMARY KEY,
  site   INTEGER NOT NULL CONSTRAINT sealed_site_exists REFERENCES site (id) ON DELETE CASCADE,
  step   INTEGER NOT NULL,
  vector INTEGER NOT NULL,
  unit   INTEGER NOT NULL,
  bits   BLOB NOT NULL,
  CONSTRAINT sealed_is_unique UNIQUE (site, step, vector, unit)
) STRICT;
CREATE TABLE "site" (
  id         INTEGER PRIMARY KEY,
  run        INTEGER NOT NULL CONSTRAINT site_run_exists REFERENCES run (id) ON DELETE CASCADE,
  layer      INTEGER NOT NULL CONSTRAINT site_layer_counts_from_one CHECK (layer >= 1),
  tap        TEXT NOT NULL
    CONSTRAINT site_tap_is_known CHECK (tap IN ('input', 'preactivation', 'activation', 'normalized')),
  population TEXT NOT NULL CONSTRAINT site_population_is_known CHECK (population IN ('batch', 'probe')),
  statistics TEXT NOT NULL
    CONSTRAINT site_statistics_is_known CHECK (statistics IN ('batch', 'running', 'precise', 'ioffe', 'none')),
  width      INTEGER NOT NULL CONSTRAINT site_width_is_positive CHECK (width > 0),
  epsilon    REAL, layer_name TEXT, activation TEXT, derives_normalized INTEGER
  CONSTRAINT site_derives_normalized_is_truth CHECK (derives_normalized IN (0, 1)), layer_kind TEXT, shape TEXT
  CONSTRAINT site_shape_is_valid CHECK (
    shape GLOB '[[][1-9]*]' AND shape NOT GLOB '?*[^0-9,]*?' AND shape NOT GLOB '*,[^1-9]*'),
  CONSTRAINT site_is_unique UNIQUE (run, layer, tap, population, statistics)
) STRICT;
CREATE TABLE "step" (
  run           INTEGER NOT NULL CONSTRAINT step_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step          INTEGER NOT NULL CONSTRAINT step_counts_from_zero CHECK (step >= 0),
  loss          REAL,
  accuracy      REAL,
  learning_rate REAL,
  batch_size    INTEGER,
  duration      REAL, loss_is_nan INTEGER NOT NULL DEFAULT 0
  CONSTRAINT step_loss_is_nan CHECK (loss_is_nan = 0 OR (loss_is_nan = 1 AND loss IS NULL)), accuracy_is_nan INTEGER NOT NULL DEFAULT 0
  CONSTRAINT step_accuracy_is_nan CHECK (accuracy_is_nan = 0 OR (accuracy_is_nan = 1 AND accuracy IS NULL)),
  CONSTRAINT step_key PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE tag (
  run   INTEGER NOT NULL CONSTRAINT tag_run_exists REFERENCES run (id) ON DELETE CASCADE,
  key   TEXT NOT NULL,
  value TEXT NOT NULL,
  CONSTRAINT tag_key PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;
