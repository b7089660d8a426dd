import FoundationEssentials
import SystemPackage

/// A file that is written beside another one and then replaces it atomically.
///
/// If the process dies, either the old file or the complete new one exists; a file NAME.….partial may remain.
struct ReplacementFile {
  /// The path until the file is moved.
  let path: FilePath
  /// The open file.
  let descriptor: FileDescriptor
  private let place: OutputPlace
  private let target: FilePath

  /// Creates an empty file beside another one.
  ///
  /// - Parameters:
  ///   - place: the place of the file as the user gave it.
  ///   - target: the path there, without symbolic links.
  ///   - old: the existing file at `target`, whose permissions and owner are kept.
  ///   - permissions: the permissions if no file exists, as far as the process's mask allows.
  /// - Throws: `OutputError`.
  init(
    of place: OutputPlace, _ target: FilePath, old: Stat?,
    permissions: FilePermissions = [.ownerReadWrite, .groupReadWrite, .otherReadWrite]
  ) throws(OutputError) {
    self.place = place
    self.target = target
    do {
      (path, descriptor) = try ReplacementFile.opened(
        beside: target, permissions: old == nil ? permissions : .ownerReadWrite)
    } catch {
      throw OutputError(path: place.path, error)
    }
    guard let old else { return }
    do throws(Errno) {
      try ReplacementFile.makeAlike(descriptor, old)
    } catch {
      remove()
      throw OutputError(path: place.path, error)
    }
  }

  /// Creates a file under an unused name.
  private static func opened(
    beside target: FilePath, permissions: FilePermissions
  ) throws(Errno) -> (FilePath, FileDescriptor) {
    var name = target.lastComponent?.string ?? ""
    // A name has at most 255 bytes.
    while name.utf8.count > 200 { name.removeLast() }
    while true {
      let unique = String(UInt64.random(in: .min ... .max), radix: 36)
      let path = target.removingLastComponent().appending("\(name).\(unique).partial")
      do {
        return (
          path,
          try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: permissions)
        )
      } catch {
        let error = error as? Errno ?? .ioError
        guard error == .fileExists else { throw error }
      }
    }
  }

  private static func makeAlike(_ file: FileDescriptor, _ old: Stat) throws(Errno) {
    var permissions = old.permissions
    let new = try Stat(file)
    if (new.userID, new.groupID) != (old.userID, old.groupID) {
      do {
        try FileCalls.give(file, to: old.userID, old.groupID)
      } catch {
        // Only root gives files away. Another group gets no more than everybody has.
        let shared = FilePermissions(rawValue: (permissions.rawValue & 0o007) << 3)
        permissions.formIntersection([.ownerReadWriteExecute, shared, .otherReadWriteExecute])
      }
    }
    try FileCalls.permit(permissions, on: file)
  }

  /// Moves the file to its place, once it is on the disk.
  ///
  /// - Throws: `OutputError`; then the old file is unchanged, unless writing the folder to the disk failed.
  func takePlace() throws(OutputError) {
    do throws(Errno) {
      try FileCalls.synchronize(descriptor)
    } catch {
      throw OutputError(path: place.path, error)
    }
    // Again: what must stay may have been made meanwhile.
    _ = try place.kind()
    do throws(Errno) {
      try FileCalls.move(path, to: target)
      try ReplacementFile.synchronizeNames(in: target.folder)
    } catch {
      throw OutputError(path: place.path, error)
    }
    try? descriptor.close()
  }

  private static func synchronizeNames(in folder: FilePath) throws(Errno) {
    // A folder that this process may not read cannot be synced.
    guard
      let descriptor = try? FileDescriptor.open(
        folder, .readOnly, options: [.directory, .closeOnExec])
    else {
      return
    }
    defer { try? descriptor.close() }
    do {
      try FileCalls.synchronize(descriptor)
    } catch .invalidArgument {
      // A file system that has nothing to wait for.
    }
  }

  /// Removes the file instead of moving it.
  func remove() {
    try? descriptor.close()
    try? FileManager.default.removeItem(atPath: path.string)
  }
}
