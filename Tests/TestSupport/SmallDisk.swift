import FoundationEssentials

/// A small file system in memory, which only root can make.
package final class SmallDisk {
  /// Whether one can be made here.
  package static let isPossible = (try? SmallDisk(bytes: 1 << 20)) != nil

  private struct Refusal: Error {}

  /// The folder that it is.
  package let folder: TemporaryFolder

  /// Makes one of a size.
  package init(bytes: Int) throws {
    folder = try TemporaryFolder()
    let mount = try CommandRun(
      "mount", ["-t", "tmpfs", "-o", "size=\(bytes)", "none", folder.path])
    guard mount.exitCode == 0 else { throw Refusal() }
  }

  deinit { _ = try? CommandRun("umount", [folder.path]) }

  /// The bytes that files can still take.
  package var freeBytes: Int {
    get throws {
      let attributes = try FileManager.default.attributesOfFileSystem(forPath: folder.path)
      guard let free = attributes[.systemFreeSize] as? Int else { throw Refusal() }
      return free
    }
  }
}
