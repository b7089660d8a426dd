import FoundationEssentials
import TestSupport
import Testing

@Suite("The README and the pages of the documentation")
struct ReadmeTests {
  static let catalog = "Sources/NormscopeCommand/NormscopeCommand.docc"

  /// The documents with examples, in the order in which their examples run: in one folder, one after the other.
  static let documents =
    ["README.md"]
    + [
      "AskingQuestions", "NoiseAndChange", "Gradients", "DataShift", "RunsAndFiles",
      "MachineFormats",
      "Configuration", "Database",
    ].map { "\(catalog)/\($0).md" }

  static func text(of document: String) throws -> String {
    try String(contentsOfFile: "\(Repository.root)/\(document)", encoding: .utf8)
  }

  /// The code blocks of `documents` in `language`, each as its lines.
  static func blocks(_ language: String, in documents: [String] = documents) throws -> [[String]] {
    var blocks: [[String]] = []
    for document in documents {
      var isInside = false
      for line in try text(of: document).split(separator: "\n", omittingEmptySubsequences: false) {
        if line == "```\(language)" {
          isInside = true
          blocks.append([])
        } else if line.hasPrefix("```") {
          isInside = false
        } else if isInside {
          blocks[blocks.count - 1].append(String(line))
        }
      }
    }
    return blocks
  }

