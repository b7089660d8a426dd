import RunModel
@testable import RunStore
import TestSupport
import Testing

/// A run whose moments look like those of training: the same whatever was recorded before.
enum MadeSeries {
  static let normalized = Site(
    layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 24, epsilon: 0.001
  )
  /// A site of the same shape, whose moments have a skewness and a kurtosis too.
  static let detailed = Site(
    layer: 2, tap: .preactivation, population: .batch, statistics: .batch, width: 24, epsilon: 0.001
  )
  static let input = Site(layer: 2, tap: .input, population: .batch, statistics: .batch, width: 20)
  static let narrow = Site(layer: 3, tap: .input, population: .batch, statistics: .batch, width: 1)
  /// A site with a moment at every third step.
  static let sparse = Site(layer: 1, tap: .input, population: .probe, statistics: .batch, width: 16)
  static let sites = [normalized, detailed, input, narrow, sparse]

  /// Whether a site has a moment of `step`.
  static func has(_ step: Int, _ site: Site) -> Bool {
    site.population == .batch || step % 3 == 0
  }

  /// Mean, variance, gamma, beta, skewness and kurtosis at a step; every 50th has numbers that no finite moment has.
  static func vectors(_ site: Site, step: Int) -> [[Float]] {
    var generator = SplitMix64(seed: UInt64(1000 * step + 10 * site.layer + site.width))
    return (0..<6).map { kind in
      (0..<site.width).map { unit in
        let noise = Float(generator.normal())
        switch (step % 50, unit, kind) {
        case (49, 2, 0...3): return Float(bitPattern: 0xFFC0_0000 + UInt32(step))
        case (49, 3, 0...3): return -.infinity
        case (49, 4, 0...3): return -0.0
        case (49, 5, 0...3): return Float(bitPattern: UInt32(step))
        default: break
        }
        switch kind {
        case 0: return Float(unit % 5) - 2 + 0.1 * noise
        case 1: return Float(1 + unit) * (1 + 0.1 * noise)
        case 2: return 1 + 1e-4 * Float(step * (unit - 3))
        case 3: return 1e-3 * Float(step) - 0.05 * Float(unit)
        case 4: return 0.1 * noise
        default: return 3 + abs(noise)
        }
      }
    }
  }

  /// Whether a site's moments have a skewness and a kurtosis.
  static func isDetailed(_ site: Site) -> Bool { site != normalized }

  /// Adds the moment of a site.
  static func record(_ site: Site, step: Int, _ recorder: RunRecorder) {
    let vectors = vectors(site, step: step)
    recorder.record(
      site, step: step, count: 8 + step, nonFiniteCount: step % 50 == 49 ? 4 : 0,
      mean: vectors[0], variance: vectors[1],
      affine: site.epsilon == nil ? nil : (vectors[2], vectors[3]),
      higherMoments: isDetailed(site) ? (vectors[4], vectors[5]) : nil)
  }

  /// Records `steps`, `length` of them written together.
  static func record(_ steps: Range<Int>, _ recorder: RunRecorder, atOnce length: Int = 512) throws
  {
    recorder.writeOnlyWhenFull()
    for step in steps {
      for site in sites where has(step, site) { record(site, step: step, recorder) }
      try recorder.record(SampleRun.step(step))
      if step % length == length - 1 { try recorder.flush() }
    }
  }

  /// Checks that a run has these steps, with every bit of their vectors.
  static func expect(_ steps: some Collection<Int>, in database: RunDatabase) throws {
    let run = try database.run("run")
    for site in try database.sites(of: run) {
      var expected = steps.filter { has($0, site.site) }[...]
      try database.forEachMoment(at: site, withAffine: true) { moment in
        let next = expected.popFirst()
        let step = try #require(next)
        let vectors = vectors(site.site, step: step)
        let found =
          [moment.mean, moment.variance]
          + (site.site.epsilon == nil ? [] : [moment.gamma, moment.beta])
        let isSame =
          moment.step == step && moment.count == 8 + step
          && moment.nonFiniteCount == (step % 50 == 49 ? 4 : 0)
          && found.map { $0.map(\.bitPattern) }
            == vectors.prefix(found.count).map { $0.map(\.bitPattern) }
        if !isSame { Issue.record("The moment of step \(step) at \(site.site) is \(copy moment).") }
      }
      #expect(expected.isEmpty)
      for step in steps where isDetailed(site.site) && has(step, site.site) && step % 40 == 0 {
        let higher = try #require(try database.higherMoments(at: site, step: step))
        #expect([higher.skewness, higher.kurtosis] == Array(vectors(site.site, step: step)[4...]))
      }
    }
  }
}
