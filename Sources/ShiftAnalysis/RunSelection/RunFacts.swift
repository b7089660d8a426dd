package import RunModel
import StrictJSON

/// The values of the fields of one run, read on demand.
package struct RunFacts {
  private let run: Run
  private let database: any RunReading

  /// Reads the fields of `run` from `database`.
  package init(_ run: Run, in database: any RunReading) {
    self.run = run
    self.database = database
  }

  /// The value of `field`.
  ///
  /// - Throws: `StoreError`.
  package func value(of field: RunField) throws -> RunValue {
    switch field {
    case .name: .text(run.name)
    case .status: .text(run.status.rawValue)
    case .id: .text(run.uuid)
    case .started: RunValue(time: run.startedAt)
    case .finished: RunValue(time: run.finishedAt)
    case .note: RunValue(run.note)
    case .steps: .number(Double(run.stepCount), "\(run.stepCount)")
    case .loss: RunValue(try database.lastStep(of: run)?.loss)
    case .accuracy: RunValue(try database.lastStep(of: run)?.accuracy)
    case .testAccuracy: RunValue(try database.finalTestAccuracy(of: run))
    case .tag(let key): RunValue(run.tags[key])
    case .configuration(let path): RunValue(member(path))
    }
  }

  private func member(_ path: String) -> JSONValue? {
    (JSONValue(text: run.configuration) ?? .null).flattened.first { $0.key == path }?.value
  }
}

extension RunReading {
  /// The accuracy of the last evaluation on the test split, with the statistics that a trained network would use; nil
  /// without one.
  ///
  /// - Throws: `StoreError`.
  package func finalTestAccuracy(of run: Run) throws -> Double? {
    let evaluations = try finalEvaluations(of: run)
    // A trained network has no batch of its own.
    return StatisticsMode.preference.lazy.filter { $0 != .batch }.compactMap { mode in
      evaluations.first { $0.statistics == mode }
    }.first?.accuracy
  }
}
