import FoundationEssentials

/// The file systems on which SQLite's write-ahead log is not safe.
///
/// Its processes share memory and lock parts of files, which machines that share a folder do not do for each other
/// (https://sqlite.org/wal.html, "All processes using a database must be on the same host computer").
enum UnsafeFileSystem {
  /// The file system that a file is on, if recording is not safe there.
  ///
  /// - Parameters:
  ///   - path: absolute, without symbolic links.
  ///   - mounts: the file systems in use, as in /proc/self/mountinfo (see proc(5)).
  /// - Returns: its type, such as "nfs4"; nil of a safe one.
  static func type(at path: String, mounts: String) -> String? {
    var (longest, found) = ("", "")
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 4, let end = fields.firstIndex(of: "-"), end + 1 < fields.count else {
        continue
      }
      let place = unescaped(fields[4])
      let isAbove = place == "/" || path == place || path.hasPrefix(place + "/")
      // A later mount at the same place hides an earlier one.
      guard isAbove && place.utf8.count >= longest.utf8.count else { continue }
      (longest, found) = (place, String(fields[end + 1]))
    }
    return isUnsafe(found) ? found : nil
  }

  /// Whether recording is unsafe on a type: "fuse" includes sshfs and other network file systems, "fuseblk" is a disk.
  private static func isUnsafe(_ type: String) -> Bool {
    type == "fuse" || type.hasPrefix("fuse.") || networkTypes.contains(type)
  }

  private static let networkTypes: Set = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "virtiofs", "vboxsf", "afs", "coda",
    "ceph", "lustre", "gpfs", "beegfs", "panfs", "pvfs2", "ocfs2", "gfs2", "glusterfs",
  ]

  /// A field of the list, in which `\040` is a space.
  private static func unescaped(_ field: Substring) -> String {
    var parts = field.split(separator: "\\", omittingEmptySubsequences: false)[...]
    var text = String(parts.removeFirst())
    for part in parts {
      let code = UInt8(part.prefix(3), radix: 8)
      text += code.map { String(Unicode.Scalar($0)) + part.dropFirst(3) } ?? "\\" + part
    }
    return text
  }
}

extension DatabaseFile {
  /// The type of the file system that the file is on, such as "nfs4", where it is one on which recording is not safe.
  var unsafeFileSystem: String? {
    guard let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) else {
      return nil
    }
    return UnsafeFileSystem.type(at: location, mounts: mounts)
  }
}

extension RunDatabase {
  /// The type of the file system that the file is on, such as "nfs4", where it is one on which recording is not safe.
  public var unsafeFileSystem: String? { file.unsafeFileSystem }
}
