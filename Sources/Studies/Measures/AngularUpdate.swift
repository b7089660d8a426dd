import Glibc
import Network
import RunModel
import Safetensors
import Training

/// The angle by which a step turns the weights of a layer's units, over its equilibrium √(2ηλ/(1+α)): the mean over units and
/// over steps that are taken after the last recorded one.
///
/// η is the learning rate, λ the weight decay, α the momentum.
/// Source: Wan et al. 2020; Kosson et al. 2023.
struct AngularUpdate: StudyMeasure {
  /// The layer, from 1.
  let layer: Int
  /// The number of steps.
  let steps: Int

  var words: String { "angle of an update of layer \(layer) over √(2ηλ/(1+α)), \(steps) steps" }

  var fault: String? {
    firstFault(("layer", layer, MeasureRange.layers), ("steps", steps, 1...10_000))
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofLayer: layer)
  }

  func value(of run: RecordedArm) throws -> Double {
    var configuration = run.configuration
    let equilibrium =
      (2 * configuration.learningRate * configuration.weightDecay / (1 + configuration.momentum))
      .squareRoot()
    configuration.steps += max(1, steps)
    configuration.checkpointEvery = 1
    let recorded = try run.network()
    guard let start = try run.store.checkpoint(of: run.run, step: nil),
      recorded.network.layers.indices ~= layer - 1
    else { throw StudyError(run, lacks: "layer \(layer)", "name a layer of its network.") }
    var previous: [[Double]]?
    var angles: [Double] = []
    let stream = CheckpointStream { checkpoint in
      let weights = try AngularUpdate.weights(ofLayer: layer, in: checkpoint)
      if let previous {
        angles += zip(previous, weights).map { AngularUpdate.angle($0, $1) }
      }
      previous = weights
    }
    try stream.record(start)
    let outcome = try TrainingRun(configuration, on: recorded.dataset, isRecorded: true).resume(
      run.run, from: start, in: run.store, durability: "none", requests: { run.request }
    ) { _, _ in stream }
    if outcome.status == .interrupted { throw StudyStopped() }
    return angles.reduce(0, +) / Double(angles.count) / equilibrium
  }

  /// The angle between two vectors, by the chord of their directions, which is exact for small angles.
  static func angle(_ first: [Double], _ second: [Double]) -> Double {
    func norm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let (a, b) = (norm(first), norm(second))
    let chord = norm(zip(first, second).map { $0 / a - $1 / b })
    return 2 * asin(min(1, chord / 2))
  }

  /// The weights of each unit of a layer.
  private static func weights(ofLayer layer: Int, in checkpoint: Checkpoint) throws -> [[Double]] {
    let file = try TrainingCheckpoint.contents(of: checkpoint)
    guard let tensor = file.tensor(named: "layers.\(layer).weight"),
      case .float32(let values) = tensor.values, let units = tensor.shape.last
    else { return [] }
    return (0..<units).map { unit in
      stride(from: unit, to: values.count, by: units).map { Double(values[$0]) }
    }
  }
}
