import FoundationEssentials
import TestSupport
import Testing

@Suite("The README")
struct ReadmeTests {
  /// The code blocks of the README in `language`, each as its lines.
  static func blocks(_ language: String) throws -> [[String]] {
    var blocks: [[String]] = []
    var isInside = false
    let text = try String(contentsOfFile: Repository.root + "/README.md", encoding: .utf8)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "```\(language)" {
        isInside = true
        blocks.append([])
      } else if line.hasPrefix("```") {
        isInside = false
      } else if isInside {
        blocks[blocks.count - 1].append(String(line))
      }
    }
    return blocks
  }

  @Test("Its commands run, and its SQL and Python answer on what they recorded")
  func examples() throws {
    let folder = try TemporaryFolder()
    let program = CommandRun.productPath("normscope")
    for lines in try Self.blocks("json") {
      // The first line names the file in a comment.
      let name = try #require(lines.first?.split(separator: " ").last).description
      try folder.write(Array(lines.joined(separator: "\n").utf8), to: name)
    }
    let commands = try Self.blocks("sh").joined().reduce(into: [String]()) { commands, line in
      // A line that begins with a space goes on with the one before it.
      if line.hasPrefix(" ") {
        commands[commands.count - 1] += "\n" + line
      } else {
        commands.append(line)
      }
    }
    #expect(commands.count >= 10)
    for command in commands {
      let run = try CommandRun(
        "sh", ["-c", "normscope() { \"$PROGRAM\" \"$@\"; }; " + command], in: folder.path,
        environment: ["PROGRAM": program, "NORMSCOPE_DB": ""])
      #expect(run.exitCode == 0, "\(command): \(run.errorOutput)")
    }
    for file in ["report.html", "with-bn.json"] {
      #expect(FileManager.default.fileExists(atPath: folder.file(file)))
    }

    let query = try #require(try Self.blocks("sql").first).joined(separator: "\n")
    if try CommandRun("which", ["sqlite3"]).exitCode == 0 {
      let answer = try CommandRun("sqlite3", ["normscope.db", query], in: folder.path)
      #expect(answer.exitCode == 0, "\(answer.errorOutput)")
      #expect(answer.output.split(separator: "\n").count == 3)
      #expect(answer.output.split(separator: "\n").allSatisfy { $0.hasSuffix("|64") })
      let check = try CommandRun(
        "sqlite3", ["normscope.db", "PRAGMA integrity_check"], in: folder.path)
      #expect(check.output == "ok\n")
    }

    guard Python.hasNumPy else { return }
    let script = try #require(
      try Self.blocks("python").first { $0.contains { $0.contains("import sqlite3") } }
    ).joined(separator: "\n")
    let answer = try CommandRun("python3", ["-c", script], in: folder.path)
    let byPython = try #require(
      Double(answer.output.filter { !$0.isWhitespace }), "\(answer.errorOutput)")
    let shift = try CommandRun(
      program,
      [
        "shift", "with-bn", "--layer", "2", "--measure", "nw2", "--points", "1", "--format",
        "ndjson",
      ],
      in: folder.path)
    let byNormscope = try #require(
      try AnswerDocument(ndjson: shift.output).numbers(of: "nw2").last ?? nil)
    #expect(abs(byPython - byNormscope) < 1e-4 * byNormscope)
  }

  @Test("Its Swift example is the one that the library's tests compile and run")
  func swiftExample() throws {
    let tests = try String(
      contentsOfFile: Repository.root + "/Tests/LibraryTests/OwnTrainingLoopTests.swift",
      encoding: .utf8)
    let lines = tests.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let start = try #require(lines.firstIndex(of: "  // MARK: - README"))
    let end = try #require(lines.firstIndex(of: "  // MARK: - End of README"))
    let example = lines[(start + 1)..<end].map { String($0.dropFirst(2)) }
    #expect(try Self.blocks("swift") == [example])
  }

  @Test("It shows every command, and the help of each says how to call it")
  func completeness() throws {
    let text = try String(contentsOfFile: Repository.root + "/README.md", encoding: .utf8)
    for command in try CommandTree.program.get().subcommands ?? []
    where command.commandName != "help" {
      let name = command.commandName
      #expect(text.contains("normscope \(name)"))
      let help = try CommandRun.product("normscope", [name, "--help"])
      #expect(help.exitCode == 0)
      #expect(help.output.contains("USAGE: normscope \(name) "))
      #expect(help.output == (try CommandRun.product("normscope", ["help", name]).output))
    }
  }

  @Test("The changelog begins with the version of the program")
  func version() throws {
    let changes = try String(
      contentsOfFile: Repository.root + "/.github/CHANGELOG.md", encoding: .utf8)
    let latest = try #require(changes.split(separator: "\n").first { $0.hasPrefix("## ") })
    let version = try CommandRun.product("normscope", ["--version"])
    #expect(version.output.hasPrefix("normscope \(latest.dropFirst(3)),"))
  }
}
