import FoundationEssentials
import Glibc
import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite(
  "normscope watch in a terminal", .enabled(if: TerminalCommand.isPossible, "no terminal"))
struct WatchTests {
  let place: RecordedFolder
  let database: RunDatabase

  init() throws {
    place = try RecordedFolder()
    database = try RunDatabase(path: place.folder.file("runs.db"), for: .record)
  }

  /// Begins a run that this process records, with steps up to `count`.
  private func begin(_ count: Int = 5) throws -> RunRecorder {
    let recorder = try RunRecorder(
      database: database, run: NewRun(name: "slow", configuration: #"{"steps": 40}"#))
    try record(0..<count, by: recorder)
    return recorder
  }

  private func record(_ steps: Range<Int>, by recorder: RunRecorder) throws {
    for step in steps {
      for layer in 1...3 {
        recorder.record(
          Site(
            layer: layer, tap: .preactivation, population: .probe, statistics: .none, width: 2),
          step: step, count: 8, mean: [Float(step), Float(step * layer)], variance: [1, 1])
      }
      try recorder.endStep(step, loss: 1 / Double(step + 1), accuracy: 0.5)
    }
    try recorder.flush()
  }

  /// Starts to watch, between two looks at the settings of the terminal.
  private func watch(_ options: String = "--interval 0.1", columns: Int = 100, rows: Int = 24)
    throws -> TerminalCommand
  {
    try TerminalCommand(
      """
      stty -g; '\(CommandRun.productPath("normscope"))' watch slow \(options); echo "exit $?"; stty -g
      """,
      columns: columns, rows: rows, in: place.folder.path,
      environment: RecordedFolder.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 })
  }

  private static let opened = "\u{1B}[?1049h\u{1B}[?25l"
  private static let closed = "\u{1B}[?25h\u{1B}[?1049l"

  /// The newest whole picture: its lines.
  private static func picture(in output: String) -> [String] {
    let whole = output.components(separatedBy: "\u{1B}[K\u{1B}[J").dropLast().last ?? ""
    return (whole.components(separatedBy: "\u{1B}[H").last ?? "")
      .components(separatedBy: "\u{1B}[K\r\n")
  }

  /// Checks that the terminal is as it was before, and that the program ended with a code.
  ///
  /// - Returns: the lines that the program left on the terminal.
  private func expectRestored(_ output: String, exit code: Int) throws -> [String] {
    let lines = output.components(separatedBy: "\r\n")
    let settings = try #require(lines.first)
    #expect(settings.split(separator: ":").count > 20)
    #expect(lines.suffix(3) == ["exit \(code)", settings, ""], "\(lines.suffix(5))")
    let parts = output.components(separatedBy: Self.closed)
    #expect(parts.count == 2 && parts[0].components(separatedBy: Self.opened).count == 2)
    return (parts.last ?? "").components(separatedBy: "\r\n").dropLast(3)
  }

  @Test("It draws new steps, in the width of the terminal when that changes, and q quits")
  func draws() throws {
    let recorder = try begin()
    let screen = try watch()
    screen.output { Self.picture(in: $0).contains { $0.hasPrefix("step 5 of 40 (12 %)") } }
    let wide = Self.picture(in: screen.output)
    #expect(wide.first?.hasSuffix(": running") == true && wide.last == "q quits")
    #expect(wide.count { $0.hasPrefix("layer ") && $0.count == 100 } == 3)
    try record(5..<9, by: recorder)
    screen.output { Self.picture(in: $0).contains { $0.hasPrefix("step 9 of 40 (22 %)") } }
    screen.resize(columns: 60, rows: 12)
    screen.output { Self.picture(in: $0).contains { $0.hasPrefix("layer 3") && $0.count == 60 } }
    let narrow = Self.picture(in: screen.output)
    #expect(narrow.count <= 12 && narrow.allSatisfy { $0.count <= 60 } && narrow.last == "q quits")
    // Other keys do nothing.
    screen.press("x")
    try record(9..<10, by: recorder)
    screen.output { Self.picture(in: $0).contains { $0.hasPrefix("step 10 of 40") } }
    screen.press("q")
    let left = try expectRestored(screen.wait(), exit: 0)
    #expect(left.first?.hasSuffix(": running") == true && !left.contains("q quits"))
    #expect(left.count { $0.hasPrefix("layer ") && $0.count == 60 } == 3)
  }

  @Test("A change of the size is drawn at once, without another read")
  func resizes() throws {
    let recorder = try begin()
    let screen = try watch("--interval 3600")
    screen.output { Self.picture(in: $0).last == "q quits" }
    screen.resize(columns: 50, rows: 24)
    screen.output { Self.picture(in: $0).contains { $0.hasPrefix("layer 3") && $0.count == 50 } }
    #expect(Self.picture(in: screen.output).allSatisfy { $0.count <= 50 })
    screen.press("Q")
    _ = try expectRestored(screen.wait(), exit: 0)
    try recorder.interrupt(reason: "The test is over.")
  }

  @Test("Ctrl-C, Ctrl-D and a signal restore the terminal", arguments: ["\u{3}", "\u{4}", "TERM"])
  func quits(key: String) throws {
    let recorder = try begin()
    // The shell knows the program by its number.
    let program = CommandRun.productPath("normscope")
    let screen =
      key == "TERM"
      ? try TerminalCommand(
        """
        stty -g; '\(program)' watch slow --interval 3600 <&0 & echo $! >pid; wait $!; echo "exit $?"; stty -g
        """, columns: 80, rows: 24, in: place.folder.path,
        environment: RecordedFolder.environment) : try watch("--interval 3600")
    screen.output { Self.picture(in: $0).last == "q quits" }
    if key == "TERM" {
      let pid = try String(contentsOfFile: place.folder.file("pid"), encoding: .utf8)
      kill(try #require(Int32(pid.filter(\.isNumber))), SIGTERM)
    } else {
      screen.press(Character(key))
    }
    let left = try expectRestored(screen.wait(), exit: key == "TERM" ? 128 + Int(SIGTERM) : 0)
    #expect(left.contains { $0.hasPrefix("step 5 of 40") })
    try recorder.interrupt(reason: "The test is over.")
  }

  @Test("It follows the run that is named, also beside a newer one")
  func named() throws {
    try begin().end(.finished)
    let newer = try RunRecorder(database: database, run: NewRun(name: "newer", configuration: "{}"))
    try newer.end(.finished)
    #expect(try place.normscope(["watch", "slow"]).output.hasPrefix("slow: finished, step 5"))
  }

  @Test("It changes no byte of the files of the database")
  func readsOnly() throws {
    let recorder = try begin()
    // The third file is how readers and writers find what is in the log. Another process reads them: to close a file here
    // would release the locks of the recorder.
    func contents() throws -> String {
      try CommandRun("sha256sum", ["runs.db", "runs.db-wal"], in: place.folder.path).output
    }
    let before = try contents()
    #expect(before.count { $0 == "\n" } == 2)
    let screen = try watch()
    screen.output { $0.components(separatedBy: "\u{1B}[H").count > 4 }
    screen.press("q")
    _ = try expectRestored(screen.wait(), exit: 0)
    #expect(try contents() == before)
    try recorder.interrupt(reason: "The test is over.")
  }

  @Test("It ends with the run, and its last picture stays")
  func ends() throws {
    let recorder = try begin()
    let screen = try watch()
    screen.output { Self.picture(in: $0).last == "q quits" }
    try record(5..<40, by: recorder)
    try recorder.end(.finished)
    let left = try expectRestored(screen.wait(), exit: 0)
    #expect(left.first?.hasSuffix(": finished") == true)
    #expect(left.contains { $0.hasPrefix("step 40 of 40 (100 %)") })
  }

  /// Starts to record a long run in another process, and waits until it is in the file.
  private func startRecorder() throws -> StartedCommand {
    let recorder = try place.start([
      "record", "--steps", "100000000", "--layers", "8", "--name", "slow", "--probe-every", "1000",
    ])
    while try place.attempt(["show", "slow"]).exitCode != 0 && recorder.isRunning { usleep(20_000) }
    return recorder
  }

  @Test("A recorder that is killed under it has an interrupted run")
  func killed() throws {
    let recorder = try startRecorder()
    let screen = try watch()
    screen.output { Self.picture(in: $0).last == "q quits" }
    recorder.send(SIGKILL)
    let left = try expectRestored(screen.wait(), exit: 0)
    #expect(left.first?.contains(": interrupted") == true, "\(left)")
  }

  @Test("A database that is removed under it ends with its run, which failed")
  func vanished() throws {
    let recorder = try startRecorder()
    let screen = try watch()
    screen.output { Self.picture(in: $0).last == "q quits" }
    for suffix in ["", "-wal", "-shm"] {
      try FileManager.default.removeItem(atPath: place.folder.file("runs.db\(suffix)"))
    }
    #expect(try recorder.wait().exitCode == 74)
    let left = try expectRestored(screen.wait(), exit: 0)
    #expect(left.first?.contains(": failed (The database runs.db was removed") == true, "\(left)")
  }

  @Test("A run that is deleted under it is an error, and the terminal is restored")
  func deleted() throws {
    let recorder = try begin()
    let screen = try watch()
    screen.output { Self.picture(in: $0).last == "q quits" }
    try Connection(path: place.folder.file("runs.db"), access: .readWrite).execute(
      "UPDATE run SET deleted_at = '2026-01-01T00:00:00.000Z'")
    let left = try expectRestored(screen.wait(), exit: 66)
    #expect(left.count == 1 && left[0].hasPrefix("normscope: ") && left[0].contains("trash"))
    try? recorder.interrupt(reason: "The test is over.")
  }
}
