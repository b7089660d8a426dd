import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("File systems")
struct UnsafeFileSystemTests {
  /// As in proc(5).
  static let mounts = """
    22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
    30 22 0:40 / /srv rw,relatime shared:2 - nfs4 server:/srv rw,vers=4.2
    31 30 0:41 / /srv/local rw - xfs /dev/vdb rw
    32 22 0:42 / /mnt/two\\040words rw - fuse.sshfs host:/ rw
    33 22 0:43 / /mnt/disk rw - fuseblk /dev/sdc1 rw
    34 22 0:44 / /mnt/hidden rw - cifs //server/share rw
    35 34 0:45 / /mnt/hidden rw - ext4 /dev/vdc rw
    36 22 0:46 /part /mnt/9p rw master:1 propagate_from:2 - 9p host rw
    short line
    37 22 0:47 / /mnt/no-type rw -
    """

  @Test(
    "The file system that is mounted nearest above a file decides",
    arguments: [
      ("/data/runs.db", nil), ("/srv/share/runs.db", "nfs4"), ("/srv/local/runs.db", nil),
      ("/srvless/runs.db", nil), ("/mnt/two words/runs.db", "fuse.sshfs"),
      ("/mnt/two/runs.db", nil), ("/mnt/disk/runs.db", nil), ("/mnt/hidden/runs.db", nil),
      ("/mnt/9p/runs.db", "9p"), ("/mnt/no-type/runs.db", nil),
    ] as [(String, String?)])
  func nearest(path: String, type: String?) {
    #expect(UnsafeFileSystem.type(at: path, mounts: Self.mounts) == type)
  }

  @Test(
    "Those of other machines are unsafe",
    arguments: [
      "nfs", "nfs4", "cifs", "smb3", "9p", "afs", "ceph", "lustre", "gpfs", "fuse", "fuse.s3fs",
    ])
  func unsafeTypes(type: String) {
    #expect(UnsafeFileSystem.type(at: "/a", mounts: "1 0 0:1 / / rw - \(type) x rw") == type)
  }

  @Test(
    "Those of this one are not",
    arguments: ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "fusectl"])
  func safeTypes(type: String) {
    #expect(UnsafeFileSystem.type(at: "/a", mounts: "1 0 0:1 / / rw - \(type) x rw") == nil)
  }

  @Test("Nothing is known without a list")
  func noList() {
    #expect(UnsafeFileSystem.type(at: "/a", mounts: "") == nil)
  }

  @Test("The temporary folder of this machine is safe")
  func temporaryFolder() throws {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    #expect(database.unsafeFileSystem == nil)
  }
}
