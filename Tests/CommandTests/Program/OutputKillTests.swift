import FoundationEssentials
import TestSupport
import Testing

@Suite(
  "A command that is killed at any system call leaves the old file or the whole new one",
  .enabled(if: SystemCallTrace.isPossible, Comment(rawValue: SystemCallTrace.skipReason)))
struct OutputKillTests {
  let place: RecordedFolder

  init() throws {
    place = try RecordedFolder()
    try place.normscope([
      "record", "--layers", "4", "--steps", "3", "--probe", "0", "--name", "one",
    ])
  }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: place.folder.path).sorted() }
  }

  /// Kills `arguments`, which write `name`, at each of their calls since the first that names it.
  func expectWhole(_ name: String, _ arguments: [String]) throws {
    let normscope = CommandRun.productPath("normscope")
    let arguments = arguments + ["--db", "runs.db"]
    let old = try place.bytes(of: name)
    // One that reads leaves an empty log beside the database, and all others find it.
    try place.normscope(arguments)
    try place.folder.write(old, to: name)
    let calls = try SystemCallTrace.calls(normscope, arguments, in: place.folder.path)
    let new = try place.bytes(of: name)
    let isChanged = new != old
    #expect(isChanged)
    let first = try #require(
      calls.firstIndex { $0.contains("\"") && $0.contains(name) && !$0.contains("exec") })
    let move = try #require(calls.firstIndex { $0.hasPrefix("rename") })
    #expect(calls[first..<move].contains { $0.hasPrefix("fsync") || $0.hasPrefix("fdatasync") })
    var found: [Bool] = []
    for call in first..<calls.count {
      try place.folder.write(old, to: name)
      let run = try SystemCallTrace.killed(
        at: call, of: calls, normscope, arguments, in: place.folder.path)
      #expect(run.exitCode != 0, "not killed at \(calls[call])")
      let bytes = try place.bytes(of: name)
      let (isOld, isNew) = (bytes == old, bytes == new)
      #expect(isOld || isNew, "killed at \(calls[call])")
      found.append(isNew)
      for other in try names where other != "runs.db" && other != name {
        let isLeftOver =
          other.contains(".partial") || other.hasPrefix("runs.db-") || other.hasPrefix(name + "-")
        #expect(isLeftOver, "\(other)")
        if !other.hasPrefix("runs.db") { try place.folder.remove(other) }
      }
    }
    #expect(found.contains(true) && found.contains(false))
  }

  @Test("An export")
  func export() throws {
    try place.folder.write("old", to: "out.json")
    try expectWhole("out.json", ["export", "one", "--format", "json", "-o", "out.json"])
  }

  @Test("A backup over another, which can be made again over what was left")
  func backup() throws {
    try place.normscope(["db", "backup", "copy.db", "--db", "runs.db"])
    try place.normscope(["runs", "rename", "one", "other"])
    try expectWhole("copy.db", ["db", "backup", "copy.db", "--overwrite"])
    try place.normscope(["db", "backup", "copy.db", "--overwrite"])
    #expect(try place.normscope(["runs", "--db", "copy.db"]).output.contains("other"))
  }
}
