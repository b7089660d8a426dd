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
  /// How much comes into the log before it is copied into the file on another thread.
  var checkpointBytes = 8 << 20
  /// How many numbers, one for each moment and unit, are worth a thread and a connection of their own to read.
  var numbersPerReader = 1 << 21

  /// The size of its pages, those of 64 KiB holding whole rows of vectors.
  ///
  /// `normscope-benchmark write --steps 10000` took 0.85 of its time with 4 KiB pages, and the file 1.083 bytes
  /// for each byte of vectors instead of 1.133.
  static let pageSize = 65_536
  /// `checkpointBytes` in pages.
  var checkpointPages: Int { checkpointBytes / DatabaseFile.pageSize }
  /// How long the log gets before a commit copies what is left of it, so that it can begin anew.
  var largestLogPages: Int { 8 * checkpointPages }

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
