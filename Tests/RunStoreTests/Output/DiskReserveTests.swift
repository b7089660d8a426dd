import FoundationEssentials
import TestSupport
import Testing

@testable import RunStore

@Suite(
  "Space that is held on a disk",
  .enabled(if: SmallDisk.isPossible, "a file system in memory cannot be made here"))
struct DiskReserveTests {
  @Test("Is 256 KiB without a name, or less where there is less, and free again afterwards")
  func space() throws {
    let disk = try SmallDisk(bytes: 1 << 20)
    let path = disk.folder.file("runs.db")
    let free = try disk.freeBytes
    try withExtendedLifetime(DiskReserve(besides: path)) {
      let left = try disk.freeBytes
      let files = try FileManager.default.contentsOfDirectory(atPath: disk.folder.path)
      #expect(free - left == 1 << 18)
      #expect(files.isEmpty)
    }
    #expect(try disk.freeBytes == free)
    try disk.folder.write([UInt8](repeating: 1, count: free - 40_000), to: "other")
    try withExtendedLifetime(DiskReserve(besides: path)) {
      let left = try disk.freeBytes
      #expect(left < 10_000)
      let isRefused = DiskReserve(besides: path) == nil
      #expect(isRefused)
    }
  }
}
