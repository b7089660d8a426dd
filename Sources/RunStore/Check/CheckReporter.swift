import RunModel
import SQLite

/// A reporter of findings about one run or the whole file, which merges findings of one kind at several steps of a place.
struct CheckReporter {
  /// The id of the run; nil for the whole file.
  let run: String?
  /// The beginning of every message, such as "Layer 2".
  private var place = ""
  private var tensor: CheckFinding.Tensor?
  private var position: CheckPosition?
  private let groups: FindingGroups

  /// Makes a reporter about the whole file, or about the run with an id.
  init(run: String? = nil, found: @escaping (CheckFinding) throws -> Void) {
    self.run = run
    groups = FindingGroups(found: found)
  }

  /// The reporter for a place within this one.
  func at(_ place: String) -> CheckReporter {
    var reporter = self
    if position == nil {
      reporter.place = self.place.isEmpty ? place : "\(self.place), \(place)"
    } else {
      reporter.position?.detail += ", \(place)"
    }
    return reporter
  }

  /// The reporter for a tensor within this one.
  func at(_ tensor: CheckFinding.Tensor) -> CheckReporter {
    var reporter = at(
      "layer \(tensor.layer) \(tensor.tap) (population \(tensor.population), statistics \(tensor.statistics))"
    )
    reporter.tensor = tensor
    return reporter
  }

  /// The reporter for a numbered place within this one, such as a step.
  func at(_ unit: CheckPosition.Unit, _ number: Int) -> CheckReporter {
    var reporter = self
    reporter.position = CheckPosition(unit: unit, number: number)
    return reporter
  }

  func fault(_ rule: String, _ message: String) throws { try report(.fault, rule, message) }

  func note(_ rule: String, _ message: String) throws { try report(.note, rule, message) }

  /// Reports a step that no run can have.
  ///
  /// - Returns: whether the step is possible.
  @discardableResult
  func check(step: Int) throws -> Bool {
    let isPossible = (0...Row.largestCount).contains(step)
    if !isPossible { try fault("step", "steps count from 0 to 2^40.") }
    return isPossible
  }

  /// Reports a layer that no network can have.
  func check(layer: Int) throws {
    if !(1...Row.largestCount).contains(layer) {
      try fault("layer", "layers count from 1, and the layer is \(layer).")
    }
  }

  private func report(_ severity: CheckFinding.Severity, _ rule: String, _ message: String) throws {
    let kind = FindingGroups.Kind(
      severity: severity, rule: rule, run: run, tensor: tensor, place: place)
    if let position {
      try groups.add(message, kind, at: position)
    } else {
      try groups.found(kind.finding(message, at: ""))
    }
  }

  /// Reports the merged findings.
  func flush() throws { try groups.flush() }
}
