import FoundationEssentials
import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

/// A process that records a run, and what it said of it.
struct StartedRecording {
  /// How far it was after a step; see the program's output.
  struct Line {
    let nanoseconds: Int
    let step: Int
    let flushedStep: Int
    let longestNanoseconds: Int

    init?(_ text: Substring) {
      let numbers = text.split(separator: " ").compactMap { Int($0) }
      guard numbers.count == 4 else { return nil }
      (nanoseconds, step, flushedStep, longestNanoseconds) =
        (numbers[0], numbers[1], numbers[2], numbers[3])
    }
  }

  private let process: StartedCommand

  /// Starts to record a run called `name`, with a pause of up to `pause` microseconds after each step.
  init(path: String, name: String, stepCount: Int, pause: Int) throws {
    process = try StartedCommand(
      CommandRun.productPath("RecordingProcess"), [path, name, "\(stepCount)", "\(pause)"])
  }

  /// Whether it has not ended.
  var isRunning: Bool { process.isRunning }

  /// Sends it a signal.
  func send(_ signal: Int32) { process.send(signal) }

  /// Waits for its end.
  ///
  /// - Returns: how it ended, and what it said after each step, but for a line that it was stopped in.
  func wait() throws -> (ending: CommandRun, lines: [Line]) {
    let ending = try process.wait()
    let text = ending.output.prefix { _ in true }
    let whole = text.lastIndex(of: "\n").map { text[...$0] } ?? ""
    return (ending, whole.split(separator: "\n").compactMap { Line($0) })
  }

  /// How many steps of such a run can be read, all of them whole and in order.
  static func checkedStepCount(of run: Run, in database: RunDatabase) throws -> Int {
    var count = 0
    try database.forEachStep(of: run) { step in
      #expect(step.step == count && step.loss == Double(count))
      count += 1
    }
    let sites = try database.sites(of: run)
    #expect(sites.count == (count == 0 ? 0 : 1))
    for site in sites {
      var step = 0
      try database.forEachMoment(at: site, withAffine: true) { moment in
        let vector = [Float](repeating: Float(step), count: site.site.width)
        let isWhole =
          moment.step == step && moment.count == step + 1
          && [moment.mean, moment.variance, moment.gamma, moment.beta].allSatisfy { $0 == vector }
        #expect(isWhole, "moment \(step)")
        step += 1
      }
      #expect(step == count)
    }
    return count
  }
}
