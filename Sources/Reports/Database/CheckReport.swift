package import RunModel
package import ShiftAnalysis

/// Reports what a check of a database found.
package final class CheckReport {
  /// The number of faults so far.
  package private(set) var faultCount = 0
  private var noteCount = 0
  private let runNames: [String: String]
  private let layersOfRun: (_ run: String) -> RunLayers?
  /// The layers of the runs with findings, by the ids of the runs.
  private var layers: [String: RunLayers] = [:]

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - runNames: the names of the database's runs by their ids.
  ///   - layersOfRun: the layers of the run with an id; nil where they are unreadable.
  package init(
    runNames: [String: String], layersOfRun: @escaping (_ run: String) -> RunLayers?
  ) {
    self.runNames = runNames
    self.layersOfRun = layersOfRun
  }

  private func layerName(of finding: CheckFinding) -> String? {
    guard let run = finding.run, let tensor = finding.tensor else { return nil }
    let known = layers[run] ?? layersOfRun(run) ?? RunLayers()
    layers[run] = known
    return known.name(of: tensor.layer)
  }

  /// The answer: a row for each finding, and one with their number, as `check` reports findings and returns the number of
  /// runs.
  package func answer(
    _ check: @escaping (_ report: (CheckFinding) throws -> Void) throws -> Int
  ) -> Answer {
    var runCount = 0
    let findings = AnswerTable(
      "finding",
      [
        Column.text("severity").excepting(["fault"]).key, .text("rule").for(.programs),
        .text("run").for(.programs),
        .text("run_name").for(.programs), .text("run").for(.people),
        .number("layer").for(.programs), .text("layer_name").for(.programs),
        .text("tap").for(.programs),
        .text("population").for(.programs), .text("statistics").for(.programs),
        .number("first_step").for(.programs), .number("last_step").for(.programs),
        Column.text("message").prose.key,
      ]
    ) { rows in
      runCount = try check { finding in
        switch finding.severity {
        case .fault: self.faultCount += 1
        case .note: self.noteCount += 1
        }
        try rows.row(
          finding.severity.rawValue, finding.rule, finding.run,
          finding.run.flatMap { self.runNames[$0] }, finding.run.map { String($0.prefix(8)) },
          finding.tensor?.layer, self.layerName(of: finding), finding.tensor?.tap,
          finding.tensor?.population,
          finding.tensor?.statistics, finding.steps?.lowerBound, finding.steps?.upperBound,
          finding.message)
      }
    }
    let total = AnswerTable(
      "total", layout: .facts,
      [.number("runs").titled("runs checked"), .number("faults"), .number("notes")]
    ) { rows in
      try rows.row(runCount, self.faultCount, self.noteCount)
    }
    return Answer([findings, total])
  }
}
