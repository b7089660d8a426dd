-- SQLite stores NaN as NULL. `loss_is_nan` and `accuracy_is_nan` are 1 where the value is NaN; NULL beside 0 is a value that
-- nobody gave, such as the accuracy of a regression.
ALTER TABLE step ADD COLUMN loss_is_nan INTEGER NOT NULL DEFAULT 0
  CONSTRAINT step_loss_is_nan CHECK (loss_is_nan = 0 OR (loss_is_nan = 1 AND loss IS NULL));
ALTER TABLE step ADD COLUMN accuracy_is_nan INTEGER NOT NULL DEFAULT 0
  CONSTRAINT step_accuracy_is_nan CHECK (accuracy_is_nan = 0 OR (accuracy_is_nan = 1 AND accuracy IS NULL));
ALTER TABLE evaluation ADD COLUMN loss_is_nan INTEGER NOT NULL DEFAULT 0
  CONSTRAINT evaluation_loss_is_nan CHECK (loss_is_nan = 0 OR (loss_is_nan = 1 AND loss IS NULL));
ALTER TABLE evaluation ADD COLUMN accuracy_is_nan INTEGER NOT NULL DEFAULT 0
  CONSTRAINT evaluation_accuracy_is_nan CHECK (accuracy_is_nan = 0 OR (accuracy_is_nan = 1 AND accuracy IS NULL));

-- Until now a NULL loss was NaN, except in runs of other programs, whose provenance names a protocol: there it is NaN from the
-- step on at which the run diverged. A NULL accuracy was that of a regression.
UPDATE step SET loss_is_nan = 1 WHERE loss IS NULL AND (
  run IN (
    SELECT id FROM run WHERE CASE WHEN json_valid(provenance) THEN provenance ->> '$.protocol' END IS NULL)
  OR EXISTS (
    SELECT 1 FROM event WHERE event.run = step.run AND event.step <= step.step AND event.kind = 'diverged'));
UPDATE evaluation SET loss_is_nan = 1 WHERE loss IS NULL AND (
  run IN (
    SELECT id FROM run WHERE CASE WHEN json_valid(provenance) THEN provenance ->> '$.protocol' END IS NULL)
  OR EXISTS (
    SELECT 1 FROM event WHERE event.run = evaluation.run AND event.step <= evaluation.step AND event.kind = 'diverged'));

-- The tensor that an event is about; NULL where it is about a layer, or the whole run.
ALTER TABLE event ADD COLUMN tap TEXT
  CONSTRAINT event_tap_is_known CHECK (tap IN ('input', 'preactivation', 'activation', 'normalized'));
