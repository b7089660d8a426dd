public import RunModel
import SQLite

extension RunDatabase: CheckpointReading {
  /// The steps of a run that have a checkpoint, in order.
  ///
  /// - Throws: `StoreError`.
  public func checkpointSteps(of run: Run) throws -> [Int] {
    try attempt {
      try connection.rows(
        "SELECT step FROM checkpoint WHERE run = ? ORDER BY step", [.integer(run.id)]
      ) { try $0.count(0) }
    }
  }

  /// The checkpoint of a run at `step`, or its newest one where `step` is nil; nil where there is none.
  ///
  /// - Throws: `StoreError`.
  public func checkpoint(of run: Run, step: Int? = nil) throws -> Checkpoint? {
    try attempt {
      try connection.firstRow(
        """
        SELECT step, tensors FROM checkpoint WHERE run = ?1 AND step = ifnull(?2, step)
        ORDER BY step DESC LIMIT 1
        """,
        [.integer(run.id), .integer(optional: step)]
      ) { Checkpoint(step: try $0.count(0), tensors: $0.bytes(1)) }
    }
  }
}
