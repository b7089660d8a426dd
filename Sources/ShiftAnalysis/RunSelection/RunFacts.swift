package import RunModel
import StrictJSON

/// The values of the fields of one run, read on demand, and once.
package final class RunFacts {
  /// The run.
  package let run: Run
  private let database: any RunReading
  private lazy var last = Result { try database.lastStep(of: run) }
  private lazy var evaluation = Result { try database.finalEvaluation(of: run) }
  private lazy var configuration = (JSONValue(text: run.configuration) ?? .null).flattened

  /// Reads the fields of `run` from `database`.
  package init(_ run: Run, in database: any RunReading) {
    self.run = run
    self.database = database
  }

  /// The newest step; nil before the first one.
  ///
  /// - Throws: `StoreError`.
  package func lastStep() throws -> StepRecord? { try last.get() }

  /// The last evaluation on the split that represents the run, with the statistics that a trained network would use; nil
  /// without one.
  ///
  /// - Throws: `StoreError`.
  package func finalEvaluation() throws -> EvaluationRecord? { try evaluation.get() }

  /// The value of `field`.
  ///
  /// - Throws: `StoreError`.
  package func value(of field: RunField) throws -> Cell {
    switch field {
    case .name: .text(run.name)
    case .status: .text(run.status.rawValue)
    case .id: .text(run.uuid)
    case .started: RunFacts.time(run.startedAt)
    case .finished: RunFacts.time(run.finishedAt)
    case .note: .text(optional: run.note)
    case .steps: .integer(run.stepCount)
    case .loss: .number(optional: try lastStep()?.loss)
    case .accuracy: .number(optional: try lastStep()?.accuracy)
    case .testAccuracy:
      .number(
        optional: try finalEvaluation().flatMap {
          $0.split == .test ? $0.accuracy : nil
        })
    case .evaluatedSplit:
      .text(optional: try finalEvaluation()?.split.rawValue)
    case .evaluatedAccuracy: .number(optional: try finalEvaluation()?.accuracy)
    case .tag(let key): .text(optional: run.tags[key])
    case .configuration(let path): member(path).map(Cell.init) ?? .missing
    }
  }

  /// A recorded time; no value where a damaged database holds another text.
  static func time(_ text: String?) -> Cell {
    .text(optional: text.flatMap { FilterTime(timestamp: $0) == nil ? nil : $0 })
  }

  private func member(_ path: String) -> JSONValue? {
    configuration.first { $0.key == path }?.value
  }
}

extension RunReading {
  /// The last evaluation on the split that represents a run, with the statistics that a trained network would use; nil
  /// without one.
  ///
  /// - Throws: `StoreError`.
  package func finalEvaluation(of run: Run) throws -> EvaluationRecord? {
    let evaluations = try finalEvaluations(of: run)
    // A trained network has no batch of its own.
    return StatisticsMode.preference.lazy.filter { $0 != .batch }.compactMap { mode in
      evaluations.first { $0.statistics == mode }
    }.first
  }
}
