import Network
import RunModel
import Safetensors
import Statistics

/// Steps of a run without training: random moments, gamma and beta of some layers.
struct SyntheticSteps {
  /// The number of different steps, which are repeated.
  private static let poolSize = 64
  private static let names = ["mean", "variance", "gamma", "beta"]

  private let sites: [Site]
  /// Mean, variance, gamma and beta of each layer, for each step of the pool.
  private let pool: [[[Float]]]

  /// Makes steps of `layers` layers with `features` features each.
  init(layers: Int, features: Int) {
    var generator = RandomGenerator(seed: 1)
    pool = (0..<SyntheticSteps.poolSize * layers).map { _ in
      (0..<4).map { _ in (0..<features).map { _ in Float(generator.uniform() + 0.5) } }
    }
    sites = (1...layers).map {
      Site(
        layer: $0, tap: .preactivation, population: .batch, statistics: .batch, width: features,
        epsilon: ShiftReference.defaultEpsilon)
    }
  }

  private func vectors(ofLayer layer: Int, step: Int) -> [[Float]] {
    pool[(step % SyntheticSteps.poolSize) * sites.count + layer]
  }

  /// Records the first `count` steps, and ends the run.
  func record(_ count: Int, by recorder: some RunWriting) throws {
    for step in 0..<count {
      for (layer, site) in sites.enumerated() {
        let vectors = vectors(ofLayer: layer, step: step)
        recorder.record(
          site, step: step, count: 100, mean: vectors[0], variance: vectors[1],
          affine: (vectors[2], vectors[3]))
      }
      try recorder.record(
        StepRecord(
          step: step, loss: 1, accuracy: 0.5, learningRate: 0.1, batchSize: 100, duration: 0))
    }
    try recorder.end(.finished)
  }

  // MARK: - As messages

  /// The last message of a stream.
  static let end = #"{"type":"end"}"#

  /// The first message of a stream.
  var beginning: String {
    let tensors = sites.map {
      #"{"name":"layer\#($0.layer)","units":\#($0.width),"epsilon":\#(ShiftReference.defaultEpsilon)}"#
    }
    return
      #"{"type":"begin","protocol":1,"name":"benchmark","tensors":[\#(tensors.joined(separator: ","))]}"#
  }

  private func message(step: Int, _ moments: String = "") -> String {
    #"{"type":"step","step":\#(step),"loss":1,"accuracy":0.5,"learning_rate":0.1,"batch_size":100,"duration":0\#(moments)}"#
  }

  /// A step as a line, with all digits of the numbers in double precision, as most programs write them.
  func line(step: Int) -> String {
    let moments = sites.indices.map { layer in
      let members = zip(SyntheticSteps.names, vectors(ofLayer: layer, step: step)).map {
        #""\#($0)":[\#($1.map { "\(Double($0))" }.joined(separator: ","))]"#
      }
      return #""layer\#(layer + 1)":{"count":100,\#(members.joined(separator: ","))}"#
    }
    return message(step: step, #","moments":{\#(moments.joined(separator: ","))}"#)
  }

  /// A step as a frame.
  func frame(step: Int) -> [UInt8] {
    let indices = sites.indices.map { Int64($0) }
    let vectors = SyntheticSteps.names.indices.map { index in
      sites.indices.flatMap { self.vectors(ofLayer: $0, step: step)[index] }
    }
    let columns: [(String, SafetensorsFile.Values)] =
      [("tensor", .int64(indices)), ("count", .int64(indices.map { _ in 100 }))]
      + zip(SyntheticSteps.names, vectors).map { ($0, .float32($1)) }
    return SyntheticSteps.frame(message(step: step), columns)
  }

  /// A message as a frame.
  static func frame(_ message: String, _ columns: [(String, SafetensorsFile.Values)] = [])
    -> [UInt8]
  {
    SafetensorsFile(
      tensors: columns.map { .init(name: $0.0, shape: [$0.1.count], values: $0.1) },
      metadata: ["message": message]
    ).encoded()
  }
}
