package import RunModel
package import RunStore

extension RunDatabase {
  /// Checks what the checkpoints of all runs hold, one in memory at a time.
  ///
  /// A run that can't be read is passed over: what is wrong with it is for `check` to tell.
  /// - Parameter found: is told of each finding.
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
              message: "checkpoint at step \(step): it can't be used: \(fault)."))
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
