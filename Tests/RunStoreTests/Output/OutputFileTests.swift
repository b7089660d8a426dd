import FoundationEssentials
import Glibc
import SystemPackage
import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("An output file is whole or what stood there, and takes the place of nothing that must stay")
struct OutputFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func write(_ text: String, to name: String, database: String? = nil, inputs: [String] = []) throws
  {
    let place = try OutputPlace(
      folder.file(name), database: database.map(folder.file), inputs: inputs.map(folder.file))
    try OutputFile.write(to: place) { try $0.append(text) }
  }

  func refusal(of name: String, database: String? = nil, inputs: [String] = []) throws
    -> OutputError
  {
    let before = try folder.contents()
    let error = try #require(throws: OutputError.self) {
      try write("new", to: name, database: database, inputs: inputs)
    }
    #expect(try folder.contents() == before)
    return error
  }

  func text(_ name: String) throws -> String {
    String(decoding: try folder.bytes(name), as: UTF8.self)
  }

  func mode(of name: String) throws -> UInt16 {
    UInt16(truncatingIfNeeded: try Stat(FilePath(folder.file(name))).permissions.rawValue)
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.file(name), withDestinationPath: target)
  }

  @Test("A file is made, or replaced, and nothing else is left")
  func plain() throws {
    try write("one", to: "a.json")
    #expect(try text("a.json") == "one")
    try folder.write("mine", to: "a.json.partial")
    try write("two", to: "a.json")
    #expect(
      try folder.contents() == ["a.json": Array("two".utf8), "a.json.partial": Array("mine".utf8)])
  }

  @Test("Where writing it fails, what stood there stands, and nothing else is left")
  func failed() throws {
    try folder.write("old", to: "a.json")
    let place = try OutputPlace(folder.file("a.json"), database: nil)
    #expect(throws: CancellationError.self) {
      try OutputFile.write(to: place) { file in
        try file.append(String(repeating: "x", count: 3 << 20))
        throw CancellationError()
      }
    }
    #expect(try folder.contents() == ["a.json": Array("old".utf8)])
  }

  @Test("The old file is visible until the new one replaces it")
  func untilMoved() throws {
    try folder.write("old", to: "a.json")
    let place = try OutputPlace(folder.file("a.json"), database: nil)
    try OutputFile.write(to: place) { file in
      try file.append(String(repeating: "x", count: 3 << 20))
      #expect(try text("a.json") == "old")
    }
    #expect(try folder.bytes("a.json").count == 3 << 20)
  }

  @Test("A file keeps its permissions and its owner; a new one follows the process's mask")
  func permissions() throws {
    for mode in [0o600, 0o640, 0o664] {
      try folder.write("old", to: "a.json")
      try folder.setPermissions(mode, of: "a.json")
      if geteuid() == 0 { #expect(unsafe chown(folder.file("a.json"), 12_345, 54_321) == 0) }
      try write("new", to: "a.json")
      #expect(try self.mode(of: "a.json") == mode)
      let status = try Stat(FilePath(folder.file("a.json")))
      #expect(status.userID.rawValue == (geteuid() == 0 ? 12_345 : geteuid()))
      #expect(status.groupID.rawValue == (geteuid() == 0 ? 54_321 : getegid()))
    }
    let mask = umask(0)
    umask(mask)
    try write("new", to: "b.json")
    #expect(try self.mode(of: "b.json") == UInt16(0o666 & ~mask))
  }

  @Test("A symbolic link stays one, and leads to the new file, whether there was one or not")
  func links() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("inner"), withIntermediateDirectories: false)
    try folder.write("old", to: "inner/a.json")
    try link("one", to: "inner/a.json")
    try link("two", to: folder.file("one"))
    try link("fresh", to: "inner/b.json")
    for (name, target) in [
      ("two", "inner/a.json"), ("one", "inner/a.json"), ("fresh", "inner/b.json"),
    ] {
      try write(name, to: name)
      #expect(try text(target) == name)
      #expect(
        try Stat(FilePath(folder.file(name)), followTargetSymlink: false).type == .symbolicLink)
    }
    try link("round", to: "about")
    try link("about", to: "round")
    #expect(throws: OutputError.self) { try write("new", to: "round") }
  }

  @Test("A FIFO is written into and stays one")
  func fifo() throws {
    #expect(unsafe mkfifo(folder.file("fifo"), 0o600) == 0)
    let reader = try StartedCommand("cat", [folder.file("fifo")])
    try write("through", to: "fifo")
    #expect(try reader.wait().output == "through")
    #expect(try Stat(FilePath(folder.file("fifo"))).type == .fifo)
  }

  @Test(
    "A device is written into and stays one; one that is full is an error",
    .enabled(if: geteuid() == 0, "Only root makes devices"))
  func device() throws {
    for (name, minor, fails) in [("null", "3", false), ("full", "7", true)] {
      guard try CommandRun("mknod", [folder.file(name), "c", "1", minor]).exitCode == 0 else {
        continue
      }
      let written = Result { try write("gone", to: name) }
      if fails {
        #expect(throws: OutputError.self) { try written.get() }
      } else {
        try written.get()
      }
      #expect(try Stat(FilePath(folder.file(name))).type == .characterSpecial)
    }
  }

  @Test("An open file is written to as it is, by number")
  func descriptor() throws {
    try folder.write("", to: "a.txt")
    let open = try FileDescriptor.open(FilePath(folder.file("a.txt")), .writeOnly)
    defer { try? open.close() }
    for part in ["one ", "two"] {
      let place = try OutputPlace("/dev/fd/\(open.rawValue)", database: nil)
      try OutputFile.write(to: place) { try $0.append(part) }
    }
    #expect(try text("a.txt") == "one two")
    try link("open", to: "/proc/self/fd/\(open.rawValue)")
    try write(", three", to: "open")
    #expect(try text("a.txt") == "one two, three")
    #expect(throws: OutputError.self) {
      try OutputPlace("/dev/fd/\(open.rawValue)", database: folder.file("a.txt"))
    }
  }

  @Test("A folder, a socket, a name of nothing and a place that is not there are refused")
  func impossible() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("inner"), withIntermediateDirectories: false)
    for path in [folder.file("inner"), folder.file("nowhere/a.json"), folder.file("new/"), ""] {
      let error = try #require(throws: OutputError.self) {
        try OutputFile.write(to: OutputPlace(path, database: nil)) { _ in }
      }
      #expect(error.kind == .cannotCreate)
    }
  }

  // MARK: - What must stay

  @Test(
    "The database and the files beside it are refused, by any path, whether they exist or not",
    arguments: ["", "-wal", "-shm", "-journal", "-recorders"], [false, true])
  func database(suffix: String, isThere: Bool) throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("inner"), withIntermediateDirectories: false)
    if isThere {
      for other in ["", suffix] { try folder.write("bytes", to: "inner/runs.db" + other) }
      try FileManager.default.linkItem(
        atPath: folder.file("inner/runs.db" + suffix), toPath: folder.file("hard" + suffix))
    }
    try link("by-link.db", to: "inner/runs.db")
    try link("by-folder", to: "inner")
    try link("to-it", to: "inner/runs.db" + suffix)
    let paths = [
      "inner/runs.db" + suffix, "by-folder/runs.db" + suffix, "inner/../inner/runs.db" + suffix,
      "to-it",
    ]
    for database in ["inner/runs.db", "by-link.db", "by-folder/runs.db"] {
      for path in paths + (isThere ? ["hard" + suffix] : []) {
        let before = try? folder.bytes("inner/runs.db" + suffix)
        let error = try #require(throws: OutputError.self) {
          try write("new", to: path, database: database)
        }
        #expect(error.kind == .cannotCreate && error.description.contains("database"))
        #expect((try? folder.bytes("inner/runs.db" + suffix)) == before)
      }
    }
    // Its neighbour is none of it.
    try write("new", to: "inner/runs.db-old", database: "inner/runs.db")
  }

  @Test("Any other database of SQLite's, and its log, are refused")
  func otherDatabase() throws {
    try makeSampleDatabase(at: folder.file("other.db"), steps: 3)
    #expect(try refusal(of: "other.db").description.contains("SQLite database"))
    for suffix in ["-wal", "-shm", "-journal", "-recorders"] {
      #expect(try refusal(of: "other.db" + suffix).description.contains("belongs to the database"))
    }
    for start: [UInt8] in [
      [0x37, 0x7F, 0x06, 0x82], [0x37, 0x7F, 0x06, 0x83], [0xD9, 0xD5, 0x05, 0xF9],
    ] {
      try folder.write(start + [UInt8](repeating: 0, count: 30), to: "alone")
      #expect(try refusal(of: "alone").kind == .cannotCreate)
    }
    // What only has such a name is none.
    try folder.write("text", to: "notes")
    try write("new", to: "notes-journal")
  }

  @Test("An input of the command is refused, and so is a file in an input folder")
  func inputs() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("data"), withIntermediateDirectories: false)
    try folder.write("{}", to: "c.json")
    try folder.write("1,2", to: "data/part.csv")
    try link("link.json", to: "c.json")
    for (name, input) in [
      ("c.json", "c.json"), ("link.json", "c.json"), ("c.json", "link.json"),
      ("data/part.csv", "data"),
    ] {
      let error = try #require(throws: OutputError.self) {
        try write("new", to: name, inputs: [input])
      }
      #expect(error.description.contains("an input of the command"))
    }
    #expect(try text("c.json") == "{}" && text("data/part.csv") == "1,2")
    try write("new", to: "data/other.csv", inputs: ["data", "absent"])
  }

  @Test("A path that became a database during the write is not replaced")
  func madeMeanwhile() throws {
    let place = try OutputPlace(folder.file("a.json"), database: folder.file("runs.db"))
    #expect(throws: OutputError.self) {
      try OutputFile.write(to: place) { file in
        try file.append("new")
        try makeSampleDatabase(at: folder.file("a.json"), steps: 3)
      }
    }
    #expect(try RunDatabase(path: folder.file("a.json"), for: .read).runs().count == 1)
    #expect(try folder.names().filter { !$0.hasPrefix("a.json-") } == ["a.json"])
  }

  @Test("Standard output is refused where it has the answer")
  func sharedStandardOutput() throws {
    for path in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
      let error = try #require(throws: OutputError.self) {
        try OutputPlace(path, database: nil, sharesStandardOutput: true)
      }
      #expect(error.kind == .misuse)
      _ = try OutputPlace(path, database: nil)
    }
  }
}
