-- Other programs record runs too. What they do not say of a step is NULL: its learning rate, its batch size, its duration in
-- seconds; and of an evaluation the number of its examples. The words for their splits and events are their own.
CREATE TABLE new_step (
  run           INTEGER NOT NULL CONSTRAINT step_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step          INTEGER NOT NULL CONSTRAINT step_counts_from_zero CHECK (step >= 0),
  loss          REAL,
  accuracy      REAL,
  learning_rate REAL,
  batch_size    INTEGER,
  duration      REAL,
  CONSTRAINT step_key PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;
INSERT INTO new_step (run, step, loss, accuracy, learning_rate, batch_size, duration)
  SELECT run, step, loss, accuracy, learning_rate, batch_size, duration FROM step ORDER BY run, step;
DROP TABLE step;
ALTER TABLE new_step RENAME TO step;

CREATE TABLE new_evaluation (
  run        INTEGER NOT NULL CONSTRAINT evaluation_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step       INTEGER NOT NULL,
  split      TEXT NOT NULL
    CONSTRAINT evaluation_split_is_a_word CHECK (split <> '' AND split NOT GLOB '*[ (),=<>]*'),
  statistics TEXT NOT NULL
    CONSTRAINT evaluation_statistics_is_known CHECK (statistics IN ('batch', 'running', 'precise', 'ioffe', 'none')),
  loss       REAL,
  accuracy   REAL,
  count      INTEGER,
  CONSTRAINT evaluation_key PRIMARY KEY (run, step, split, statistics)
) STRICT, WITHOUT ROWID;
INSERT INTO new_evaluation (run, step, split, statistics, loss, accuracy, count)
  SELECT run, step, split, statistics, loss, accuracy, count FROM evaluation;
DROP TABLE evaluation;
ALTER TABLE new_evaluation RENAME TO evaluation;

CREATE TABLE new_event (
  id      INTEGER PRIMARY KEY,
  run     INTEGER NOT NULL CONSTRAINT event_run_exists REFERENCES run (id) ON DELETE CASCADE,
  step    INTEGER NOT NULL,
  layer   INTEGER,
  kind    TEXT NOT NULL CONSTRAINT event_kind_is_a_word CHECK (kind <> '' AND kind NOT GLOB '*[^-_a-z0-9]*'),
  message TEXT NOT NULL
) STRICT;
INSERT INTO new_event (id, run, step, layer, kind, message)
  SELECT id, run, step, layer, kind, message FROM event;
DROP TABLE event;
ALTER TABLE new_event RENAME TO event;

-- `layer_kind` is what the layer is in its framework, such as 'BatchNorm2d', 'dense' or 'convolution'. `shape` is the shape
-- of one example of the tensor, a JSON array such as [64,56,56]. Both are NULL where unknown.
ALTER TABLE site ADD COLUMN layer_kind TEXT;
ALTER TABLE site ADD COLUMN shape TEXT
  CONSTRAINT site_shape_is_valid CHECK (
    shape GLOB '[[][1-9]*]' AND shape NOT GLOB '?*[^0-9,]*?' AND shape NOT GLOB '*,[^1-9]*');
