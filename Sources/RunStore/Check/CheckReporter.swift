import RunModel

/// Hands out findings about one run, or about the file as a whole; those of a kind at several steps of one place as one.
struct CheckReporter {
  /// The run by its id, nil for the file as a whole.
  let run: String?
  /// What every message begins with, such as "Layer 2".
  private var place = ""
  private var position: CheckPosition?
  private let groups: FindingGroups

  /// Reports about the file as a whole, or about the run with an id.
  init(run: String? = nil, found: @escaping (CheckFinding) throws -> Void) {
    self.run = run
    groups = FindingGroups(found: found)
  }

  /// A reporter of what is found at a place of this one's.
  func at(_ place: String) -> CheckReporter {
    var reporter = self
    if position == nil {
      reporter.place = self.place.isEmpty ? place : "\(self.place), \(place)"
    } else {
      reporter.position?.detail += ", \(place)"
    }
    return reporter
  }

  /// A reporter of what is found at one of many numbered places of this one's, such as a step.
  func at(_ unit: CheckPosition.Unit, _ number: Int) -> CheckReporter {
    var reporter = self
    reporter.position = CheckPosition(unit: unit, number: number)
    return reporter
  }

  func fault(_ rule: String, _ message: String) throws { try report(.fault, rule, message) }

  func note(_ rule: String, _ message: String) throws { try report(.note, rule, message) }

  private func report(_ severity: CheckFinding.Severity, _ rule: String, _ message: String) throws {
    let kind = FindingGroups.Kind(severity: severity, rule: rule, run: run, place: place)
    if let position {
      try groups.add(message, kind, at: position)
    } else {
      try groups.found(kind.finding(message, at: ""))
    }
  }

  /// Hands out what was found at several steps.
  func flush() throws { try groups.flush() }
}
