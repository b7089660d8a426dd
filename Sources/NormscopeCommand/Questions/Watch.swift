import ArgumentParser
import Glibc
import Reports
import RunModel

/// `normscope watch`: follows a run while it is recorded.
struct Watch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Follow a run while it is recorded: loss, accuracy, shift of each layer, events.",
    discussion: """
      It draws the run on the terminal, again at each interval, until the run ends; q or Ctrl-C quits, and the last \
      picture stays. Where standard output is no terminal, it writes a line whenever the run has new steps. It only reads \
      the database.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var runName = "latest"
  @Option(help: ArgumentHelp("The time from one picture to the next.", valueName: "seconds"))
  var interval = 1.0
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    guard (0.1...3600).contains(interval) else {
      throw ValidationError("--interval takes 0.1 to 3600 seconds, got \(interval).")
    }
  }

  func run() throws {
    let database = try database.openForReading()
    var follower = RunFollower(try database.askedRun(runName), in: database)
    if Terminal.isOutputInteractive {
      try drawPictures(&follower)
    } else {
      try writeLines(&follower)
    }
  }

  /// Draws the run until it ends or a key quits, and leaves the last picture on the terminal.
  private func drawPictures(_ follower: inout RunFollower) throws {
    var watched = try follower.read()
    if watched.isRunning {
      _ = StopSignal.watched()
      let screen = try TerminalScreen()
      defer { screen.close() }
      var isQuit = false
      while watched.isRunning && !isQuit && !StopSignal.hasCome {
        let start = ContinuousClock.now
        watched = try follower.read()
        isQuit = try show(watched, on: screen, for: pause(after: ContinuousClock.now - start))
      }
    }
    let lines = WatchScreen.lines(
      of: watched, columns: TerminalScreen.size.columns, Terminal.glyphs)
    try Terminal.show(lines.map { $0 + "\n" }.joined())
    if StopSignal.hasCome { throw ExitCode(StopSignal.exitCode) }
  }

  /// Shows a picture for a time, drawn anew when the terminal changes its size.
  ///
  /// - Returns: whether a key quits.
  private func show(_ watched: WatchedRun, on screen: TerminalScreen, for time: Duration) throws
    -> Bool
  {
    let end = ContinuousClock.now + time
    while !StopSignal.hasCome {
      let (columns, rows) = TerminalScreen.size
      try screen.draw(
        WatchScreen.lines(of: watched, columns: columns, rows: rows - 1, Terminal.glyphs) + [
          "q quits"
        ])
      var isResized = false
      while !isResized, case let left = end - ContinuousClock.now, left > .zero,
        !StopSignal.hasCome
      {
        // A signal in front of the wait does not end it.
        switch screen.wait(milliseconds: Int32(min(left.seconds * 1000 + 1, 100))) {
        case .key(let key): if Self.quittingKeys.contains(key) { return true }
        case .resized: isResized = true
        case .none: break
        }
      }
      if !isResized { return false }
    }
    return false
  }

  /// q, and Ctrl-C and Ctrl-D, which send no signal here; other keys do nothing.
  private static let quittingKeys: Set<UInt8> = [3, 4, UInt8(ascii: "q"), UInt8(ascii: "Q")]

  /// Writes a line whenever there are new steps, until the run ends.
  private func writeLines(_ follower: inout RunFollower) throws {
    var written: (steps: Int, status: Run.Status)?
    while true {
      let start = ContinuousClock.now
      let watched = try follower.read()
      let run = watched.run
      if written.map({ $0 != (run.stepCount, run.status) }) ?? true {
        try Terminal.show(WatchScreen.line(of: watched) + "\n")
        written = (run.stepCount, run.status)
      }
      guard watched.isRunning else { return }
      usleep(UInt32(min(pause(after: ContinuousClock.now - start).seconds, 3600) * 1e6))
    }
  }

  /// The pause after a read that took `time`: reading takes no more than a tenth of the time.
  private func pause(after time: Duration) -> Duration { max(.seconds(interval), time * 9) }
}
