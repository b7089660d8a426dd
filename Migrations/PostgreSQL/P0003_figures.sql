-- What lists of runs are filtered and ordered by, beside each run, so that one index has all of it: loss and accuracy of the last
-- step, and the split and accuracy of the evaluation that represents the run, NULL where there is none. A push writes them.
ALTER TABLE run ADD COLUMN last_loss double precision, ADD COLUMN last_accuracy double precision,
  ADD COLUMN evaluated_split text, ADD COLUMN evaluated_accuracy double precision;

-- The figures of a run, from its steps and evaluations. Of the splits that it was evaluated on the first one in the list
-- represents it, at its last step there, with the statistics that a trained network would use.
CREATE FUNCTION figures(run bigint, OUT loss double precision, OUT accuracy double precision, OUT split text,
  OUT split_accuracy double precision) LANGUAGE sql STABLE AS $$
  SELECT last.loss, last.accuracy, final.split, final.accuracy
  FROM (SELECT) AS one
  LEFT JOIN LATERAL (
    SELECT step.loss, step.accuracy FROM normscope.step WHERE step.run = $1 ORDER BY step.step DESC LIMIT 1) AS last ON true
  LEFT JOIN LATERAL (
    SELECT evaluated.split, evaluated.statistics, evaluated.accuracy
    FROM (
      SELECT *, max(step) OVER (PARTITION BY evaluation.split) AS last_step,
        split_part(evaluation.split, '/', 1) AS word
      FROM normscope.evaluation WHERE evaluation.run = $1) AS evaluated
    WHERE step = last_step
    ORDER BY coalesce(array_position(ARRAY['test', 'validation', 'valid', 'val', 'eval', 'dev'], word),
        CASE word WHEN 'train' THEN 8 ELSE 7 END),
      evaluated.split COLLATE "C",
      array_position(ARRAY['running', 'none', 'precise', 'ioffe', 'batch'], evaluated.statistics)
    LIMIT 1) AS final ON final.statistics <> 'batch'
$$;
UPDATE run SET (last_loss, last_accuracy, evaluated_split, evaluated_accuracy)
  = (SELECT loss, accuracy, split, split_accuracy FROM figures(run.id));

CREATE INDEX run_by_facts ON run (started_at, id) INCLUDE (name, status, step_count, deleted_at, arrived_at,
  last_loss, last_accuracy, evaluated_split, evaluated_accuracy);
DROP INDEX run_by_start;
-- With the run, so that the numbers of a key are found without the rows.
DROP INDEX setting_by_number;
CREATE INDEX setting_by_number ON setting (key, number, run);
