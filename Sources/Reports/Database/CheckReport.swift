package import RunModel

/// What a check of a database found, written finding by finding.
package struct CheckReport {
  private struct Line: Encodable {
    let severity: String
    let rule: String
    let run: String?
    let message: String
  }

  private let format: OutputFormat
  private let path: String
  private let append: (String) throws -> Void
  /// How many faults there were so far.
  package private(set) var faultCount = 0
  private var noteCount = 0

  /// Begins a report on the database at `path`, which is written by `append`.
  ///
  /// - Throws: what `append` throws.
  package init(
    _ format: OutputFormat, path: String, append: @escaping (String) throws -> Void
  ) throws {
    self.format = format
    self.path = path
    self.append = append
    switch format {
    case .csv: try append(CommaSeparated.line(["severity", "rule", "run", "message"]))
    case .json:
      try append(
        "{\"schema\":\(JSONOutput.schema),\"path\":\(JSONOutput.line(path)),\"findings\":[")
    case .table, .ndjson: break
    }
  }

  /// Adds a finding.
  ///
  /// - Throws: what `append` throws.
  package mutating func add(_ finding: CheckFinding) throws {
    let isFirst = faultCount + noteCount == 0
    switch finding.severity {
    case .fault: faultCount += 1
    case .note: noteCount += 1
    }
    let line = Line(
      severity: finding.severity.rawValue, rule: finding.rule, run: finding.run,
      message: finding.message)
    switch format {
    case .table:
      let run = finding.run.map { "run \($0.prefix(8)), " } ?? ""
      try append("\(line.severity): \(run)\(line.message)".withoutControlCharacters + "\n")
    case .csv:
      try append(CommaSeparated.line([line.severity, line.rule, line.run ?? "", line.message]))
    case .json: try append((isFirst ? "\n" : ",\n") + JSONOutput.line(line))
    case .ndjson: try append(JSONOutput.line(line) + "\n")
    }
  }

  /// Ends the report.
  ///
  /// - Throws: what `append` throws.
  package func end(runCount: Int) throws {
    switch format {
    case .table:
      try append("runs checked: \(runCount), faults: \(faultCount), notes: \(noteCount)\n")
    case .json:
      try append("\n],\"runs\":\(runCount),\"faults\":\(faultCount),\"notes\":\(noteCount)}\n")
    case .csv, .ndjson: break
    }
  }
}
