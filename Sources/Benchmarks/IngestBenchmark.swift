import ArgumentParser
import FoundationEssentials
import Ingest
import RunModel
import RunStore
import ShiftAnalysis

/// `normscope-benchmark ingest`: times the recording of synthetic steps in process, from frames and from lines.
struct IngestBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Compare the rate of recording from a stream with that of a recorder in process.",
    discussion: """
      The same steps are recorded into new databases by the calls of a recorder, from a file of frames and from a file of \
      lines, in turn; the files are deleted. The rates are those of the median round.
      """)

  @Option(help: "The number of steps.")
  var steps = 5000
  @Option(help: "The number of layers, each with a mean, a variance, gamma and beta.")
  var layers = 2
  @Option(help: "The number of features of a layer.")
  var features = 256
  @Option(help: "The number of rounds; the median round is reported.")
  var rounds = 5
  @Option(help: "The folder of the files (default: the temporary one).")
  var folder: String?

  func validate() throws {
    guard steps > 0, layers > 0, features > 0, rounds > 0 else {
      throw ValidationError("Steps, layers, features and rounds must be 1 or more.")
    }
  }

  func run() throws {
    let folder =
      "\(folder ?? FileManager.default.temporaryDirectory.path)/normscope-benchmark-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let synthetic = SyntheticSteps(layers: layers, features: features)
    try write(
      "\(folder)/frames", SyntheticSteps.frame(synthetic.beginning), synthetic.frame,
      SyntheticSteps.frame(SyntheticSteps.end))
    try write(
      "\(folder)/lines", Array("\(synthetic.beginning)\n".utf8),
      { Array("\(synthetic.line(step: $0))\n".utf8) }, Array("\(SyntheticSteps.end)\n".utf8))
    var seconds: [[Double]] = [[], [], []]
    // In turn, so that a change of the machine's speed meets all; the first round warms up.
    for round in 0...rounds {
      let times = try [
        time(in: folder) { try synthetic.record(steps, by: $0) },
        time(in: folder) { try ingest("\(folder)/frames", by: $0) },
        time(in: folder) { try ingest("\(folder)/lines", by: $0) },
      ]
      if round > 0 { for (index, time) in times.enumerated() { seconds[index].append(time) } }
    }
    for (name, times) in zip(["in process", "frames", "lines"], seconds) {
      let rate = Double(steps) / times.sorted()[rounds / 2]
      let ratio = zip(seconds[0], times).map { $0 / $1 }.sorted()[rounds / 2]
      print("\(name): \(Int(rate)) steps/s, \((ratio * 100).rounded() / 100) of in process")
    }
  }

  private func write(
    _ path: String, _ beginning: [UInt8], _ step: (Int) -> [UInt8], _ end: [UInt8]
  ) throws {
    try OutputFile.write(to: OutputPlace(path, database: nil)) { file in
      try file.append(bytes: beginning)
      for number in 0..<steps { try file.append(bytes: step(number)) }
      try file.append(bytes: end)
    }
  }

  /// The seconds of a recording into a new database.
  private func time(in folder: String, _ record: (RunRecorder) throws -> Void) throws -> Double {
    let path = "\(folder)/benchmark.db"
    defer {
      for suffix in ["", "-wal", "-shm"] {
        // The log and its index are gone already where the last connection closed.
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
    }
    let start = ContinuousClock.now
    try record(
      RunRecorder(
        database: RunDatabase(path: path, for: .record), run: NewRun(name: "benchmark")))
    return (ContinuousClock.now - start).seconds
  }

  private func ingest(_ path: String, by recorder: RunRecorder) throws {
    var recording = StreamRecording(isResuming: false) { _ in
      RecordingStart(recorder: recorder, watch: RunWatch(raisesAlarms: false))
    }
    var reader = MessageReader(Source(input: try StreamedInput(path: path)))
    while let message = try reader.next() { try recording.record(message, at: reader.place) }
    try recording.requireEnd()
  }

  private struct Source: MessageSource {
    let input: StreamedInput

    func read(into buffer: inout [UInt8], from start: Int) throws -> Int {
      try input.read(into: &buffer, from: start, within: -1) ?? 0
    }
  }
}
