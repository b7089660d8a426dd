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
    let recorded = try store.runs(inTrash: false)
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
      let found = try run.found(among: recorded, on: loaded.data)
      if let found, found.hasEnded {
        ended[index] = found
      } else {
        try TrainingRun.validate(run.configuration, on: loaded.dataset)
        missing.append(
          MissingRun(index: index, run: run, dataset: loaded.dataset, data: loaded.data))
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
  /// What a provenance says of the data.
  let data: Provenance.Data

  /// Records it to its end, or to where `requests` stops it.
  ///
  /// - Returns: the run as it was recorded.
  /// - Throws: `StoreError` of the kind `busy` where another process records it; what the training throws.
  func record(
    in database: some StudyDatabase, requests: () -> TrainingRequest,
    progress: (TrainingProgress) -> Void
  ) throws -> Run {
    let store = database.records
    // Looked for again, as another process may have recorded it meanwhile.
    let found = try run.found(among: store.runs(inTrash: false), on: data)
    if let found, found.hasEnded { return found }
    // Drawn here, as the networks of all runs together may be too much.
    let training = try TrainingRun(run.configuration, on: dataset)
    let outcome: TrainingOutcome
    if let found, let checkpoint = try store.checkpoint(of: found, step: nil) {
      outcome = try training.resume(
        found, from: checkpoint, in: store, durability: database.durability,
        requests: requests, progress: progress
      ) { configuration, provenance in
        try database.resume(
          found, from: checkpoint.step, configuration: configuration, provenance: provenance)
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
  /// The newest recorded run that ended, or else the newest interrupted one, with these tags, this configuration and `data`.
  ///
  /// - Throws: `StoreError` of the kind `busy` where such a run is being recorded.
  fileprivate func found(among recorded: [Run], on data: Provenance.Data) throws(StoreError) -> Run?
  {
    let same = recorded.reversed().filter { isSame(as: $0, on: data) }
    if let ended = same.first(where: \.hasEnded) { return ended }
    if same.contains(where: { $0.status == .running }) {
      throw StoreError(
        .busy,
        "Run \(name) is being recorded by another process; repeat the study when that has ended, which then uses its runs."
      )
    }
    return same.first { $0.status == .interrupted }
  }

  /// Whether `recorded` has the tags and the configuration, and was made from `data`.
  private func isSame(as recorded: Run, on data: Provenance.Data) -> Bool {
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
