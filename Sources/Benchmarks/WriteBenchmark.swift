import ArgumentParser
import FoundationEssentials
import Network
import RunModel
import RunStore
import Statistics

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

  /// The number of different steps, which are recorded repeatedly.
  private static let poolSize = 64

  func validate() throws {
    guard steps > 0, layers > 0, features > 0 else {
      throw ValidationError("Steps, layers and features must be 1 or more.")
    }
    guard !FileManager.default.fileExists(atPath: db) else {
      throw ValidationError("\(db) exists; name a file that does not.")
    }
  }

  func run() throws {
    var generator = RandomGenerator(seed: 1)
    let pool = (0..<WriteBenchmark.poolSize * layers).map { _ in
      (0..<4).map { _ in (0..<features).map { _ in Float(generator.uniform() + 0.5) } }
    }
    let sites = (1...layers).map {
      Site(
        layer: $0, tap: .preactivation, population: .batch, statistics: .batch, width: features,
        epsilon: ShiftReference.defaultEpsilon)
    }
    let start = ContinuousClock.now
    let recorder = try RunRecorder(
      database: RunDatabase(path: db, for: .record), run: NewRun(name: "benchmark"))
    for step in 0..<steps {
      for (layer, site) in sites.enumerated() {
        let vectors = pool[(step % WriteBenchmark.poolSize) * layers + layer]
        recorder.record(
          site, step: step, count: 100, mean: vectors[0], variance: vectors[1],
          affine: (vectors[2], vectors[3]))
      }
      try recorder.record(
        StepRecord(
          step: step, loss: 1, accuracy: 0.5, learningRate: 0.1, batchSize: 100, duration: 0))
    }
    try recorder.end(.finished)
    let seconds = (ContinuousClock.now - start).seconds
    let vectorBytes = steps * layers * features * 4 * MemoryLayout<Float>.stride
    print(
      "{\"steps\":\(steps),\"layers\":\(layers),\"features\":\(features),\"seconds\":\(seconds),"
        + "\"vector_bytes\":\(vectorBytes)}")
  }
}
