import FoundationEssentials
import TestSupport
import Testing

@testable import NumPyArchive

@Suite("ZIP archives")
struct ZIPWriterTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// An archive of these entries.
  static func archive(_ entries: [(name: String, contents: [UInt8])], at place: Int = 0) throws
    -> [UInt8]
  {
    var bytes: [UInt8] = []
    try withoutActuallyEscaping({ (piece: [UInt8]) throws in bytes += piece }) { output in
      var writer = ZIPWriter(at: place, output)
      for entry in entries {
        try writer.begin(entry.name)
        // In pieces, as a writer of rows has them.
        for start in stride(from: 0, to: entry.contents.count, by: 1000) {
          let piece = Array(entry.contents[start..<min(start + 1000, entry.contents.count)])
          try writer.append(piece.span)
        }
        try writer.end()
      }
      try writer.finish()
    }
    return bytes
  }

  /// Bytes that do not compress, more than the writer's buffer holds.
  static let noise: [UInt8] = {
    var random = SplitMix64(seed: 3)
    return (0..<300_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }()

  static let entries: [(name: String, contents: [UInt8])] = [
    ("empty", []), ("folder/text", Array("some text, some text".utf8)), ("noise", noise),
    ("zeros", Array(repeating: 0, count: 1_000_000)),
  ]

  @Test(
    "Other programs find nothing wrong with it",
    arguments: [["python3", "-m", "zipfile", "-t"], ["unzip", "-t"]])
  func readers(command: [String]) throws {
    guard try CommandRun("which", [command[0]]).exitCode == 0 else { return }
    try folder.write(Self.archive(Self.entries), to: "a.zip")
    let run = try CommandRun(command[0], command.dropFirst() + ["a.zip"], in: folder.path)
    #expect(run.exitCode == 0, "\(run.output) \(run.errorOutput)")
  }

  @Test("Python reads back every byte, and the sizes and the time are there")
  func contents() throws {
    guard try CommandRun("which", ["python3"]).exitCode == 0 else { return }
    try folder.write(Self.archive(Self.entries), to: "a.zip")
    try folder.write(Self.noise, to: "noise")
    let script = """
      import zipfile
      z = zipfile.ZipFile("a.zip")
      assert z.namelist() == ["empty", "folder/text", "noise", "zeros"]
      assert z.read("empty") == b"" and z.read("folder/text") == b"some text, some text"
      assert z.read("noise") == open("noise", "rb").read() and z.read("zeros") == bytes(1000000)
      for i in z.infolist():
        assert i.date_time == (1980, 1, 1, 0, 0, 0) and i.compress_type == zipfile.ZIP_DEFLATED
        assert i.external_attr >> 16 == 0o100644
      assert z.getinfo("zeros").compress_size < 10000 < 300000 < z.getinfo("noise").compress_size
      """
    let run = try CommandRun("python3", ["-c", script], in: folder.path)
    #expect(run.exitCode == 0, "\(run.errorOutput)")
  }

  @Test("Entries beyond 4 GiB of the file are found")
  func largePlaces() throws {
    guard try CommandRun("which", ["python3"]).exitCode == 0 else { return }
    // A hole of the file takes no room on the disk.
    let place = 5 << 30
    try folder.write(Self.archive([("a", Array("end".utf8))], at: place), to: "tail")
    let script = """
      import zipfile
      with open("a.zip", "wb") as f:
        f.seek(\(place)); f.write(open("tail", "rb").read())
      z = zipfile.ZipFile("a.zip")
      assert z.getinfo("a").header_offset == \(place), z.getinfo("a").header_offset
      assert z.start_dir > \(place) and z.read("a") == b"end"
      """
    let run = try CommandRun("python3", ["-c", script], in: folder.path)
    #expect(run.exitCode == 0, "\(run.errorOutput)")
  }

  @Test("Each size and place has 64 bits")
  func structure() throws {
    let bytes = try Self.archive([("ab", [7, 7, 7])], at: 6 << 32)
    func number(_ place: Int, _ size: Int) -> Int {
      bytes[place..<place + size].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    // The header: sizes elsewhere, 20 bytes for them behind the name, unknown as yet.
    #expect(number(0, 4) == 0x0403_4b50 && number(4, 2) == 45 && number(6, 2) == 8)
    #expect(number(18, 4) == 0xFFFF_FFFF && number(22, 4) == 0xFFFF_FFFF)
    #expect(number(26, 2) == 2 && number(28, 2) == 20 && number(32, 2) == 1)
    #expect(number(34, 2) == 16 && number(36, 8) == 0 && number(44, 8) == 0)
    // The end: an end that points elsewhere, and before it the locator and the record of 64 bits.
    let end = bytes.count - 22
    #expect(number(end, 4) == 0x0605_4b50 && number(end + 16, 4) == 0xFFFF_FFFF)
    #expect(number(end - 20, 4) == 0x0706_4b50)
    let record = number(end - 12, 8) - 6 << 32
    #expect(record == end - 20 - 56 && number(record, 4) == 0x0606_4b50)
    #expect(number(record + 24, 8) == 1 && number(record + 32, 8) == 1)
    let directory = number(record + 48, 8) - 6 << 32
    #expect(number(directory, 4) == 0x0201_4b50)
    #expect(directory + number(record + 40, 8) == record)
    // The row of the directory: the size, the compressed size and the place of the entry.
    let extra = directory + 46 + 2
    #expect(number(extra, 2) == 1 && number(extra + 2, 2) == 24)
    #expect(number(extra + 4, 8) == 3 && number(extra + 20, 8) == 6 << 32)
    // The data, and behind it the CRC-32 and the same sizes.
    let descriptor = 52 + number(extra + 12, 8)
    #expect(number(descriptor, 4) == 0x0807_4b50)
    #expect(number(descriptor + 8, 8) == number(extra + 12, 8))
    #expect(number(descriptor + 16, 8) == 3 && directory == descriptor + 24)
  }

  @Test("The output's error ends the writing")
  func failure() throws {
    struct Full: Error {}
    #expect(throws: Full.self) {
      var writer = ZIPWriter { bytes in if bytes.count > 60 { throw Full() } }
      try writer.begin("noise")
      try writer.append(Self.noise.span)
    }
  }
}
