-- Indexes that alone find the runs for which a comparison of a list is true.
CREATE INDEX run_by_status ON run (status, id);
CREATE INDEX run_by_loss ON run (last_loss, id);
CREATE INDEX run_by_accuracy ON run (last_accuracy, id);
CREATE INDEX run_by_evaluation ON run (evaluated_accuracy, evaluated_split, id);
