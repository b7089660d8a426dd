import Glibc
import RunModel
import RunStore

/// Records a run into a database until it has done its steps or is killed, and says how far it is.
///
/// Arguments: the database, the run's name, the number of steps, the longest pause after one in microseconds; optionally
/// how many bytes come into the log before it is copied.
/// A line of its output is the time in nanoseconds, the newest step recorded, the newest step known to be in the
/// file, -1 for none, and the longest that a step kept it waiting so far, in nanoseconds.
@main
enum Main {
  static let site = Site(
    layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 16,
    epsilon: 0.001)

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 5, let stepCount = Int(arguments[3]), let pause = UInt32(arguments[4])
    else { exit(64) }
    let database = try RunDatabase(
      path: arguments[1], for: .record, durability: .process, vfs: nil,
      checkpointBytes: arguments.count > 5 ? Int(arguments[5]) ?? 0 : 16 << 20)
    let recorder = try RunRecorder(database: database, run: NewRun(name: arguments[2]))
    let clock = ContinuousClock()
    let start = clock.now
    var longest = Duration.zero
    for step in 0..<stepCount {
      let before = clock.now
      try record(step, by: recorder)
      longest = max(longest, clock.now - before)
      say(clock.now - start, step, recorder.lastFlushedStep, longest)
      if pause > 0 { usleep(UInt32.random(in: 0...pause)) }
    }
    let before = clock.now
    try recorder.end(.finished)
    longest = max(longest, clock.now - before)
    say(clock.now - start, stepCount - 1, recorder.lastFlushedStep, longest)
  }

  /// Every number of a step is the step's.
  private static func record(_ step: Int, by recorder: RunRecorder) throws {
    let vector = [Float](repeating: Float(step), count: site.width)
    recorder.record(
      site, step: step, count: step + 1, mean: vector, variance: vector, affine: (vector, vector))
    try recorder.record(
      StepRecord(
        step: step, loss: Double(step), accuracy: 0.5, learningRate: 0.1, batchSize: 8,
        duration: 0.001))
  }

  private static func say(_ time: Duration, _ step: Int, _ flushed: Int?, _ longest: Duration) {
    let line = "\(nanoseconds(time)) \(step) \(flushed ?? -1) \(nanoseconds(longest))\n"
    // At once, as a kill takes along what a buffer holds.
    _ = unsafe write(STDOUT_FILENO, line, line.utf8.count)
  }

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
  }
}
