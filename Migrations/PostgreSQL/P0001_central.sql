-- The tables of a central store, all in one schema. Their names and columns are those of a file (see ../schema.sql), with
-- these differences: a run and its rows are told apart by the run's uuid and by their keys, not by their ids, which are of
-- this server; NaN is stored as such; the vectors of up to 128 steps of a site are one row, a block; and a run shows only
-- once all of it has arrived.
CREATE TABLE migration (
  version    integer CONSTRAINT migration_key PRIMARY KEY,
  name       text NOT NULL,
  script     text NOT NULL,
  applied_at timestamptz NOT NULL
);

CREATE TABLE run (
  id                bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT run_key PRIMARY KEY,
  uuid              text NOT NULL CONSTRAINT run_uuid_is_unique UNIQUE,
  name              text NOT NULL,
  -- As of the newest push; of a run that is being recorded, `running`.
  status            text NOT NULL CONSTRAINT run_status_is_known
    CHECK (status IN ('running', 'finished', 'diverged', 'failed', 'interrupted', 'unknown')),
  status_reason     text,
  -- JSON objects, the text as it was recorded; `configuration::jsonb->>'batch_size'` reads one.
  configuration     text NOT NULL,
  provenance        text NOT NULL,
  -- UTC, such as 2026-01-31T12:00:00.000Z, as are all times of runs.
  started_at        text NOT NULL,
  heartbeat_at      text NOT NULL,
  finished_at       text,
  elapsed_seconds   double precision NOT NULL,
  recording_seconds double precision NOT NULL,
  step_count        bigint NOT NULL,
  dropped_steps     bigint NOT NULL,
  note              text,
  deleted_at        text,
  -- The time since which the run has been whole here; NULL while its first push goes on.
  arrived_at        timestamptz
);
CREATE INDEX run_by_name ON run (name);
CREATE INDEX run_by_start ON run (started_at, id);
CREATE INDEX run_by_beginning ON run (uuid text_pattern_ops);

CREATE TABLE tag (
  run   bigint NOT NULL CONSTRAINT tag_run_exists REFERENCES run ON DELETE CASCADE,
  key   text NOT NULL,
  value text NOT NULL,
  CONSTRAINT tag_key PRIMARY KEY (run, key)
);

CREATE TABLE step (
  run           bigint NOT NULL CONSTRAINT step_run_exists REFERENCES run ON DELETE CASCADE,
  step          bigint NOT NULL CONSTRAINT step_counts_from_zero CHECK (step >= 0),
  loss          double precision,
  accuracy      double precision,
  learning_rate double precision,
  batch_size    bigint,
  duration      double precision,
  CONSTRAINT step_key PRIMARY KEY (run, step)
);

CREATE TABLE evaluation (
  run        bigint NOT NULL CONSTRAINT evaluation_run_exists REFERENCES run ON DELETE CASCADE,
  step       bigint NOT NULL,
  split      text NOT NULL,
  statistics text NOT NULL,
  loss       double precision,
  accuracy   double precision,
  count      bigint,
  CONSTRAINT evaluation_key PRIMARY KEY (run, step, split, statistics)
);

CREATE TABLE checkpoint (
  run        bigint NOT NULL CONSTRAINT checkpoint_run_exists REFERENCES run ON DELETE CASCADE,
  step       bigint NOT NULL CONSTRAINT checkpoint_counts_from_zero CHECK (step >= 0),
  created_at text NOT NULL,
  tensors    bytea NOT NULL,
  CONSTRAINT checkpoint_key PRIMARY KEY (run, step)
);
ALTER TABLE checkpoint ALTER tensors SET STORAGE EXTERNAL;

CREATE TABLE gradient_shift (
  run             bigint NOT NULL CONSTRAINT gradient_shift_run_exists REFERENCES run ON DELETE CASCADE,
  step            bigint NOT NULL,
  layer           bigint NOT NULL CONSTRAINT gradient_shift_layer_counts_from_one CHECK (layer >= 1),
  gradient_norm   double precision,
  difference_norm double precision,
  cosine          double precision,
  CONSTRAINT gradient_shift_key PRIMARY KEY (run, step, layer)
);

CREATE TABLE landscape (
  run             bigint NOT NULL CONSTRAINT landscape_run_exists REFERENCES run ON DELETE CASCADE,
  step            bigint NOT NULL,
  step_length     double precision NOT NULL,
  loss            double precision,
  gradient_norm   double precision,
  difference_norm double precision,
  CONSTRAINT landscape_key PRIMARY KEY (run, step, step_length)
);

CREATE TABLE event (
  run     bigint NOT NULL CONSTRAINT event_run_exists REFERENCES run ON DELETE CASCADE,
  step    bigint NOT NULL,
  -- The place among the events of the step, from 0.
  place   bigint NOT NULL,
  layer   bigint,
  kind    text NOT NULL,
  message text NOT NULL,
  tap     text,
  CONSTRAINT event_key PRIMARY KEY (run, step, place)
);

CREATE TABLE site (
  id                 bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT site_key PRIMARY KEY,
  run                bigint NOT NULL CONSTRAINT site_run_exists REFERENCES run ON DELETE CASCADE,
  layer              bigint NOT NULL CONSTRAINT site_layer_counts_from_one CHECK (layer >= 1),
  tap                text NOT NULL,
  population         text NOT NULL,
  statistics         text NOT NULL,
  width              bigint NOT NULL CONSTRAINT site_width_is_positive CHECK (width > 0),
  epsilon            double precision,
  layer_name         text,
  activation         text,
  derives_normalized boolean,
  layer_kind         text,
  shape              text,
  CONSTRAINT site_is_unique UNIQUE (run, layer, tap, population, statistics)
);

