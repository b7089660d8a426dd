import FoundationEssentials
import SQLite

extension RunDatabase {
  /// Copies the database, as it stands now, to a file, while others may record into it.
  ///
  /// The copy appears under its name only when all of it is written.
  /// - Parameters:
  ///   - copyPath: the file to make.
  ///   - overwriting: whether it takes the place of a file that is there.
  /// - Throws: `StoreError`, of kind `cannotCreate` where the file is there already or can't be made.
  public func backUp(to copyPath: String, overwriting: Bool = false) throws {
    try requirePlace(copyPath, overwriting: overwriting)
    let partial = copyPath + ".partial"
    func removePartial() {
      for suffix in ["", "-journal"] {
        try? FileManager.default.removeItem(atPath: partial + suffix)
      }
    }
    removePartial()
    do {
      try connection.copyAll(to: Connection(path: partial, access: .create))
      // Moving does not replace.
      if overwriting { try? FileManager.default.removeItem(atPath: copyPath) }
      try FileManager.default.moveItem(atPath: partial, toPath: copyPath)
    } catch {
      removePartial()
      guard let error = error as? SQLiteError else {
        throw StoreError(
          .cannotCreate, "\(copyPath) can't be made; check its folder, or name another file.")
      }
      throw StoreError(
        error, path: [.corrupt, .notADatabase].contains(error.code) ? path : copyPath)
    }
  }

  private func requirePlace(_ copyPath: String, overwriting: Bool) throws {
    let files = FileManager.default
    var isFolder = false
    if files.fileExists(atPath: copyPath, isDirectory: &isFolder) {
      guard !isFolder else {
        throw StoreError(.cannotCreate, "\(copyPath) is a folder; name a file.")
      }
      guard overwriting else {
        throw StoreError(
          .cannotCreate, "\(copyPath) is there already; name another file, or say --overwrite.")
      }
      guard RunDatabase.identity(ofFileAt: copyPath) != RunDatabase.identity(ofFileAt: path) else {
        throw StoreError(.cannotCreate, "\(copyPath) is the database itself; name another file.")
      }
    }
    if overwriting {
      // The last connection to close removes the log; where it stays, somebody else uses the file.
      try? Connection(path: copyPath, access: .readWrite, busyTimeout: 0)
        .run("SELECT count(*) FROM sqlite_schema")
    }
    // SQLite would take the log of another database for the copy's.
    if let log = ["-wal", "-journal"].map({ copyPath + $0 }).first(where: files.fileExists) {
      throw StoreError(
        .cannotCreate,
        "\(copyPath) can't be made while \(log) is there, which a database in use or a crash left; "
          + "name another file.")
    }
  }

  /// What tells a file from others, whatever path it goes by.
  private static func identity(ofFileAt path: String) -> [String] {
    // Attributes of a symbolic link are its own.
    let target = URL(filePath: path).resolvingSymlinksInPath().path
    let attributes = (try? FileManager.default.attributesOfItem(atPath: target)) ?? [:]
    return [.systemNumber, .systemFileNumber].map { (key: FileAttributeKey) in
      attributes[key].map { "\($0)" } ?? path
    }
  }
}
