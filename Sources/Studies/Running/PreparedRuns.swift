import Datasets
import RunModel
import Training

/// The runs of a study: those that a database has, and those that are to be recorded.
struct PreparedRuns {
  /// The runs that have ended, by their place in the study.
  private(set) var ended: [Int: Run] = [:]
  /// The others, ready to be recorded.
  private(set) var missing: [MissingRun] = []

  /// Looks for `runs` in `store`, and loads the data of all.
  ///
  /// - Throws: `DatasetError`, `ConfigurationError`, `StoreError`.
  init(_ runs: [StudyRun], in store: some RunReading) throws {
    var datasets: [String: (dataset: Dataset, data: Provenance.Data)] = [:]
    let recorded = try store.runs(inTrash: false).reversed()
    for (index, run) in runs.enumerated() {
      let name = run.configuration.data
      let loaded: (dataset: Dataset, data: Provenance.Data)
      if let known = datasets[name] {
        loaded = known
      } else {
        let dataset = try Dataset.load(name)
        loaded = (dataset, Provenance.Data(of: dataset))
        datasets[name] = loaded
      }
      let same = recorded.filter { run.isSame(as: $0, on: loaded.data) }
      if let found = same.first(where: \.hasEnded) {
        ended[index] = found
      } else {
        try TrainingRun.validate(run.configuration, on: loaded.dataset)
        missing.append(
          MissingRun(
            index: index, run: run, dataset: loaded.dataset,
            interrupted: same.first { $0.status == .interrupted }))
      }
    }
  }
}

/// A run that is to be recorded, or resumed.
struct MissingRun: Sendable {
  /// Its place in the study.
  let index: Int
  let run: StudyRun
  /// The data.
  let dataset: Dataset
  /// What was recorded of it before; nil where nothing was.
  let interrupted: Run?

  /// Records it to its end, or to where `requests` stops it.
  ///
  /// - Returns: the run as it was recorded.
  func record(
    in database: some StudyDatabase, requests: () -> TrainingRequest,
    progress: (TrainingProgress) -> Void
  ) throws -> Run {
    // Drawn here, as the networks of all runs together may be too much.
    let training = try TrainingRun(run.configuration, on: dataset)
    let store = database.records
    let outcome: TrainingOutcome
    if let interrupted, let checkpoint = try store.checkpoint(of: interrupted, step: nil) {
      outcome = try training.resume(
        interrupted, from: checkpoint, in: store, durability: database.durability,
        requests: requests, progress: progress
      ) { configuration, provenance in
        try database.resume(
          interrupted, from: checkpoint.step, configuration: configuration, provenance: provenance)
      }
    } else {
      outcome = try training.record(
        name: run.name, tags: run.tags, durability: database.durability, requests: requests,
        progress: progress, by: database.begin)
    }
    return try store.run(outcome.uuid)
  }
}

extension StudyRun {
  /// Whether `recorded` has the tags and the configuration, and was made from `data`.
  fileprivate func isSame(as recorded: Run, on data: Provenance.Data) -> Bool {
    guard tags.allSatisfy({ recorded.tags[$0] == $1 }),
      let configuration = try? RunConfiguration(of: recorded), configuration == self.configuration,
      let provenance = Provenance(json: recorded.provenance)
    else { return false }
    return provenance.data.difference(from: data) == nil
  }
}

extension Run {
  /// Whether it did all of its steps, or diverged.
  var hasEnded: Bool { status == .finished || status == .diverged }
}