-- Block b of a site has those of the steps 128 b to 128 b + 127 at which it has moments. `format` says how its vectors are
-- encoded: 0 is little-endian float32, [steps, width]. `checksum` is XXH64 over step, count, number of elements that are not
-- finite and width, as uint64, and then mean and variance of each step; of `affine` and `higher_moment` over step and width.
CREATE TABLE moment (
  site              bigint NOT NULL CONSTRAINT moment_site_exists REFERENCES site ON DELETE CASCADE,
  block             bigint NOT NULL,
  format            smallint NOT NULL,
  checksum          bigint NOT NULL,
  steps             bigint[] NOT NULL,
  counts            bigint[] NOT NULL,
  non_finite_counts bigint[] NOT NULL,
  mean              bytea NOT NULL,
  variance          bytea NOT NULL,
  CONSTRAINT moment_key PRIMARY KEY (site, block)
);
ALTER TABLE moment ALTER mean SET STORAGE EXTERNAL, ALTER variance SET STORAGE EXTERNAL;

CREATE TABLE affine (
  site     bigint NOT NULL CONSTRAINT affine_site_exists REFERENCES site ON DELETE CASCADE,
  block    bigint NOT NULL,
  format   smallint NOT NULL,
  checksum bigint NOT NULL,
  steps    bigint[] NOT NULL,
  gamma    bytea NOT NULL,
  beta     bytea NOT NULL,
  CONSTRAINT affine_key PRIMARY KEY (site, block)
);
ALTER TABLE affine ALTER gamma SET STORAGE EXTERNAL, ALTER beta SET STORAGE EXTERNAL;

CREATE TABLE higher_moment (
  site     bigint NOT NULL CONSTRAINT higher_moment_site_exists REFERENCES site ON DELETE CASCADE,
  block    bigint NOT NULL,
  format   smallint NOT NULL,
  checksum bigint NOT NULL,
  steps    bigint[] NOT NULL,
  skewness bytea NOT NULL,
  kurtosis bytea NOT NULL,
  CONSTRAINT higher_moment_key PRIMARY KEY (site, block)
);
ALTER TABLE higher_moment ALTER skewness SET STORAGE EXTERNAL, ALTER kurtosis SET STORAGE EXTERNAL;

CREATE TABLE rollup (
  site             bigint NOT NULL CONSTRAINT rollup_site_exists REFERENCES site ON DELETE CASCADE,
  block_steps      bigint NOT NULL CONSTRAINT rollup_holds_steps CHECK (block_steps > 1),
  block            bigint NOT NULL,
  step_count       bigint NOT NULL,
  count            bigint NOT NULL,
  non_finite_count bigint NOT NULL,
  mean             bytea NOT NULL,
  variance         bytea NOT NULL,
  CONSTRAINT rollup_key PRIMARY KEY (site, block_steps, block)
);
ALTER TABLE rollup ALTER mean SET STORAGE EXTERNAL, ALTER variance SET STORAGE EXTERNAL;

CREATE TABLE batch_noise (
  site               bigint NOT NULL CONSTRAINT batch_noise_site_exists REFERENCES site ON DELETE CASCADE,
  step               bigint NOT NULL,
  batches            bigint NOT NULL,
  count              bigint NOT NULL,
  rho                bytea NOT NULL,
  kurtosis           bytea NOT NULL,
  degrees_of_freedom double precision,
  variance           bytea,
  CONSTRAINT batch_noise_key PRIMARY KEY (site, step)
);
ALTER TABLE batch_noise ALTER rho SET STORAGE EXTERNAL, ALTER kurtosis SET STORAGE EXTERNAL,
  ALTER variance SET STORAGE EXTERNAL;

CREATE TABLE histogram_axis (
  site  bigint NOT NULL CONSTRAINT histogram_axis_site_exists REFERENCES site ON DELETE CASCADE
    CONSTRAINT histogram_axis_key PRIMARY KEY,
  bins  bigint NOT NULL CONSTRAINT histogram_axis_has_bins CHECK (bins > 0),
  lower bytea NOT NULL,
  upper bytea NOT NULL
);
ALTER TABLE histogram_axis ALTER lower SET STORAGE EXTERNAL, ALTER upper SET STORAGE EXTERNAL;

CREATE TABLE histogram (
  site   bigint NOT NULL CONSTRAINT histogram_axis_exists REFERENCES histogram_axis (site) ON DELETE CASCADE,
  step   bigint NOT NULL,
  counts bytea NOT NULL,
  CONSTRAINT histogram_key PRIMARY KEY (site, step)
);

CREATE TABLE quantile (
  site     bigint NOT NULL CONSTRAINT quantile_site_exists REFERENCES site ON DELETE CASCADE,
  step     bigint NOT NULL,
  level    double precision NOT NULL CONSTRAINT quantile_level_is_a_part CHECK (level BETWEEN 0 AND 1),
  quantile bytea NOT NULL,
  CONSTRAINT quantile_key PRIMARY KEY (site, step, level)
);
ALTER TABLE quantile ALTER quantile SET STORAGE EXTERNAL;