  @Test("The commands run, and the SQL and the Python answer on what they recorded")
  func examples() throws {
    let folder = try TemporaryFolder()
    let program = CommandRun.productPath("normscope")
    for lines in try Self.blocks("json") {
      // The first line names the file in a comment.
      let name = try #require(lines.first?.split(separator: " ").last).description
      try folder.write(Array(lines.joined(separator: "\n").utf8), to: name)
    }
    var environment = ["PROGRAM": program, "NORMSCOPE_DB": ""]
    let commands = try Self.documents.flatMap { document in
      // A page of its own file names it; the next one begins with the usual one.
      ["export NORMSCOPE_DB="] + (try Self.blocks("sh", in: [document]).joined())
    }.reduce(into: [String]()) { commands, line in
      // A line that begins with a space goes on with the one before it.
      if line.hasPrefix(" ") {
        commands[commands.count - 1] += "\n" + line
      } else {
        commands.append(line)
      }
    }
    #expect(commands.count >= 10)
    for command in commands {
      if command.hasPrefix("export ") {
        let assignment = command.dropFirst("export ".count).split(
          separator: "=", omittingEmptySubsequences: false)
        environment[String(assignment[0])] = String(assignment[1])
        continue
      }
      let run = try CommandRun(
        "sh", ["-c", "normscope() { \"$PROGRAM\" \"$@\"; }; " + command], in: folder.path,
        environment: environment)
      #expect(run.exitCode == 0, "\(command): \(run.errorOutput)")
    }
    for document in Self.documents {
      for shown in try Self.blocks("text", in: [document]).flatMap(ShownOutput.outputs) {
        let run = try CommandRun(
          "sh", ["-c", "normscope() { \"$PROGRAM\" \"$@\"; }; " + shown.command], in: folder.path,
          environment: [
            "PROGRAM": program, "COLUMNS": "80", "LC_ALL": "C.UTF-8",
            "NORMSCOPE_DB": document == "README.md" ? "normscope-demo.db" : "",
          ])
        let missing = shown.firstMissingLine(in: run.output)
        #expect(missing == nil, "\(document): \(shown.command) prints\n\(run.output)")
      }
    }
    try Self.expectPictures(in: folder)
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

  /// Compares the pictures of the README with those that its commands drew into `folder`.
  ///
  /// Texts are equal. Places may differ by a few pixels, because matrix kernels of machines round differently.
  private static func expectPictures(in folder: TemporaryFolder) throws {
    let pictures = try text(of: "README.md").matches(of: /="(Sources[^"]*\.svg)"/).map {
      String($0.output.1)
    }
    #expect(pictures.count == 2)
    for path in pictures {
      let shown = try text(of: path)
      let name = try #require(path.split(separator: "/").last)
      let drawn = try String(contentsOfFile: folder.file("\(name)"), encoding: .utf8)
      #expect(shown.utf8.count < 40_000)
      guard drawn != shown else { continue }
      func parts(_ svg: String) -> [String] {
        svg.matches(of: /<[^>]*>[^<]*/).map { "\($0.output)" }
      }
      #expect(parts(drawn).count == parts(shown).count, "\(path)")
      for (drawn, shown) in zip(parts(drawn), parts(shown)) {
        #expect(withoutNumbers(drawn) == withoutNumbers(shown), "\(path)")
        let (new, old) = (numbers(in: drawn), numbers(in: shown))
        #expect(new.count == old.count, "\(path): \(drawn)")
        #expect(zip(new, old).allSatisfy { abs($0 - $1) <= 6 }, "\(path): \(drawn)")
      }
    }
  }

  /// The places in an element, in pixels.
  private static func numbers(in element: String) -> [Double] {
    element.matches(of: /-?[0-9]*\.?[0-9]+/).compactMap { Double($0.output) }
  }

  /// An element without its places, and without what separates them.
  private static func withoutNumbers(_ element: String) -> String {
    // The data of a path are places; other attributes and texts are as they were.
    guard let data = element.firstMatch(of: /\sd="[^"]*"/) else {
      return element.replacing(/\s(x|y)="[^"]*"/, with: "")
    }
    return element.replacing(data.output, with: data.output.replacing(/[-0-9. ]+/, with: " "))
  }

  @Test("A shown output is compared line by line, its numbers within 10 percent")
  func shownOutput() throws {
    let shown = try #require(
      ShownOutput.outputs(in: ["$ say", "run 5149b28b moved 15 sd ▁▃█", "…", "end: 1,000 steps"])
        .first)
    #expect(shown.command == "say")
    let output = "run 00000000 moved 14.5 sd ▁▁█\nmore\nend: 990 steps\n"
    #expect(shown.firstMissingLine(in: output) == nil)
    #expect(shown.firstMissingLine(in: output + "and more\n") != nil)
    #expect(shown.firstMissingLine(in: output.replacing("14.5", with: "12")) == shown.lines[0])
    #expect(shown.firstMissingLine(in: output.replacing("moved", with: "stayed")) == shown.lines[0])
    #expect(shown.firstMissingLine(in: output.replacing("990", with: "100")) == shown.lines[2])
  }

  @Test("The Swift example is the one that the library's tests compile and run")
  func swiftExample() throws {
    let tests = try String(
      contentsOfFile: Repository.root + "/Tests/LibraryTests/OwnTrainingLoopTests.swift",
      encoding: .utf8)
    let lines = tests.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let start = try #require(lines.firstIndex(of: "  // MARK: - Library.md"))
    let end = try #require(lines.firstIndex(of: "  // MARK: - End of Library.md"))
    let example = lines[(start + 1)..<end].map { String($0.dropFirst(2)) }
    #expect(try Self.blocks("swift", in: ["\(Self.catalog)/Library.md"]) == [example])
  }

  @Test("The documents show every command, and the help of each says how to call it")
  func completeness() throws {
    let others = ["Studies", "CentralStore"].map { "\(Self.catalog)/\($0).md" }
    let text = try (Self.documents + others).map(Self.text).joined()
    for command in try CommandTree.program.get().subcommands ?? []
    where command.commandName != "help" {
      let name = command.commandName
      #expect(text.contains("normscope \(name)"))
      let help = try CommandRun.product("normscope", [name, "--help"])
      #expect(help.exitCode == 0)
      #expect(help.output.contains("USAGE: normscope \(name) "))
      // `help sql` is a topic.
      if name != "sql" {
        #expect(help.output == (try CommandRun.product("normscope", ["help", name]).output))
      }
    }
  }

  @Test("Every page is in the README's list or linked there, and every link names a file")
  func links() throws {
    let readme = try Self.text(of: "README.md")
    let linked = readme.matches(of: /\]\(([^)#:]+)\)/).map { String($0.output.1) }
    #expect(linked.count > 10)
    for path in linked {
      #expect(FileManager.default.fileExists(atPath: "\(Repository.root)/\(path)"), "\(path)")
    }
    let pages = try FileManager.default.contentsOfDirectory(
      atPath: "\(Repository.root)/\(Self.catalog)"
    ).filter { $0.hasSuffix(".md") && $0 != "Normscope.md" }
    let contents = try Self.text(of: "\(Self.catalog)/Normscope.md")
    for page in pages {
      #expect(linked.contains("\(Self.catalog)/\(page)"), "\(page)")
      #expect(contents.contains("<doc:\(page.dropLast(3))>"), "\(page)")
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
