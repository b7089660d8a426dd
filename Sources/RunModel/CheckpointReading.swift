/// A store of runs with the checkpoints to resume them from.
public protocol CheckpointReading: RunReading {
  /// The steps of a run that have a checkpoint, in order.
  ///
  /// - Throws: `StoreError`.
  func checkpointSteps(of run: Run) throws -> [Int]

  /// The checkpoint of a run at `step`, or its newest if `step` is nil; nil if there is none.
  ///
  /// - Throws: `StoreError`.
  func checkpoint(of run: Run, step: Int?) throws -> Checkpoint?
}
