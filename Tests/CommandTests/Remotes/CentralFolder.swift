import FoundationEssentials
import TestSupport
import Testing

/// A folder with a database, and an empty central store that the name `lab` stands for.
struct CentralFolder {
  let place: RecordedFolder
  /// The server.
  let server: PostgreSQLServer
  /// The URL of the store.
  let url: String
  /// The folder of the user's settings.
  private let settings: String

  /// Takes a folder over.
  init(_ place: RecordedFolder, server: PostgreSQLServer? = nil) throws {
    self.place = place
    self.server = try server ?? .shared()
    url = try self.server.makeDatabase()
    settings = place.folder.file("config-\(UUID().uuidString)")
    try normscope(["remote", "add", "lab", url])
  }

  /// Changes to the environment that keep the user's own names of stores away.
  var environment: [String: String] { ["XDG_CONFIG_HOME": settings] }

  /// Runs the program, which must succeed.
  @discardableResult
  func normscope(_ arguments: [String]) throws -> CommandRun {
    let run = try attempt(arguments)
    try #require(run.exitCode == 0, "\(arguments): \(run.errorOutput)")
    return run
  }

  /// Runs the program.
  func attempt(_ arguments: [String], environment changes: [String: String] = [:]) throws
    -> CommandRun
  {
    try place.attempt(arguments, environment: environment.merging(changes) { $1 })
  }

  /// Runs statements in the store.
  @discardableResult
  func sql(_ statements: String) throws -> String {
    try server.sql("SET search_path TO normscope; \(statements)", in: url)
  }

  /// Every row that runs recorded in a file or a store, as CSV has it.
  func rows(of runs: [String], in database: String) throws -> String {
    try normscope(
      ["export"] + runs + ["--format", "csv", "-o", "-", "--db", database]
    ).output
  }
}
