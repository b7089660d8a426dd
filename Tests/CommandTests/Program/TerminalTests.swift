import FoundationEssentials
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
      "trajectory resnet", "distribution resnet", "show resnet", "compare bn-1 resnet",
    ] {
      let short = try lines(command)
      for line in short {
        // The first line begins with the marks of bold headings, which have no width.
        let text = line.replacing("\u{1B}[1m", with: "").replacing("\u{1B}[0m", with: "")
        #expect(text.count <= columns, "\(command): \(text)")
      }
      #expect(short.count < 110, "\(command): \(short.count) lines")
      if !command.hasPrefix("alarms") {
        #expect(try lines("\(command) --long").count > short.count)
      }
    }
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
