import Foundation
import Synchronization

/// A PostgreSQL server of the tests' own, in a temporary folder and on a socket there; absent on many machines.
// Unchecked, because a server that tests share is neither stopped nor started by them.
package final class PostgreSQLServer: @unchecked Sendable {
  /// The folder of the server's programs, of the newest version; nil where there are none.
  package static let programs: String? = {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return versions.compactMap { Int($0) }.sorted().last.map { "\(root)/\($0)/bin" }.flatMap {
      FileManager.default.isExecutableFile(atPath: $0 + "/postgres") ? $0 : nil
    }
  }()

  /// Why a test that needs a server is skipped.
  package static let skipReason =
    "there is no PostgreSQL server below /usr/lib/postgresql, so there is nothing to push to"

  /// Whether the extension `normscope` is installed for that server.
  package static let hasExtension: Bool = {
    let version = programs?.split(separator: "/").dropLast().last ?? ""
    return FileManager.default.fileExists(
      atPath: "/usr/share/postgresql/\(version)/extension/normscope.control")
  }()

  /// Why a test that needs the extension is skipped.
  package static let extensionSkipReason =
    "the extension normscope is not installed; .ci/postgresql-extension installs it"

  private static let one = Result { try PostgreSQLServer(settings: lax) }
  private static let databaseCount = Mutex(0)
  /// The folder with the data of a new server, which every server begins with a copy of: to make it takes seconds.
  private static let newData = Result { try madeData() }
  /// Settings of a server that no test crashes, and whose databases nobody uses for long.
  private static let lax = [
    "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "wal_level=minimal",
    "max_wal_senders=0",
  ]

  /// The server that tests share, each with databases of its own.
  ///
  /// - Throws: what the system says where it can't be started.
  package static func shared() throws -> PostgreSQLServer { try one.get() }

  private let folder: TemporaryFolder
  /// The address that it listens at besides its socket; nil for none.
  private let address: String?
  private let settings: [String]
  private var process = Process()
  private var input = Pipe()

  /// Makes and starts a server, which listens at `address` too, from where everybody is trusted.
  ///
  /// - Throws: what the system says where it can't be started.
  package convenience init(address: String? = nil) throws {
    try self.init(address: address, settings: [])
  }

  private init(address: String? = nil, settings: [String]) throws {
    self.address = address
    self.settings = settings
    folder = try PostgreSQLServer.serverFolder()
    try PostgreSQLServer.run(
      "cp", ["-r", PostgreSQLServer.newData.get().file("data"), data], in: folder)
    // A role whose password is asked for, before the lines that trust everybody.
    let hosts = data + "/pg_hba.conf"
    let trusting = try String(contentsOfFile: hosts, encoding: .utf8)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: hosts))
    try file.truncate(atOffset: 0)
    let net = address.map { "host all all \($0)/24 trust\n" } ?? ""
    try file.write(contentsOf: Data("local all guarded scram-sha-256\n\(net)\(trusting)".utf8))
    try file.close()
    try start()
  }

  deinit { stop() }

  private var data: String { folder.file("data") }

  /// A folder that a server may write to.
  private static func serverFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    if getuid() == 0 { _ = try CommandRun("chown", ["postgres", folder.path]) }
    return folder
  }

  private static func madeData() throws -> TemporaryFolder {
    let folder = try serverFolder()
    try run(
      program("initdb"),
      [
        "-D", folder.file("data"), "-U", "postgres", "-A", "trust", "--no-sync", "--encoding=UTF8",
      ],
      in: folder)
    return folder
  }

  /// Starts the server, and waits until it answers.
  ///
  /// - Throws: what the system says where it can't be started.
  package func start() throws {
    process = Process()
    input = Pipe()
    let settings =
      ["-D", data, "-k", folder.path]
      + (["listen_addresses=\(address ?? "")", "fsync=off", "shared_buffers=64MB"] + settings)
      .flatMap { ["-c", $0] }
    // The server ends with this process, however that ends, because its input does.
    let script = """
      "$@" & server=$!
      read -r line
      kill -QUIT $server
      wait $server
      """
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["--default-signal", "sh", "-c", script, "sh"]
      + PostgreSQLServer.asServerUser(PostgreSQLServer.program("postgres"), settings)
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<600 {
      if try CommandRun(PostgreSQLServer.program("pg_isready"), ["-q", "-h", folder.path]).exitCode
        == 0
      {
        return
      }
      usleep(50_000)
    }
    throw CocoaError(.executableLoad)
  }

  /// Ends the server at once, as a crash does, and waits until it has ended.
  package func stop() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Makes a database.
  ///
  /// - Parameter template: the URL of the database that it is a copy of, to which nobody is connected; nil for an empty one.
  /// - Returns: its URL.
  /// - Throws: what the system says, or the server.
  package func makeDatabase(like template: String? = nil) throws -> String {
    let number = PostgreSQLServer.databaseCount.withLock {
      $0 += 1
      return $0
    }
    let name = "runs\(number)"
    let copied = template.map { " TEMPLATE \(PostgreSQLServer.database(of: $0))" } ?? ""
    _ = try sql("CREATE DATABASE \(name)\(copied)", in: url(of: "postgres"))
    return url(of: name)
  }

  /// The name of the database of a URL.
  package static func database(of url: String) -> String {
    String(url.split(separator: "/")[2].prefix { $0 != "?" })
  }

  /// The URL of a database at the server's address.
  package func remoteURL(of database: String) -> String {
    "postgresql://postgres@\(address ?? "")/\(database)?tcp_user_timeout=1000&keepalives_idle=1&keepalives_interval=1&keepalives_count=1"
  }

  /// The URL of a database.
  package func url(of database: String, role: String = "postgres") -> String {
    "postgresql://\(role)@/\(database)?host=\(folder.path)"
  }

  /// What `psql` makes of statements: a line for each row.
  ///
  /// - Throws: `CocoaError` where the server refuses one.
  @discardableResult
  package func sql(_ statements: String, in url: String) throws -> String {
    let answer = try CommandRun(
      PostgreSQLServer.program("psql"),
      ["-qAtX", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statements])
    guard answer.exitCode == 0 else {
      throw CocoaError(.executableLoad, userInfo: [NSDebugDescriptionErrorKey: answer.errorOutput])
    }
    return answer.output.trimmingCharacters(in: .newlines)
  }

  private static func program(_ name: String) -> String { (programs ?? "") + "/" + name }

  /// The command of a program, which refuses to run as root.
  private static func asServerUser(_ program: String, _ arguments: [String]) -> [String] {
    (getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [])
      + [program] + arguments
  }

  private static func run(_ program: String, _ arguments: [String], in folder: TemporaryFolder)
    throws
  {
    let command = asServerUser(program, arguments)
    let answer = try CommandRun(command[0], Array(command.dropFirst()), in: folder.path)
    guard answer.exitCode == 0 else {
      throw CocoaError(.executableLoad, userInfo: [NSDebugDescriptionErrorKey: answer.errorOutput])
    }
  }
}
