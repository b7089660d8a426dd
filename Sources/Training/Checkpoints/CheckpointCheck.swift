package import RunModel

extension CheckpointReading {
  /// Checks the contents of the checkpoints of all runs, one in memory at a time.
  ///
  /// A run that cannot be read is left out: the check of the store itself names its fault.
  /// - Parameter found: called with each finding.
  /// - Throws: `StoreError`, or what `found` throws.
  package func checkCheckpoints(_ found: (CheckFinding) throws -> Void) throws {
    for inTrash in [false, true] {
      for run in try readable({ try runs(inTrash: inTrash) }) ?? [] {
        for step in try readable({ try checkpointSteps(of: run) }) ?? [] {
          guard let checkpoint = try readable({ try checkpoint(of: run, step: step) }) ?? nil,
            let fault = TrainingCheckpoint.fault(of: checkpoint, in: run)
          else { continue }
          try found(
            CheckFinding(
              severity: .fault, rule: "checkpoint", run: run.uuid,
              message: "checkpoint at step \(step): it is unusable: \(fault)."))
        }
      }
    }
  }

  private func readable<Value>(_ read: () throws -> Value) throws -> Value? {
    do {
      return try read()
    } catch let error as StoreError where error.kind == .badDatabase {
      return nil
    }
  }
}
