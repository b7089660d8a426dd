import FoundationEssentials
import RunModel
import SQLite

extension RunDatabase {
  /// Upgrades the schema of a file, as opening it does.
  ///
  /// - Returns: the versions before and after.
  /// - Throws: `StoreError`; the file is left as it was.
  public static func upgrade(fileAt path: String) throws -> (from: Int, to: Int) {
    let from = try olderSchemaVersion(ofFileAt: path)
    let database = try RunDatabase(path: path, for: .read)
    let to = try database.attempt {
      try database.connection.firstRow("PRAGMA user_version") { $0.integer(0) } ?? 0
    }
    return (from ?? to, to)
  }

  /// Opens a database for querying, but refuses one whose schema would have to be upgraded.
  ///
  /// - Throws: `StoreError`.
  public static func openUnchanged(_ path: String) throws -> RunDatabase {
    if let version = try olderSchemaVersion(ofFileAt: path) {
      throw StoreError(
        .badDatabase,
        "The database \(path) has schema version \(version), older than this version of Normscope writes.",
        remedy: .upgrade(path: path))
    }
    return try RunDatabase(path: path, for: .read)
  }

  /// The version of a file's schema if it is older than this build's, else nil.
  private static func olderSchemaVersion(ofFileAt path: String) throws -> Int? {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder else {
      return nil
    }
    do {
      let file = try DatabaseFile(path: path, durability: .process, vfs: nil)
      guard case .older = try state(of: file) else { return nil }
      return try file.connect(.readOnly)
        .firstRow("PRAGMA user_version") { $0.integer(0) }
    } catch let error as SQLiteError {
      throw StoreError(error, path: path)
    }
  }
}
