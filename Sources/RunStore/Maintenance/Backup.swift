import FoundationEssentials
import RunModel
import SQLite
import SystemPackage

extension RunDatabase {
  /// Copies the current state of the database to a file while others may record into it.
  ///
  /// The copy appears under its name only when it is complete on the disk. Runs being recorded read as interrupted in it.
  /// - Parameters:
  ///   - copyPath: the file to create.
  ///   - overwriting: whether an existing file is replaced.
  /// - Throws: `StoreError`, of kind `cannotCreate` if the file exists already or cannot be created.
  public func backUp(to copyPath: String, overwriting: Bool = false) throws {
    do {
      let place = try OutputPlace(copyPath, database: path, replacesDatabases: true)
      guard case .file(let target, let old) = try place.kind() else {
        throw StoreError(
          .cannotCreate, "\(copyPath) cannot hold a database; name another file.")
      }
      guard overwriting || old == nil else {
        throw StoreError(
          .cannotCreate, "\(copyPath) exists already.", remedy: .overwrite)
      }
      try requireUnused(target, named: copyPath, isDatabase: old != nil)
      let mode = (try? Stat(FilePath(path)))?.permissions ?? .ownerReadWrite
      let copy = try ReplacementFile(of: place, target, old: old, permissions: mode)
      do {
        try copyAll(to: copy.path, named: copyPath)
        try copy.takePlace()
      } catch {
        copy.remove()
        for suffix in ["-journal", "-wal", "-shm"] {
          try? FileManager.default.removeItem(atPath: copy.path.string + suffix)
        }
        throw error
      }
    } catch let error as OutputError {
      throw StoreError(error.kind == .inputOutput ? .inputOutput : .cannotCreate, error.description)
    }
  }

  private func copyAll(to partial: FilePath, named copyPath: String) throws(StoreError) {
    do {
      let copy = try Connection(path: partial.string, access: .readWrite)
      try connection.copyAll(to: copy)
      // Whoever records a run does not record it into the copy.
      try copy.run(
        "UPDATE run SET boot_id = ?, process_id = ?, process_start = ? WHERE status = 'running'",
        ProcessIdentity.nobody.bindings)
    } catch {
      throw StoreError(
        error, path: [.corrupt, .notADatabase].contains(error.code) ? path : copyPath)
    }
  }

  /// Checks that no process uses the database to be replaced.
  private func requireUnused(_ target: FilePath, named copyPath: String, isDatabase: Bool) throws {
    if isDatabase {
      // The last connection to close removes the log; where it stays, somebody else uses the file.
      try? Connection(path: target.string, access: .readWrite, busyTimeout: 0)
        .run("SELECT count(*) FROM sqlite_schema")
    }
    // SQLite would take the log of another database for the copy's.
    if let suffix = ["-wal", "-journal"].first(where: {
      FileManager.default.fileExists(atPath: target.string + $0)
    }) {
      throw StoreError(
        .cannotCreate,
        "\(copyPath) cannot be created while \(copyPath)\(suffix) exists, left by a database in use or a crash; "
          + "name another file.")
    }
  }
}
