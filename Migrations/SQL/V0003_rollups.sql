-- What its user wrote about a run, since when it is in the trash, how many steps it has, and how many could not be written
-- and were given up.
ALTER TABLE run ADD COLUMN note TEXT;
ALTER TABLE run ADD COLUMN deleted_at TEXT;
ALTER TABLE run ADD COLUMN step_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN dropped_steps INTEGER NOT NULL DEFAULT 0;
UPDATE run SET step_count = (SELECT count(*) FROM step WHERE step.run = run.id);

-- Batch norm's gamma and beta, where it reads the tensor of a moment. They stand apart from the moments, which most
-- questions are about.
CREATE TABLE affine (
  moment INTEGER PRIMARY KEY CONSTRAINT affine_moment_exists REFERENCES moment (id) ON DELETE CASCADE,
  gamma  BLOB NOT NULL,
  beta   BLOB NOT NULL
) STRICT;
INSERT INTO affine (moment, gamma, beta) SELECT id, gamma, beta FROM moment WHERE gamma IS NOT NULL ORDER BY id;

CREATE TABLE new_moment (
  id               INTEGER PRIMARY KEY,
  site             INTEGER NOT NULL CONSTRAINT moment_site_exists REFERENCES site (id) ON DELETE CASCADE,
  step             INTEGER NOT NULL,
  count            INTEGER NOT NULL,
  non_finite_count INTEGER NOT NULL,
  mean             BLOB NOT NULL,
  variance         BLOB NOT NULL,
  CONSTRAINT moment_is_unique UNIQUE (site, step)
) STRICT;
INSERT INTO new_moment (id, site, step, count, non_finite_count, mean, variance)
  SELECT id, site, step, count, non_finite_count, mean, variance FROM moment ORDER BY id;
DROP TABLE moment;
ALTER TABLE new_moment RENAME TO moment;

-- The moments of a site pooled over the recorded steps from `block * block_steps` to before `(block + 1) * block_steps`:
-- the mean of all rows, and their variance by the law of total variance. Only blocks that are complete are there.
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

-- How much the moments of training batches vary although the weights stay the same: rho and the effective kurtosis of
-- each unit, float32, measured over so many batches with the weights of the step.
CREATE TABLE batch_noise (
  site     INTEGER NOT NULL CONSTRAINT batch_noise_site_exists REFERENCES site (id) ON DELETE CASCADE,
  step     INTEGER NOT NULL,
  batches  INTEGER NOT NULL,
  count    INTEGER NOT NULL,
  rho      BLOB NOT NULL,
  kurtosis BLOB NOT NULL,
  CONSTRAINT batch_noise_key PRIMARY KEY (site, step)
) STRICT, WITHOUT ROWID;

-- The third and fourth standardized moments of the rows that a moment is of, where they were asked for.
CREATE TABLE higher_moment (
  moment   INTEGER PRIMARY KEY CONSTRAINT higher_moment_moment_exists REFERENCES moment (id) ON DELETE CASCADE,
  skewness BLOB NOT NULL,
  kurtosis BLOB NOT NULL
) STRICT;

-- The bins of the histograms of a site, the same ones at every step: for each unit, `bins` of equal width from its lower
-- to its upper edge, float32.
CREATE TABLE histogram_axis (
  site  INTEGER PRIMARY KEY CONSTRAINT histogram_axis_site_exists REFERENCES site (id) ON DELETE CASCADE,
  bins  INTEGER NOT NULL CONSTRAINT histogram_axis_has_bins CHECK (bins > 0),
  lower BLOB NOT NULL,
  upper BLOB NOT NULL
) STRICT;

-- For each unit, how many rows are below its bins, in each of them, and above: bins + 2 counts, uint32.
CREATE TABLE histogram (
  site   INTEGER NOT NULL CONSTRAINT histogram_axis_exists REFERENCES histogram_axis (site) ON DELETE CASCADE,
  step   INTEGER NOT NULL,
  counts BLOB NOT NULL,
  CONSTRAINT histogram_key PRIMARY KEY (site, step)
) STRICT, WITHOUT ROWID;

-- A quantile of each unit, float32: that below which the part `level` of the rows is.
CREATE TABLE quantile (
  site     INTEGER NOT NULL CONSTRAINT quantile_site_exists REFERENCES site (id) ON DELETE CASCADE,
  step     INTEGER NOT NULL,
  level    REAL NOT NULL CONSTRAINT quantile_level_is_a_part CHECK (level BETWEEN 0 AND 1),
  quantile BLOB NOT NULL,
  CONSTRAINT quantile_key PRIMARY KEY (site, step, level)
) STRICT, WITHOUT ROWID;

-- How much the gradient of a layer's weights changes by the update of the layers before it (Santurkar et al. 2018,
-- Definition 2.1): the norm of the gradient, that of the difference, and the cosine of the two.
CREATE TABLE gradient_shift (
  run             INTEGER NOT NULL CONSTRAINT gradient_shift_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step            INTEGER NOT NULL,
  layer           INTEGER NOT NULL CONSTRAINT gradient_shift_layer_counts_from_one CHECK (layer >= 1),
  gradient_norm   REAL,
  difference_norm REAL,
  cosine          REAL,
  CONSTRAINT gradient_shift_key PRIMARY KEY (run, step, layer)
) STRICT, WITHOUT ROWID;

-- Loss and gradient after a step of a length along the negative gradient of the training batch: how far the gradient
-- there is from the one at length 0.
CREATE TABLE landscape (
  run             INTEGER NOT NULL CONSTRAINT landscape_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step            INTEGER NOT NULL,
  step_length     REAL NOT NULL,
  loss            REAL,
  gradient_norm   REAL,
  difference_norm REAL,
  CONSTRAINT landscape_key PRIMARY KEY (run, step, step_length)
) STRICT, WITHOUT ROWID;

-- What happened to a run beside its steps.
CREATE TABLE event (
  id      INTEGER PRIMARY KEY,
  run     INTEGER NOT NULL CONSTRAINT event_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step    INTEGER NOT NULL,
  layer   INTEGER,
  kind    TEXT NOT NULL CONSTRAINT event_kind_is_known CHECK (kind IN ('resumed', 'diverged', 'non-finite', 'alarm')),
  message TEXT NOT NULL
) STRICT;
