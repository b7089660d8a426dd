import RunModel
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@Suite("Where two runs part")
struct RunDivergenceTests {
  static let batchSize = 20
  static let width = 16

  let store = RunArrays()

  /// A run of some layers, whose batches are drawn from a normal distribution with `mean(layer, step)` and variance 1.
  func record(
    _ name: String, seed: UInt64, steps: Int = 40, hasNoise: Bool = true, width: Int = width,
    layers: Int = 2, batchSize: Int = batchSize,
    mean: (_ layer: Int, _ step: Int) -> Double = { _, _ in 0 }
  ) throws -> Run {
    var random = SplitMix64(seed: seed)
    return try store.record(name) { recorder in
      for step in 0..<steps {
        for layer in 1...layers {
          let site = Site(
            layer: layer, tap: .preactivation, population: .batch, statistics: .none, width: width)
          if step == 0 && hasNoise {
            let ones = [Float](repeating: 1, count: width)
            // What independent rows of a normal distribution have.
            recorder.record(
              BatchNoiseRecord(
                step: 0, batchCount: 50, count: 50 * Self.batchSize, rho: ones,
                kurtosis: ones.map { 3 * $0 }),
              at: site)
          }
          let moments = (0..<width).map { _ in
            Self.moments(aroundMean: mean(layer, step), &random)
          }
          recorder.record(
            site, step: step, count: batchSize, mean: moments.map(\.mean),
            variance: moments.map(\.variance))
        }
        try recorder.endStep(step)
      }
    }
  }

  /// Mean and biased variance of a batch of numbers that are nearly normal: the sum of 12 uniform ones, less 6.
  static func moments(aroundMean mean: Double, _ random: inout SplitMix64) -> (
    mean: Float, variance: Float
  ) {
    let batch = (0..<batchSize).map { _ in
      mean + (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
    }
    let average = batch.reduce(0, +) / Double(batchSize)
    let variance = batch.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(batchSize)
    return (Float(average), Float(variance))
  }

  @Test("Runs that part at a step, in a layer, are found to part there")
  func parting() throws {
    let first = try record("first", seed: 1)
    let second = try record("second", seed: 2) { layer, step in
      layer == 2 && step >= 17 ? 1.5 : 0
    }
    let found = try store.divergences(of: second, from: first)
    #expect(found.map(\.layer) == [1, 2])
    #expect(found[0].finding == .never && found[0].comparedSteps == 40)
    guard case .diverged(let step, let shift) = found[1].finding else {
      Issue.record("The second layer parts.")
      return
    }
    #expect(step == 17 && found[1].comparedSteps == 17 + 6)
    let there = try #require(shift)
    #expect(abs(there.value - 2.25) < 1 && there.isDistinguishable)
  }

  @Test("A few steps beyond the floor are chance")
  func few() throws {
    let first = try record("first", seed: 1)
    let second = try record("second", seed: 2) { _, step in
      step == 3 || (17...20).contains(step) || step > 37 ? 3 : 0
    }
    #expect(
      try store.divergences(of: second, from: first).allSatisfy { $0.finding == .never })
  }

  @Test("Runs that differ by nothing but their batches do not part, nor a run from itself")
  func alike() throws {
    let runs = try (1...5).map { try record("run \($0)", seed: $0) }
    for first in runs {
      for second in runs {
        #expect(
          try store.divergences(of: second, from: first).allSatisfy { $0.finding == .never })
      }
    }
  }

  @Test("Nor where a layer is as noisy as a single unit, more than once in a hundred times")
  func noisy() throws {
    // 30 runs of 120 steps are 435 pairs, of whose 870 layers none parts.
    let runs = try (1...30).map { try record("run \($0)", seed: $0, steps: 120, width: 1) }
    var parted = 0
    for (index, first) in runs.enumerated() {
      for second in runs[(index + 1)...] {
        parted += try store.divergences(of: second, from: first).count { $0.finding != .never }
      }
    }
    #expect(parted <= 8)
  }

  @Test("Only what both recorded is compared, and without measured noise nothing is known")
  func incomparable() throws {
    let first = try record("first", seed: 1)
    let unmeasured = try record("unmeasured", seed: 2, hasNoise: false)
    #expect(
      try store.divergences(of: unmeasured, from: first).allSatisfy { $0.finding == .unknown })
    let wide = try record("wide", seed: 3, width: 8)
    #expect(
      try store.divergences(of: wide, from: first).map(\.finding)
        == [.incomparable, .incomparable])
    let deep = try record("deep", seed: 1, layers: 3)
    for pair in [(deep, first), (first, deep)] {
      let found = try store.divergences(of: pair.0, from: pair.1)
      #expect(found.map(\.layer) == [1, 2, 3] && found[2].finding == .incomparable)
      #expect(found[0].finding == .never && found[0].comparedSteps == 40)
    }
    let short = try record("short", seed: 4, steps: 7)
    #expect(try store.divergences(of: short, from: first).map(\.comparedSteps) == [7, 7])
    let empty = try store.record("empty") { _ in }
    #expect(try store.divergences(of: first, from: empty).isEmpty)
  }

  @Test("Where no two steps can be compared nothing is known, which is not never")
  func unjudged() throws {
    let rows = try (1...2).map { try record("row \($0)", seed: $0, batchSize: 1) }
    let single = try (3...4).map { try record("single \($0)", seed: $0, steps: 1) }
    for (runs, steps) in [(rows, 0), (single, 1)] {
      for found in try store.divergences(of: runs[1], from: runs[0]) {
        #expect(found.finding == .unknown && found.comparedSteps == steps)
      }
    }
  }

  @Test("A run parts where it alone is no longer finite, were it at the last step")
  func notFinite() throws {
    let first = try record("first", seed: 1)
    let wild = try record("wild", seed: 2, steps: 8) { layer, step in
      layer == 2 && step == 7 ? .nan : 0
    }
    for pair in [(first, wild), (wild, first)] {
      let found = try store.divergences(of: pair.0, from: pair.1)
      #expect(found.map(\.finding) == [.never, .diverged(step: 7, shift: nil)])
    }
    let other = try record("other", seed: 3, steps: 8) { _, step in step == 7 ? .nan : 0 }
    #expect(try store.divergences(of: other, from: wild)[1].finding == .never)
  }
}
