import RunModel
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@Suite("The ways that layers went, and how they are")
struct LayerTrajectoryTests {
  let store = RunArrays()
  let run: Run

  /// One unit, recorded at every fifth step: it goes from 0 to 4, back to 2, and stays there.
  init() throws {
    let site = Site(
      layer: 1, tap: .preactivation, population: .probe, statistics: .none, width: 1,
      activation: "sigmoid")
    let wide = Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 4, epsilon: 0.01,
      activation: "sigmoid")
    run = try store.record { recorder in
      for (index, mean) in [0, 4, 2, 2, 2].enumerated() {
        recorder.record(site, step: 5 * index, count: 9, mean: [Float(mean)], variance: [1])
        recorder.record(
          wide, step: 5 * index, count: 9, nonFiniteCount: index > 2 ? index : 0,
          mean: [0, 0, 0, 0], variance: [1e-6, 0.05, 1, 1],
          affine: (gamma: [1, 1, -0.001, 10], beta: [0, 10, 0, 0]))
        try recorder.endStep(5 * index)
      }
    }
  }

  @Test("Path, displacement, settling step and lag curve, at a spacing")
  func trajectory() throws {
    let all = try #require(try store.trajectories(of: run, SiteQuery()).first)
    #expect(all.pathLength == 6 && all.displacement == 2 && all.tortuosity == 3)
    #expect(all.velocity == 0 && all.recordCount == 5)
    #expect(all.steps == 0...20 && all.spacing == 5...5 && all.settlingStep == 10)
    // Squared distances of neighbours 16, 4, 0, 0; of those two apart 4, 4, 0.
    #expect(all.lagCurve == [5, 8.0 / 3] && all.nugget == 10 - 8.0 / 3)
    let spaced = try #require(
      try store.trajectories(of: run, SiteQuery(), spacing: 6, longestLag: 3).first)
    #expect(spaced.pathLength == 2 && spaced.recordCount == 3 && spaced.spacing == 10...10)
    #expect(spaced.lagCurve == [2, 4, nil] && spaced.settlingStep == 10)
    // Of the records at 0 and 15 only the last is as near to itself.
    let two = try #require(try store.trajectories(of: run, SiteQuery(), spacing: 15).first)
    #expect(two.steps == 0...15 && two.displacement == 2 && two.settlingStep == nil)
    #expect(throws: ShiftError.self) {
      try store.trajectories(of: run, SiteQuery(), measure: .jeffreys)
    }
  }

  @Test("What layer norm hands on is looked at, which does not follow from moments over the batch")
  func layerNorm() throws {
    let read = Site(
      layer: 1, tap: .preactivation, population: .probe, statistics: .none, width: 1, epsilon: 1,
      activation: "tanh")
    let output = Site(layer: 1, tap: .normalized, population: .probe, statistics: .none, width: 1)
    let run = try store.record("layer") { recorder in
      recorder.record(
        read, step: 0, count: 9, mean: [0], variance: [4], affine: (gamma: [9], beta: [0]))
      recorder.record(output, step: 0, count: 9, mean: [2.1783], variance: [1])
      try recorder.endStep(0)
    }
    let health = try #require(try store.health(of: run).first)
    #expect(health.epsilonDominatedUnits == nil && health.smallGammaUnits == 0)
    #expect(abs(try #require(health.saturatedShare) - 0.5) < 1e-4)
  }

  @Test("Epsilon dominates units of batch norm whose output is recorded too")
  func recordedOutput() throws {
    let read = Site(
      layer: 1, tap: .preactivation, population: .probe, statistics: .batch, width: 1, epsilon: 1,
      activation: "tanh", derivesNormalized: true)
    let output = Site(layer: 1, tap: .normalized, population: .probe, statistics: .batch, width: 1)
    let run = try store.record("both") { recorder in
      recorder.record(
        read, step: 0, count: 9, mean: [0], variance: [4], affine: (gamma: [9], beta: [0]))
      recorder.record(output, step: 0, count: 9, mean: [0], variance: [65])
      try recorder.endStep(0)
    }
    #expect(try store.health(of: run).first?.epsilonDominatedUnits == 1)
  }

  @Test("Dead units, those that epsilon rules, vanished gammas, saturation, elements not finite")
  func health() throws {
    let health = try #require(try store.health(of: run, population: .batch).first)
    #expect(health.step == 20 && health.width == 4 && health.epsilon == 0.01)
    #expect(health.deadUnits == 1 && health.epsilonDominatedUnits == 2)
    #expect(health.smallGammaUnits == 1)
    #expect(health.nonFiniteCount == 4 && health.firstNonFiniteStep == 15)
    // Shares of nearly 0, 1 and 0, and of a Gaussian of sd 10/√1.01: P(|z| > 4.3565) = 0.66; their median.
    let share = try #require(health.saturatedShare)
    #expect(share > 0.0 && share < 0.34)
    let probe = try #require(try store.health(of: run, step: 5).first)
    #expect(probe.population == .probe && probe.smallGammaUnits == nil && probe.step == 5)
    // P(z > 4.3565) of N(4, 1).
    #expect(abs(try #require(probe.saturatedShare) - 0.3607) < 1e-4)
    #expect(throws: ShiftError.self) { try store.health(of: run, step: 3) }
  }
}
