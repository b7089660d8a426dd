import ArgumentParser
import FoundationEssentials
import RunModel
import RunStore

/// `normscope-benchmark write`: times the recording of synthetic steps, without training.
struct WriteBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Record synthetic steps into a database.")

  @Option(help: "The database to make; it must not exist.")
  var db: String
  @Option(help: "The number of steps.")
  var steps = 2000
  @Option(help: "The number of layers, each with a mean, a variance, gamma and beta.")
  var layers = 2
  @Option(help: "The number of features of a layer.")
  var features = 256

  func validate() throws {
    guard steps > 0, layers > 0, features > 0 else {
      throw ValidationError("Steps, layers and features must be 1 or more.")
    }
    guard !FileManager.default.fileExists(atPath: db) else {
      throw ValidationError("\(db) exists; name a file that does not.")
    }
  }

  func run() throws {
    let synthetic = SyntheticSteps(layers: layers, features: features)
    let start = ContinuousClock.now
    let recorder = try RunRecorder(
      database: RunDatabase(path: db, for: .record), run: NewRun(name: "benchmark"))
    try synthetic.record(steps, by: recorder)
    let seconds = (ContinuousClock.now - start).seconds
    let vectorBytes = steps * layers * features * 4 * MemoryLayout<Float>.stride
    print(
      "{\"steps\":\(steps),\"layers\":\(layers),\"features\":\(features),\"seconds\":\(seconds),"
        + "\"vector_bytes\":\(vectorBytes)}")
  }
}
