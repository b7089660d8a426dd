import FoundationEssentials
import SQLite
import TestSupport
import Testing

/// A folder with a database, and a central store that the name `lab` stands for.
struct CentralFolder {
  let place: RecordedFolder
  /// The server.
  let server: PostgreSQLServer
  /// The URL of the store.
  let url: String
  /// The folder of the user's settings.
  private let settings: String

  /// Takes a folder over.
  ///
  /// - Parameters:
  ///   - place: the folder.
  ///   - server: the server; nil for the one that tests share.
  ///   - original: the URL of the store that this one is a copy of; nil for an empty one.
  /// - Throws: what the system says, or the server.
  init(_ place: RecordedFolder, server: PostgreSQLServer? = nil, like original: String? = nil)
    throws
  {
    self.place = place
    self.server = try server ?? .shared()
    url = try self.server.makeDatabase(like: original)
    settings = "config-\(UUID().uuidString)"
    // As `remote add` writes it.
    try FileManager.default.createDirectory(
      atPath: place.folder.file(settings + "/normscope"), withIntermediateDirectories: true)
    try place.folder.write("lab \(url)\n", to: settings + "/normscope/remotes")
  }

  /// Makes a copy of a store, of the runs of the same folder.
  ///
  /// - Throws: as `init` of a folder does.
  init(_ original: CentralFolder) throws {
    try self.init(original.place, server: original.server, like: original.url)
  }

  /// Changes to the environment that keep the user's own names of stores away.
  var environment: [String: String] { ["XDG_CONFIG_HOME": place.folder.file(settings)] }

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

  /// Starts the program, to run beside the test.
  func start(_ arguments: [String]) throws -> StartedCommand {
    try StartedCommand(
      CommandRun.productPath("normscope"), arguments, in: place.folder.path,
      environment: RecordedFolder.environment.merging(environment) { $1 })
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

  /// Every row of a file of the folder, but who recorded it.
  func storedRows(of file: String) throws -> StoredRows {
    try StoredRows(
      of: Connection(path: place.folder.file(file), access: .readWrite),
      without: ["boot_id", "process_id", "process_start", "applied_at"])
  }

  /// Whether a run shows in the store.
  func showsRun() throws -> Bool {
    try hasTables() && sql("SELECT count(*) FROM run WHERE arrived_at IS NOT NULL") != "0"
  }

  private func hasTables() throws -> Bool {
    try server.sql("SELECT to_regclass('normscope.moment') IS NOT NULL", in: url) == "t"
  }

  /// The blocks of the store, each in words; none twice.
  func blocks() throws -> Set<String> {
    guard try hasTables() else { return [] }
    let rows = try sql(
      """
      SELECT format('%s %s %s %s', part, site, block, checksum) FROM (
        SELECT 'moment' AS part, site, block, checksum FROM moment
        UNION ALL SELECT 'affine', site, block, checksum FROM affine) AS blocks
      """
    ).split(separator: "\n").map(String.init)
    #expect(Set(rows).count == rows.count)
    return Set(rows)
  }

  private static let ofRun = [
    "tag", "step", "evaluation", "checkpoint", "gradient_shift", "landscape", "event", "site",
  ]
  private static let ofSite = [
    "moment", "affine", "higher_moment", "rollup", "batch_noise", "histogram_axis", "histogram",
    "quantile",
  ]

  /// A digest of everything in the store, which has one run, whatever its ids are.
  func digest() throws -> String {
    let rows =
      Self.ofRun.map {
        "SELECT concat_ws(' ', '\($0)', to_jsonb(stored) - 'id' - 'run') AS text FROM \($0) AS stored"
      }
      + Self.ofSite.map {
        """
        SELECT concat_ws(' ', '\($0)', layer, tap, population, statistics, to_jsonb(stored) - 'site')
        FROM \($0) AS stored JOIN site ON site.id = stored.site
        """
      }
    return try sql(
      """
      SELECT count(*), md5(string_agg(text, ' ' ORDER BY text COLLATE "C"))
      FROM (\(rows.joined(separator: " UNION ALL "))) AS rows
      """)
  }
}
