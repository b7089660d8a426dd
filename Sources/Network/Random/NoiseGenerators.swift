/// The random numbers of dropout and noise in one training step.
///
/// The numbers depend only on the seed, the step and the part of the batch, so that a step can be repeated with the same
/// draws, and a resumed run draws the same numbers as an uninterrupted one.
package struct NoiseGenerators: Sendable {
  /// The numbers that a unit draws once for the batch, equal for every part of it.
  var units: RandomGenerator
  /// The numbers that each element draws.
  var elements: RandomGenerator

  /// The first stream of noise; layers draw their weights from the streams from 1 on.
  private static let firstStream: UInt64 = 1 << 32

  /// The generators of the batch's part `part` at `step`.
  package init(seed: UInt64, step: Int = 0, part: Int = 0) {
    // Each step has a seed of its own, drawn from the run's.
    var steps = RandomGenerator(
      seed: seed, stream: NoiseGenerators.firstStream &+ UInt64(bitPattern: Int64(step)))
    let stepSeed = steps.next()
    units = RandomGenerator(seed: stepSeed)
    elements = RandomGenerator(seed: stepSeed, stream: UInt64(part) + 1)
  }
}
