import Glibc
import RunModel
import RunStore
import SystemPackage
import TestSupport
import Testing

@Suite("Files that commands read whole")
struct InputContentsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func failure(_ path: String, atMost limit: Int = 100) throws -> InputContents.Failure {
    try #require(throws: InputContents.Failure.self) {
      try InputContents.bytes(of: path, atMost: limit)
    }
  }

  @Test("A regular file is read up to a limit", arguments: [0, 1, 1_000_000, 3_000_000])
  func regular(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let path = try folder.write(bytes, to: "a.json")
    let isWhole = try InputContents.bytes(of: path, atMost: count) == bytes
    #expect(isWhole)
    guard count > 0 else { return }
    guard case .tooLarge = try failure(path, atMost: count - 1) else {
      Issue.record("A file of \(count) bytes is read")
      return
    }
  }

  @Test("A FIFO is read to its end")
  func fifo() throws {
    #expect(unsafe mkfifo(folder.file("fifo"), 0o600) == 0)
    let writer = try StartedCommand(
      "bash", ["-c", "(echo one; sleep 0.1; echo two) > fifo"], in: folder.path)
    #expect(
      try InputContents.bytes(of: folder.file("fifo"), atMost: 100) == Array("one\ntwo\n".utf8))
    #expect(try writer.wait().exitCode == 0)
  }

  @Test("Devices, folders and missing files are refused")
  func refused() throws {
    for path in ["/dev/zero", "/dev/null"] {
      guard case .device = try failure(path) else {
        Issue.record("\(path) is read")
        return
      }
    }
    guard case .folder = try failure(folder.path) else {
      Issue.record("A folder is read")
      return
    }
    guard case .unreadable(let error) = try failure(folder.file("nowhere")) else {
      Issue.record("A missing file is read")
      return
    }
    #expect(error == .noSuchFileOrDirectory)
  }
}
