import RunModel
import RunStore
import ShiftAnalysis
import TestSupport

/// A database of four runs that differ in all that lists are filtered and sorted by.
struct ListedRuns {
  private let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    try add(
      "a",
      #"{"norm":"batch","layers":[64,64],"learning_rate":0.1,"bias":true,"seed":9007199254740993}"#,
      ["owner": "me", "order": "10"], losses: [2, 0.5], testAccuracy: 0.9, .finished)
    try add(
      "b 2",
      #"{"norm":"none","layers":[8],"learning_rate":0.01,"bias":null,"data":{"name":"x y"}}"#,
      ["owner": "you", "order": "9"], losses: [2, 0.7, 0.6], testAccuracy: 0.8, .finished)
    try add("c", #"{"norm":"batch","learning_rate":1e18,"a.b":1}"#, [:], losses: [.nan], .diverged)
    try add("d", "{}", ["owner": "me too"], losses: [], .failed)
    try database.setNote(of: database.run("c"), to: "learning rate (too) large")
  }

  private func add(
    _ name: String, _ configuration: String, _ tags: [String: String], losses: [Double],
    testAccuracy: Double? = nil, _ status: Run.Status
  ) throws {
    let recorder = try RunRecorder(
      database: database, run: NewRun(name: name, configuration: configuration, tags: tags))
    for (step, loss) in losses.enumerated() {
      try recorder.record(
        StepRecord(
          step: step, loss: loss, accuracy: 1 - loss / 2, learningRate: 0.1, batchSize: 4,
          duration: 0))
    }
    if let testAccuracy {
      for (statistics, accuracy) in [(StatisticsMode.batch, 0.1), (.running, testAccuracy)] {
        recorder.record(
          EvaluationRecord(
            step: losses.count, split: .test, statistics: statistics, loss: 1, accuracy: accuracy,
            count: 5))
      }
    }
    try recorder.end(status)
  }

  /// The first letters of the names of the runs that `filter` is true of.
  func names(where filter: String) throws -> String {
    let filter = try RunFilter(filter)
    return try database.runs().filter { try filter.matches(RunFacts($0, in: database)) }
      .map { String($0.name.prefix(1)) }.joined()
  }

  /// The first letters of the names of all runs in an order.
  func names(inOrder order: String) throws -> String {
    try RunOrder(order).sorted(database.runs(), in: database)
      .map { String($0.name.prefix(1)) }.joined()
  }
}
