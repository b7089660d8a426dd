import Reports
import RunStore

extension RunDatabase {
  /// The runs that `names` name, each once, in their order.
  ///
  /// - Throws: as `run(_:inTrash:)` does.
  func distinctRuns(_ names: [String], inTrash: Bool = false) throws -> [Run] {
    var runs: [Run] = []
    for name in names {
      let run = try run(name, inTrash: inTrash)
      if !runs.contains(where: { $0.uuid == run.uuid }) { runs.append(run) }
    }
    return runs
  }
}

extension Run {
  /// The run as a line tells of it: id, name and steps.
  var label: String { "\(shortID) (\(name.withoutControlCharacters), \(stepCount) steps)" }
}
