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
