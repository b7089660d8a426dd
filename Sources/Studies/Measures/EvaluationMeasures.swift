import RunModel
import Training

/// The test accuracy after the last step, a share.
struct TestAccuracy: StudyMeasure {
  /// The statistics of batch norm; running statistics where it is nil.
  let statistics: StatisticsMode?

  var words: String { "test accuracy" + statisticsWords(statistics) }
  var isShare: Bool { true }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofEvaluationWith: statistics)
  }

  func value(of run: RecordedArm) throws -> Double {
    try run.testEvaluation(statistics).accuracy ?? .nan
  }
}

/// The mean loss of a test example after the last step, in nats for cross-entropy.
struct TestLoss: StudyMeasure {
  /// The statistics of batch norm; running statistics where it is nil.
  let statistics: StatisticsMode?

  var words: String { "test loss" + statisticsWords(statistics) }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofEvaluationWith: statistics)
  }

  func value(of run: RecordedArm) throws -> Double {
    try run.testEvaluation(statistics).loss ?? .nan
  }
}

/// The first step at which an evaluation has a test accuracy; infinite where none has.
struct StepsToAccuracy: StudyMeasure {
  /// The accuracy, a share.
  let accuracy: Double
  /// The statistics of batch norm; running statistics where it is nil.
  let statistics: StatisticsMode?

  var words: String { "steps to a test accuracy of \(accuracy)" + statisticsWords(statistics) }

  var fault: String? {
    (0...1).contains(accuracy)
      ? nil : "has the accuracy \(accuracy); use a share from 0 to 1."
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofEvaluationWith: statistics)
  }

  func value(of run: RecordedArm) throws -> Double {
    let evaluations = try run.testEvaluations(statistics)
    let first = evaluations.first { ($0.accuracy ?? 0) >= accuracy }
    return first.map { Double($0.step) } ?? .infinity
  }
}

/// The mean loss of the last training batches, in nats for cross-entropy.
struct TrainingLoss: StudyMeasure {
  /// The number of batches; 1 where it is nil.
  let last: Int?

  var words: String { (last ?? 1) == 1 ? "training loss" : "training loss of \(last ?? 1) batches" }

  var fault: String? {
    firstFault(("last", last, MeasureRange.steps))
  }

  func value(of run: RecordedArm) throws -> Double {
    try run.mean(ofLast: last) { $0.loss }
  }
}

/// The mean accuracy on the last training batches, a share.
struct TrainingAccuracy: StudyMeasure {
  /// The number of batches; 1 where it is nil.
  let last: Int?

  var words: String { "accuracy on the last \(last ?? 1) training batches" }
  var isShare: Bool { true }

  var fault: String? {
    firstFault(("last", last, MeasureRange.steps))
  }

  func value(of run: RecordedArm) throws -> Double {
    try run.mean(ofLast: last) { $0.accuracy }
  }
}

/// The statistics of batch norm, for the end of a measure's words.
private func statisticsWords(_ statistics: StatisticsMode?) -> String {
  ", " + (statistics ?? .running).words
}

extension RunConfiguration {
  /// The lack of evaluations with these statistics, running ones where it is nil; a network without batch norm is evaluated
  /// in one way.
  fileprivate func lack(ofEvaluationWith statistics: StatisticsMode?) -> StudyLack? {
    let statistics = statistics ?? .running
    return !hasBatchNorm || evaluationStatistics.contains(statistics)
      ? nil : RunConfiguration.lack(ofEvaluationWith: statistics)
  }

  fileprivate static func lack(ofEvaluationWith statistics: StatisticsMode) -> StudyLack {
    StudyLack(
      "evaluation with \(statistics.words)",
      "add \"\(statistics.rawValue)\" to the \"statistics\" of its settings.")
  }
}

extension RecordedArm {
  /// The mean of a figure of the last steps; NaN where none has it.
  fileprivate func mean(ofLast steps: Int?, _ figure: (StepRecord) -> Double?) throws -> Double {
    var sum = (total: 0.0, count: 0)
    try store.forEachStep(of: run) { step in
      guard step.step >= run.stepCount - max(1, steps ?? 1), let value = figure(step) else {
        return
      }
      sum = (sum.total + value, sum.count + 1)
    }
    return sum.count > 0 ? sum.total / Double(sum.count) : .nan
  }

  /// The evaluations of the test split with these statistics, by step.
  fileprivate func testEvaluations(_ statistics: StatisticsMode?) throws -> [EvaluationRecord] {
    let statistics = statistics ?? .running
    // A network without batch norm is evaluated in one way.
    let found = try store.evaluations(of: run).filter {
      $0.split == .test && ($0.statistics == statistics || $0.statistics == .none)
    }
    guard !found.isEmpty else {
      throw StudyError(self, RunConfiguration.lack(ofEvaluationWith: statistics))
    }
    return found
  }

  /// The last of them.
  fileprivate func testEvaluation(_ statistics: StatisticsMode?) throws -> EvaluationRecord {
    let evaluations = try testEvaluations(statistics)
    return evaluations[evaluations.count - 1]
  }
}
