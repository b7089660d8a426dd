import FoundationEssentials
import RunModel
import SQLite
import SystemPackage

extension RunDatabase {
  /// Copies the database, as it stands now, to a file, while others may record into it.
  ///
  /// The copy appears under its name only when all of it is on the disk. A run that is being recorded is interrupted in it.
  /// - Parameters:
  ///   - copyPath: the file to make.
  ///   - overwriting: whether it takes the place of a file that is there.
  /// - Throws: `StoreError`, of kind `cannotCreate` where the file is there already or can't be made.
  public func backUp(to copyPath: String, overwriting: Bool = false) throws {
    do {
      let place = try OutputPlace(copyPath, database: path, replacesDatabases: true)
      guard case .file(let target, let old) = try place.kind() else {
        throw StoreError(
          .cannotCreate, "\(copyPath) is no file that a database can be in; name another file.")
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

  /// Makes sure that nobody uses a database that is to be replaced.
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
        "\(copyPath) can't be made while \(copyPath)\(suffix) is there, which a database in use or a crash left; "
          + "name another file.")
    }
  }
}
