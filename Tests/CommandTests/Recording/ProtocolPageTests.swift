import FoundationEssentials
import TestSupport
import Testing

@Suite("The senders of the page of the recording protocol")
struct ProtocolPageTests {
  let place: RecordedFolder
  /// What a sender needs to find the program by its name.
  let environment: [String: String]

  init() throws {
    place = try RecordedFolder()
    let folder = CommandRun.productPath("normscope").split(separator: "/").dropLast()
      .reduce(into: "") { $0 += "/" + $1 }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    environment = RecordedFolder.environment.merging(["PATH": "\(folder):\(path)"]) { $1 }
  }

  /// The blocks of the page in a language.
  static func blocks(_ language: String) throws -> [String] {
    let page = try String(
      contentsOfFile:
        "\(Repository.root)/Sources/NormscopeCommand/NormscopeCommand.docc/RecordingProtocol.md",
      encoding: .utf8)
    return page.components(separatedBy: "```\(language)\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }

  func expectRun(_ name: String, steps: Int, after run: CommandRun) throws {
    #expect(run.exitCode == 0, "\(run.errorOutput)")
    let details = try place.details(of: name)
    #expect(details.status == "finished" && details.steps == steps)
    #expect(try place.answer(["db", "check"]).rows(of: "fault").isEmpty)
  }

  @Test("The shell")
  func shell() throws {
    let scripts = try Self.blocks("sh")
    #expect(scripts.count == 1)
    let run = try CommandRun(
      "sh", ["-c", scripts[0]], in: place.folder.path, environment: environment)
    try expectRun("sent", steps: 3, after: run)
  }

  @Test("Python, in lines and in frames", arguments: [(0, "lines"), (1, "frames")])
  func python(index: Int, name: String) throws {
    let scripts = try Self.blocks("python")
    #expect(scripts.count == 2)
    let run = try CommandRun(
      "/usr/bin/python3", ["-c", scripts[index]], in: place.folder.path, environment: environment)
    try expectRun(name, steps: 10, after: run)
  }

  static let hasC = (try? CommandRun("cc", ["--version"]).exitCode) == 0

  @Test("C", .enabled(if: hasC, "There is no compiler of C."))
  func c() throws {
    let source = try place.folder.write(try #require(try Self.blocks("c").first), to: "sender.c")
    let compiled = try CommandRun("cc", ["-Wall", "-o", place.folder.file("sender"), source])
    #expect(compiled.exitCode == 0 && compiled.errorOutput.isEmpty, "\(compiled.errorOutput)")
    let run = try CommandRun(
      place.folder.file("sender"), [], in: place.folder.path, environment: environment)
    try expectRun("c", steps: 10, after: run)
  }
}
