import FoundationEssentials
import RunStore
import TestSupport
import Testing

@Suite("The output on a terminal")
struct TerminalTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  static let hasTerminal = (try? CommandRun("script", ["-qec", "true", "/dev/null"]).exitCode) == 0

  @Test(
    "The progress line fits the terminal, however narrow it is and long the name",
    .enabled(if: hasTerminal, "script, which makes a terminal, is not installed"),
    arguments: [
      (20, "r"), (40, "r"), (80, "resnet50-bs256-lr0.1-cosine-seed1-imagenet-subset-ablation-07"),
      (60, "训练训练训练训练训练训练训练训练训练训练训练训练训练训练训练训练训练训练训练训练训练"),
    ])
  func progress(columns: Int, name: String) throws {
    let command =
      "stty cols \(columns) rows 24; exec '\(CommandRun.productPath("normscope"))' record --layers 64,64 --steps 2000 --probe 0 "
      + "--noise-every 0 --evaluate-every 2000 --name '\(name)' --db t.db"
    let run = try CommandRun("script", ["-qec", command, "/dev/null"], in: place.folder.path)
    let lines = run.output.split(separator: "\r\u{1B}[K").filter { $0.contains("steps/s") }
    #expect(run.exitCode == 0 && !lines.isEmpty, "\(run.output)")
    for line in lines.map({ $0.prefix { $0 != "\r" && $0 != "\r\n" && $0 != "\n" } })
    where !line.contains("run ") {
      let width = line.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2E80 ? 2 : 1) }
      #expect(width < columns, "\(line)")
    }
  }

  @Test(
    "A table of 53 layers fits the terminal, and --long has all of it",
    .enabled(if: hasTerminal, "script, which makes a terminal, is not installed"),
    arguments: [80, 120])
  func tables(columns: Int) throws {
    let folder = try MadeRuns(hasNames: true).place.folder
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    try MadeRuns.recordResNet(named: "other", in: database)
    func lines(_ arguments: String) throws -> [Substring] {
      let program = CommandRun.productPath("normscope")
      let run = try CommandRun(
        "script",
        [
          "-qec", "stty cols \(columns) rows 24; exec '\(program)' \(arguments) --db runs.db",
          "/dev/null",
        ], in: folder.path)
      #expect(run.exitCode == 0, "\(run.output)")
      return run.output.split { $0.isNewline }
    }
    for command in [
      "shift resnet", "shift resnet --population batch", "health resnet", "alarms resnet",
      "trajectory resnet", "distribution resnet", "show resnet", "compare other resnet",
    ] {
      let short = try lines(command)
      for line in short {
        // The marks of bold headings and of exceptions have no width.
        let text = line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        #expect(text.count <= columns, "\(command): \(text)")
      }
      #expect(short.count < 110, "\(command): \(short.count) lines")
      if !command.hasPrefix("alarms") {
        #expect(try lines("\(command) --long").count > short.count)
      }
    }
  }

  @Test(
    "Headings are bold and exceptions red on a terminal, unless it or its user wants none",
    .enabled(if: hasTerminal, "script, which makes a terminal, is not installed"))
  func styles() throws {
    let folder = try MadeRuns().place.folder
    func output(_ environment: String, _ format: String = "table") throws -> String {
      let program = CommandRun.productPath("normscope")
      return try CommandRun(
        "script",
        [
          "-qec",
          "\(environment) exec '\(program)' events bn-1 --db runs.db --format \(format)",
          "/dev/null",
        ], in: folder.path, environment: ["TERM": "xterm", "NO_COLOR": "", "COLUMNS": ""]
      ).output
    }
    let styled = try output("")
    #expect(styled.contains("\u{1B}[1mstep") && styled.contains("\u{1B}[1;31malarm\u{1B}[0m"))
    #expect(try !output("NO_COLOR=1").contains("\u{1B}"))
    #expect(try !output("TERM=dumb").contains("\u{1B}"))
    #expect(try !output("", "md").contains("\u{1B}"))
    #expect(try !output("", "csv").contains("\u{1B}"))
  }

  @Test("A pipe gets everything, unless COLUMNS says how wide it is")
  func pipe() throws {
    let place = try MadeRuns(hasNames: true).place
    func lines(_ columns: String, _ options: String..., locale: String = "C.UTF-8") throws
      -> [String]
    {
      try place.attempt(
        ["shift", "resnet"] + options, environment: ["COLUMNS": columns, "LC_ALL": locale]
      ).output.split(separator: "\n").map(String.init)
    }
    let all = try lines("")
    #expect(all.count > 53 && all.contains { $0.count > 80 })
    #expect(try lines("80", "--long") == all && lines("x") == all && lines("0") == all)
    let short = try lines("80")
    #expect(short.count < 40 && short.allSatisfy { $0.count <= 80 })
    #expect(short.contains { $0.contains("█") })
    #expect(try !lines("80", locale: "C").contains { $0.contains("█") })
    let many = try place.attempt(
      ["distribution", "bn-1", "--population", "batch", "--layer", "1"],
      environment: ["COLUMNS": "80"])
    #expect(!many.output.contains("evenly chosen"))
  }

  @Test("Names, notes, tags and data of a run can't reach a terminal as controls")
  func hostileNames() throws {
    let hostile = "a\u{1B}[31m\u{9B}2J\u{7F}\u{202E}\u{2028}\u{2066}\nb"
    try place.normscope(
      [
        "record", "--steps", "3", "--layers", "4", "--tag", "k\u{1B}=\(hostile)", "--name", hostile,
        "--db", "a\u{1B}b.db",
      ])
    let commands: [[String]] = [
      ["record", "--steps", "2", "--layers", "4", "--name", hostile], ["runs"], ["show", "latest"],
      ["shift", "latest"],
      ["health", "latest"], ["events", "latest"], ["compare", "latest", "latest~1"],
      ["check", "latest", "--max", hostile],
      ["runs", "--where", "name = \"\(hostile)\""], ["runs", "--where", hostile],
      ["runs", "note", "latest", hostile],
      ["runs", "tag", "latest", "x=\(hostile)"], ["runs", "rename", "latest", hostile],
      ["runs", "delete", "latest"],
      ["runs", "restore", "latest"], ["show", hostile + "x"],
      ["sql", "SELECT name AS \"x\u{1B}y\", note FROM run"],
      ["sql", "SELECT \u{1B}\u{9B}"], ["db", "info"], ["db", "check"], ["db", "backup", hostile],
      ["db", "migrate"],
      ["export", "latest", "--format", "json", "-o", "\u{1B}/x\u{9B}"],
      ["record", "--config", hostile], [hostile],
      ["runs", "--limit", hostile], ["record", "--data", "./\(hostile)"],
    ]
    for command in commands {
      let run = try place.attempt(command + ["--db", "a\u{1B}b.db"])
      for text in [run.output, run.errorOutput] {
        let controls = text.unicodeScalars.filter { scalar in
          [0x7F, 0x061C, 0x200E, 0x200F].contains(scalar.value)
            || (scalar.value < 0x20 && scalar != "\n")
            || (0x80...0x9F).contains(scalar.value) || (0x2028...0x202E).contains(scalar.value)
            || (0x2066...0x2069).contains(scalar.value)
        }
        #expect(controls.isEmpty, "\(command): \(text.debugDescription)")
      }
      #expect(
        run.errorOutput.split(separator: "\n").allSatisfy { $0.hasPrefix("normscope: ") },
        "\(command)")
    }
  }

  @Test("A proposed command names the database as a shell takes it")
  func proposedCommand() throws {
    let run = try place.normscope([
      "record", "--steps", "2", "--layers", "4", "--name", "one", "--db", "my runs.db",
    ])
    #expect(run.output.contains("--db 'my runs.db'\n"))
  }
}
