import Reports
import RunModel
import ShiftAnalysis

extension RunFinding {
  /// The run that a question is about: of several that have its name the newest, which standard error then says.
  ///
  /// - Throws: as `findRun` does.
  func askedRun(_ reference: String) throws -> Run {
    let found = try suggesting(for: reference) { try foundRun(reference, inTrash: false) }
    if let note = found.note { Terminal.say(note) }
    return found.run
  }

  /// The reference of a question; another run is named by its id from here on, as `askedRun` finds it.
  ///
  /// - Throws: as `findRun` does.
  func askedReference(_ reference: ReferencePoint?) throws -> ReferencePoint {
    guard case .run(let name) = reference else { return reference ?? .start }
    return .run(try askedRun(name).uuid)
  }

  /// The run that a change is about.
  ///
  /// - Throws: as `foundOnlyRun` does.
  func changedRun(_ reference: String, inTrash: Bool = false) throws -> Run {
    try suggesting(for: reference, inTrash: inTrash) {
      try foundOnlyRun(reference, inTrash: inTrash)
    }
  }

  /// The runs that `names` name, each once, in their order, to be changed or deleted.
  ///
  /// - Throws: as `foundOnlyRun` does.
  func distinctRuns(_ names: [String], inTrash: Bool = false) throws -> [Run] {
    var runs: [Run] = []
    for name in names {
      let run = try changedRun(name, inTrash: inTrash)
      if !runs.contains(where: { $0.uuid == run.uuid }) { runs.append(run) }
    }
    return runs
  }
}

extension Run {
  /// The run in a line of output: id, name and steps.
  var label: String {
    "\(shortID) (\(name.withoutControlCharacters), \(counted(stepCount, "step")))"
  }
}
