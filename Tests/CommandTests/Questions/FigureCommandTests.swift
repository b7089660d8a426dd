import FoundationEssentials
import TestSupport
import Testing

@Suite("The command figure")
struct FigureCommandTests {
  /// Where the figures are written; the runs are in a folder that all share.
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func figure(_ arguments: String..., path: String? = nil) throws -> CommandRun {
    let database = try PreparedFolder.shared().folder.file("runs.db")
    var environment = ["NORMSCOPE_DB": database]
    if let path { environment["PATH"] = path }
    return try CommandRun.product(
      "normscope", ["figure"] + arguments, in: folder.path, environment: environment)
  }

  func bytes(of name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
  }

  static let hasConverter = (try? CommandRun("rsvg-convert", ["--version"]).exitCode) == 0

  @Test("A figure is one SVG document, the same on standard output, twice the same bytes")
  func svg() throws {
    let run = try figure("shift", "bn-1", "none-1", "-o", "shift.svg")
    #expect(run.exitCode == 0 && run.errorOutput.contains("wrote shift.svg"))
    let first = try bytes(of: "shift.svg")
    #expect(String(decoding: first, as: UTF8.self).hasPrefix("<svg xmlns="))
    #expect(String(decoding: first, as: UTF8.self).contains("bn-1"))
    let output = try figure("shift", "bn-1", "none-1", "-o", "-")
    #expect(output.errorOutput == "" && Array(output.output.utf8) == first)
  }

  @Test("PNG and PDF are made by librsvg, twice the same bytes", .enabled(if: hasConverter))
  func pictures() throws {
    for (name, start) in [("a.png", "\u{89}PNG"), ("a.pdf", "%PDF-")] {
      #expect(try figure("loss", "bn-1", "-o", name).exitCode == 0)
      let picture = try bytes(of: name)
      #expect(picture.starts(with: start.unicodeScalars.map { UInt8($0.value) }))
      #expect(try figure("loss", "bn-1", "-o", "again-\(name)").exitCode == 0)
      #expect(try bytes(of: "again-\(name)") == picture)
    }
    // 300 dots an inch of 85 mm; the width is the second number of a PNG's header.
    func width(of name: String) throws -> Int {
      try bytes(of: name)[16..<20].reduce(0) { $0 << 8 + Int($1) }
    }
    #expect(try width(of: "a.png") == 1004)
    #expect(try figure("loss", "bn-1", "-o", "slide.png", "--size", "slide").exitCode == 0)
    #expect(try width(of: "slide.png") == 1920)
  }

  @Test("Without librsvg a picture is refused in one sentence, and nothing is written")
  func absent() throws {
    let run = try figure("loss", "bn-1", "-o", "b.png", path: folder.path)
    #expect(run.exitCode == 73)
    #expect(run.errorOutput.contains("rsvg-convert, which is not installed; apt-get install"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("b.png")))
  }

  @Test("What is impossible is refused before the database is read, what was not recorded after")
  func refused() throws {
    let ending = try figure("loss", "bn-1", "-o", "loss.jpg")
    #expect(ending.exitCode == 64)
    #expect(
      ending.errorOutput.contains("ends in .svg, .png, .pdf or .vl.json, and loss.jpg does not"))
    #expect(try figure("weather", "bn-1", "-o", "a.svg").exitCode == 64)
    #expect(try figure("loss", "-o", "a.svg").exitCode == 64)
    let missing = try figure("bands", "shifted", "-o", "a.svg")
    #expect(
      missing.exitCode == 66
        && missing.errorOutput.contains(
          "No run recorded quantiles; record quantiles of the probe with --quantiles")
    )
    let database = try PreparedFolder.shared().folder.file("runs.db")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link.svg"), withDestinationPath: database)
    #expect(try figure("loss", "bn-1", "-o", "link.svg").exitCode == 73)
  }

  @Test("The report ends with the commands that make it again, which do")
  func again() throws {
    let place = try PreparedFolder.copy()
    func page() throws -> String {
      String(decoding: try place.bytes(of: "report.html"), as: UTF8.self)
    }
    _ = try place.normscope(["export", "long", "--format", "html", "-o", "report.html"])
    let first = try page()
    let commands = try #require(first.firstMatch(of: /<pre><code>([^<]*)<\/code>/)).output.1
      .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(commands.count == 2)
    for command in commands {
      #expect(try place.attempt(Array(command.dropFirst())).exitCode == 0)
    }
    #expect(try page() == first && first.contains("keys with the default, or"))
    #expect(try place.bytes(of: "shift.svg").count > 1000)
  }
}
