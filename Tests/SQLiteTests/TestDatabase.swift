import SQLite
import TestSupport

/// A connection to a fresh file in a folder of its own.
struct TestDatabase {
  let folder: TemporaryFolder
  let path: String
  let connection: Connection

  /// Makes the file and runs `script` on it.
  init(_ script: String = "") throws {
    folder = try TemporaryFolder()
    path = folder.file("test.db")
    connection = try Connection(path: path, access: .create)
    try connection.execute(script)
  }

  /// The integers that a query answers with.
  func integers(_ sql: String) throws -> [Int] {
    try connection.rows(sql) { $0.integer(0) }
  }

  /// The first text that a query answers with.
  func text(_ sql: String) throws -> String? {
    try connection.firstRow(sql) { $0.text(0) }
  }
}

/// The primary code of the SQLite error that `body` throws, nil where it throws none.
func primaryCode(_ body: () throws -> Void) -> ResultCode? {
  do {
    try body()
    return nil
  } catch {
    return (error as? SQLiteError)?.code.primary
  }
}
