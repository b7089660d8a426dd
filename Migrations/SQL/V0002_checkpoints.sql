-- A safetensors file with all that training had come to after `step` updates.
CREATE TABLE checkpoint (
  run        INTEGER NOT NULL CONSTRAINT checkpoint_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step       INTEGER NOT NULL CONSTRAINT checkpoint_counts_from_zero CHECK (step >= 0),
  created_at TEXT NOT NULL,
  tensors    BLOB NOT NULL,
  CONSTRAINT checkpoint_key PRIMARY KEY (run, step)
) STRICT;

-- `statistics` may be 'precise', of a pass over training examples merged by the law of total variance, or 'ioffe', of
-- such a pass by the estimator of Ioffe and Szegedy (2015).
CREATE TABLE new_site (
  id         INTEGER PRIMARY KEY,
  run        INTEGER NOT NULL CONSTRAINT site_run_exists REFERENCES run (id) ON DELETE CASCADE,
  layer      INTEGER NOT NULL CONSTRAINT site_layer_counts_from_one CHECK (layer >= 1),
  tap        TEXT NOT NULL
    CONSTRAINT site_tap_is_known CHECK (tap IN ('input', 'preactivation', 'activation', 'normalized')),
  population TEXT NOT NULL CONSTRAINT site_population_is_known CHECK (population IN ('batch', 'probe')),
  statistics TEXT NOT NULL
    CONSTRAINT site_statistics_is_known CHECK (statistics IN ('batch', 'running', 'precise', 'ioffe', 'none')),
  width      INTEGER NOT NULL CONSTRAINT site_width_is_positive CHECK (width > 0),
  epsilon    REAL,
  CONSTRAINT site_is_unique UNIQUE (run, layer, tap, population, statistics)
) STRICT;
INSERT INTO new_site (id, run, layer, tap, population, statistics, width, epsilon)
  SELECT id, run, layer, tap, population, statistics, width, epsilon FROM site;
DROP TABLE site;
ALTER TABLE new_site RENAME TO site;

-- A NULL accuracy is NaN: a regression has none.
CREATE TABLE new_evaluation (
  run        INTEGER NOT NULL CONSTRAINT evaluation_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step       INTEGER NOT NULL,
  split      TEXT NOT NULL CONSTRAINT evaluation_split_is_known CHECK (split IN ('train', 'test')),
  statistics TEXT NOT NULL
    CONSTRAINT evaluation_statistics_is_known CHECK (statistics IN ('batch', 'running', 'precise', 'ioffe', 'none')),
  loss       REAL,
  accuracy   REAL,
  count      INTEGER NOT NULL,
  CONSTRAINT evaluation_key PRIMARY KEY (run, step, split, statistics)
) STRICT, WITHOUT ROWID;
INSERT INTO new_evaluation (run, step, split, statistics, loss, accuracy, count)
  SELECT run, step, split, statistics, loss, accuracy, count FROM evaluation;
DROP TABLE evaluation;
ALTER TABLE new_evaluation RENAME TO evaluation;
