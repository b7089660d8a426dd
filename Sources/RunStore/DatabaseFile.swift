import FoundationEssentials
import SQLite

/// A database file, and how connections to it are opened.
struct DatabaseFile {
  /// Where it is.
  let path: String
  /// What a step that is written survives.
  let durability: RunDatabase.Durability
  /// The name of SQLite's file system layer; nil for its default.
  let vfs: String?

  /// Opens a connection.
  ///
  /// - Throws: `SQLiteError`.
  func connect(_ access: Connection.Access) throws(SQLiteError) -> Connection {
    try Connection(path: path, access: access, vfs: vfs)
  }

  /// Whether there is neither a log nor a journal, so that what the file holds is whole.
  var isAtRest: Bool {
    ["-wal", "-journal"].allSatisfy { !FileManager.default.fileExists(atPath: path + $0) }
  }

  /// Whether there is a journal that would make the file empty again (https://sqlite.org/fileformat.html, "The Rollback
  /// Journal": the size of the database before, in pages, is at offset 16).
  var hasJournalOfEmptyFile: Bool {
    let journal = try? Data(contentsOf: URL(filePath: path + "-journal"), options: .mappedIfSafe)
    guard let head = journal?.prefix(20), head.count == 20 else { return false }
    return head.suffix(4).allSatisfy { $0 == 0 }
  }
}
