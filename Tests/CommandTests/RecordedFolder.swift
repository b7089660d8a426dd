import FoundationEssentials
import TestSupport
import Testing

/// A folder with a database, and the program run in it.
struct RecordedFolder {
  let folder: TemporaryFolder
  /// Changes to the environment of every run.
  static let environment = ["NORMSCOPE_DB": "runs.db", "COLUMNS": ""]

  init() throws { folder = try TemporaryFolder() }

  /// Makes a copy of a folder.
  init(copying original: TemporaryFolder) throws {
    try self.init()
    for name in try FileManager.default.contentsOfDirectory(atPath: original.path) {
      try FileManager.default.copyItem(atPath: original.file(name), toPath: folder.file(name))
    }
  }

  /// Runs the program, which must succeed.
  @discardableResult
  func normscope(_ arguments: [String]) throws -> CommandRun {
    let run = try attempt(arguments)
    try #require(run.exitCode == 0, "\(arguments): \(run.errorOutput)")
    return run
  }

  /// Runs the program, with changes to the environment beside the usual ones.
  func attempt(_ arguments: [String], environment: [String: String] = [:]) throws -> CommandRun {
    try .product(
      "normscope", arguments, in: folder.path,
      environment: Self.environment.merging(environment) { $1 })
  }

  /// Starts the program, to run beside the test.
  func start(_ arguments: [String]) throws -> StartedCommand {
    try StartedCommand(
      CommandRun.productPath("normscope"), arguments, in: folder.path,
      environment: Self.environment)
  }

  /// What `show` tells of a run.
  func details(of run: String) throws -> RunDetails {
    // Of the rows the first is the run.
    let shown = try normscope(["show", run, "--format", "ndjson"]).output.split(separator: "\n")
    return try JSONDecoder().decode(RunDetails.self, from: Data(shown[0].utf8))
  }

  /// Runs a command that answers, and reads its answer from JSON.
  func answer(_ arguments: [String]) throws -> AnswerDocument {
    try AnswerDocument(json: normscope(arguments + ["--format", "json"]).output)
  }

  /// Every number that a run recorded, durations and its identifier aside, as lines of CSV.
  func numbers(of run: String) throws -> [String] {
    // Who recorded them when, and what was asked for, is not recorded of the network.
    let records: Set = [
      "step", "evaluation", "gradient_shift", "landscape", "moment", "quantile", "histogram",
    ]
    let document = try exported(run)
    return document.rows.compactMap { row in
      guard let record = row["record"]?.text, records.contains(record) else { return nil }
      return document.columns.filter { !["run", "run_name", "duration"].contains($0) }
        .map { row[$0]?.text ?? "" }.joined(separator: ",")
    }
  }

  /// Everything that `run` recorded, as CSV has it.
  func exported(_ run: String) throws -> AnswerDocument {
    try normscope(["export", run, "--format", "csv", "-o", "numbers.csv"])
    return AnswerDocument(
      csv: try String(contentsOfFile: folder.file("numbers.csv"), encoding: .utf8))
  }

  /// The newest checkpoint of a run, or that of `step`.
  func checkpoint(of run: String, step: Int? = nil) throws -> [UInt8] {
    try normscope(
      ["export", run, "--format", "safetensors", "-o", "checkpoint.safetensors"]
        + (step.map { ["--step", "\($0)"] } ?? []))
    return try bytes(of: "checkpoint.safetensors")
  }

  /// What stands in a file of the folder.
  func bytes(of name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: folder.file(name))))
  }
}

/// A part of the row that `show` has for a run.
struct RunDetails: Decodable {
  struct Provenance: Decodable {
    let resumed_at: [Int]?
  }

  let run_name: String
  let status: String
  let steps: Int
  let dropped_steps: Int
  let tags: [String: String]
  let provenance: Provenance
}
