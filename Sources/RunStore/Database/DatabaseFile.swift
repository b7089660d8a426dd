import FoundationEssentials
import RunModel
import SQLite
import SystemPackage

/// A database file: its paths, and the settings of connections to it.
package struct DatabaseFile {
  /// The path as the user gave it, for messages.
  let path: String
  /// The path without symbolic links: the log and the locks lie beside the file itself, not beside a link.
  let location: String
  /// The failure that a written step survives.
  let durability: Durability
  /// The name of SQLite's VFS; nil for the default.
  let vfs: String?
  /// The bytes of log after which it is copied into the file.
  let checkpointBytes: Int
  /// The amount of numbers, one for each moment and unit, that is worth another thread and connection to read.
  let numbersPerReader: Int

  /// Describes a file without opening or creating it.
  ///
  /// - Throws: `StoreError` of kind `cannotCreate` where SQLite takes no path of that length.
  init(
    path: String, durability: Durability, vfs: String?,
    checkpointBytes: Int = checkpointBytes, numbersPerReader: Int = 1 << 21
  ) throws(StoreError) {
    self.path = path
    self.durability = durability
    self.vfs = vfs
    self.checkpointBytes = checkpointBytes
    self.numbersPerReader = numbersPerReader
    location = path.isEmpty ? "" : DatabaseFile.resolved(path)
    guard !StoreAddress.isCentral(path) else {
      throw StoreError(
        .cannotCreate,
        "\(StoreAddress.shown(path)) is the address of a central store, and this works on a file alone.",
        remedy: .nameDatabase)
    }
    guard location.utf8.count <= DatabaseFile.longestPath else {
      throw StoreError(
        .cannotCreate,
        "The path \(path.prefix(40))… is too long: without symbolic links it has \(location.utf8.count) bytes, and SQLite takes "
          + "\(DatabaseFile.longestPath); name a database in a folder nearer the root.")
    }
    if let suffix = ["-wal", "-shm", "-journal", "-recorders"].first(where: location.hasSuffix) {
      throw StoreError(
        .cannotCreate,
        "\(path) is the name of a file that belongs to a database (\(suffix)); name the database itself."
      )
    }
  }

  /// The bytes of log after which it is copied into the file.
  package static let checkpointBytes = 16 << 20

  /// The longest path that SQLite opens, in bytes: 512 (`MAX_PATHNAME` of its layer for Unix) less the length of "-journal".
  static let longestPath = 504

  /// The bytes of a page: 64 KiB hold whole rows of vectors.
  ///
  /// Writing 10,000 steps took 0.85 of its time with 4 KiB pages, and the file 1.083 bytes
  /// for each byte of vectors instead of 1.133.
  static let pageSize = 65_536

  /// The path of the write-ahead log.
  var logPath: String { location + "-wal" }
  /// The path of the shared-memory file of the log.
  var sharedMemoryPath: String { location + "-shm" }
  /// The path of the file whose locked bytes mark the runs being recorded.
  var lockPath: String { location + "-recorders" }

  /// Opens a connection.
  ///
  /// - Throws: `SQLiteError`.
  func connect(_ access: Connection.Access) throws(SQLiteError) -> Connection {
    try Connection(path: location, access: access, vfs: vfs)
  }

  /// Whether there is neither a log nor a journal, so that the file alone is the whole database.
  var isAtRest: Bool {
    ["-wal", "-journal"].allSatisfy { !FileManager.default.fileExists(atPath: location + $0) }
  }

  /// Whether there is a journal that would make the file empty again (https://sqlite.org/fileformat.html, "The Rollback
  /// Journal": the size of the database before, in pages, is at offset 16).
  var hasJournalOfEmptyFile: Bool {
    let journal = try? Data(
      contentsOf: URL(filePath: location + "-journal"), options: .mappedIfSafe)
    guard let head = journal?.prefix(20), head.count == 20 else { return false }
    return head.suffix(4).allSatisfy { $0 == 0 }
  }

  /// The path without symbolic links of a file that may not exist yet.
  private static func resolved(_ path: String) -> String {
    // One system call, where the other way takes a fortieth of a short query.
    if let resolved = FileCalls.resolvedPath(path) { return resolved }
    let end = (try? FilePath(path).withoutFinalLinks()) ?? FilePath(path)
    let folder = URL(filePath: end.folder.string).resolvingSymlinksInPath().path
    return FilePath(folder).appending(end.lastComponent?.string ?? "").string
  }
}
