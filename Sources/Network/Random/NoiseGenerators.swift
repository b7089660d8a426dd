/// What dropout and noise draw from in one training step.
///
/// They depend on the seed, the step and the part of the batch alone, so that a step can be repeated with the same
/// draws, and a resumed run goes on with those that it would have had.
package struct NoiseGenerators: Sendable {
  /// For what a unit draws once for the batch: alike for every part of it.
  var units: RandomGenerator
  /// For what each element draws.
  var elements: RandomGenerator

  /// The streams from here on are those of noise; layers draw their weights from the streams from 1 on.
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
