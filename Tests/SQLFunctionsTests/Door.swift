import FoundationEssentials
import SQLFunctions
import SQLite
import TestSupport

/// A way to the SQL functions: the program that has them inside, or one that loads the extension.
enum Door: String, CaseIterable, Sendable {
  /// A connection of this process, which has the functions inside.
  case inProcess
  /// The program `sqlite3`, by `.load`.
  case shell
  /// Python's `sqlite3`, by `load_extension`.
  case python

  /// The doors that this machine has.
  static let open = allCases.filter { door in
    switch door {
    case .inProcess: true
    case .shell: hasExtension && canLoadInShell
    case .python: hasExtension && loadingPython != nil
    }
  }

  /// Why a test of a closed door is skipped.
  static let closedReason =
    "neither sqlite3 nor a Python that loads extensions is installed, so there is nothing to load into"

  /// The extension, without the end of its name.
  static let extensionPath = CommandRun.productPath("libnormscope-sql")

  private static let hasExtension = FileManager.default.fileExists(atPath: extensionPath + ".so")

  private static let canLoadInShell =
    (try? CommandRun("sqlite3", [":memory:", "SELECT 1"]).exitCode) == 0

  /// A Python whose sqlite3 loads extensions; the first one in PATH often was built without that.
  static let loadingPython = ["python3", "/usr/bin/python3"].first { program in
    let question = "import sqlite3; sqlite3.connect(':memory:').enable_load_extension(True)"
    return (try? CommandRun(program, ["-c", question]).exitCode) == 0
  }

  /// What a statement of one value answers: its type, a colon and its text, BLOBs in hexadecimal; or the error's message.
  func answer(to expression: String) throws -> String {
    // The number is printed by the test, from the bits that SQLite's 17 digits give.
    let sql =
      "SELECT CASE typeof(v) WHEN 'real' THEN printf('real:%!.17g', v) WHEN 'blob' THEN 'blob:' || hex(v) "
      + "ELSE typeof(v) || ':' || ifnull(v, '') END FROM (SELECT (\(expression)) AS v)"
    switch self {
    case .inProcess:
      do {
        return try FunctionConnection().connection.firstRow(sql) { $0.text(0) } ?? ""
      } catch let error as SQLiteError {
        return "error:\(error.message)"
      }
    case .shell:
      let run = try CommandRun("sqlite3", [":memory:", ".load \(Door.extensionPath)", sql])
      return Door.outcome(of: run, errorPrefixes: ["Error: in prepare, ", "Error: stepping, "])
    case .python:
      return Door.outcome(
        of: try CommandRun(
          Door.loadingPython ?? "", ["-c", Door.script, Door.extensionPath, sql]),
        errorPrefixes: ["sqlite3.OperationalError: ", "sqlite3.DatabaseError: "])
    }
  }

  private static let script = """
    import sqlite3, sys
    connection = sqlite3.connect(':memory:')
    connection.enable_load_extension(True)
    connection.load_extension(sys.argv[1])
    print(connection.execute(sys.argv[2]).fetchone()[0])
    """

  private static func outcome(of run: CommandRun, errorPrefixes: [String]) -> String {
    guard run.exitCode != 0 else {
      return run.output.split(separator: "\n").first.map(String.init) ?? ""
    }
    let line = run.errorOutput.split(separator: "\n").first { line in
      errorPrefixes.contains { line.hasPrefix($0) }
    }
    guard let line, let prefix = errorPrefixes.first(where: { line.hasPrefix($0) }) else {
      return run.errorOutput
    }
    return "error:" + line.dropFirst(prefix.count)
  }
}

/// A connection of this process that has the functions.
struct FunctionConnection {
  let connection: Connection
  private let folder: TemporaryFolder

  init(_ script: String = "") throws {
    try Connection.addToNewConnections(normscopeSQLEntryPoint)
    folder = try TemporaryFolder()
    connection = try Connection(path: folder.file("test.db"), access: .create)
    try connection.execute(script)
  }

  /// The error that a statement fails with.
  func failure(_ sql: String) -> String? {
    do {
      _ = try connection.rows(sql) { $0.text(0) }
      return nil
    } catch {
      return (error as? SQLiteError)?.message ?? "\(error)"
    }
  }
}

/// A vector as an SQL literal.
func literal(_ vector: [Float]) -> String {
  "x'" + hexadecimal(vector) + "'"
}

/// The bytes of a vector, little-endian, in hexadecimal digits as SQLite writes them.
func hexadecimal(_ vector: [Float]) -> String {
  vector.map { number in
    let bits = String(number.bitPattern.byteSwapped, radix: 16, uppercase: true)
    return String(repeating: "0", count: 8 - bits.count) + bits
  }.joined()
}
