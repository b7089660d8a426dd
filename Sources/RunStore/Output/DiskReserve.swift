import Glibc
import SystemPackage

/// Space on a disk that is held by a file without a name, to be freed where the disk has become full.
struct DiskReserve: ~Copyable {
  /// The bytes that are held: many times the row of a run, or where there is little room a page or two.
  private static let sizes = [1 << 18, 1 << 17, 1 << 16, 1 << 15]

  private let file: FileDescriptor

  /// Holds space on the disk of `path`; nil where its file system has no such files, or no space.
  init?(besides path: String) {
    let folder = FilePath(path).removingLastComponent()
    guard
      let file = try? FileDescriptor.open(
        folder.isEmpty ? "." : folder, .writeOnly,
        options: [FileDescriptor.OpenOptions(rawValue: DiskReserve.nameless), .closeOnExec],
        permissions: .ownerReadWrite)
    else { return nil }
    guard DiskReserve.sizes.contains(where: { posix_fallocate(file.rawValue, 0, $0) == 0 }) else {
      try? file.close()
      return nil
    }
    self.file = file
  }

  // `O_TMPFILE` of Linux, the same on every processor but for the part that is `O_DIRECTORY`.
  private static let nameless: CInt = 0o20_000_000 | O_DIRECTORY

  deinit { try? file.close() }
}
