import RunModel
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@Suite("What distributions were like")
struct DistributionReaderTests {
  static let site = Site(
    layer: 1, tap: .preactivation, population: .probe, statistics: .batch, width: 3, epsilon: 1)

  let store = RunArrays()
  let run: Run

  /// Three probes; the second one has no quantiles.
  init() throws {
    run = try store.record { recorder in
      for step in [0, 5, 10] {
        let t = Float(step)
        recorder.record(
          Self.site, step: step, count: 9, nonFiniteCount: 1, mean: [t, 2 * t, .nan],
          variance: [4, 9, .nan], affine: ([2, -1, 1], [7, 8, 9]),
          higherMoments: ([0.5, 0.25, .nan], [3, 4, .nan]))
        guard step != 5 else { continue }
        recorder.record(
          FeatureQuantiles(levels: [0.15, 0.5], values: [[-t, -2, .nan], [t, 2, .nan]]),
          at: Self.site, step: step)
      }
    }
  }

  func series(_ change: (inout DistributionQuery) -> Void = { _ in }) throws -> DistributionSeries {
    var query = DistributionQuery()
    change(&query)
    let series = try store.distribution(of: run, query)
    #expect(series.count == 1)
    return series[0]
  }

  @Test("A unit's figures, or the median over the units that have one")
  func figures() throws {
    let unit = try series { $0.unit = 2 }
    #expect(unit.levels == [0.15, 0.5] && unit.recordedCount == 3)
    #expect(unit.points.map(\.mean) == [0, 10, 20] && unit.points.map(\.deviation) == [3, 3, 3])
    #expect(unit.points.map(\.skewness) == [0.25, 0.25, 0.25])
    #expect(unit.points.map(\.kurtosis) == [4, 4, 4])
    #expect(unit.points.map(\.quantiles) == [[-2, 2], [nil, nil], [-2, 2]])
    let median = try series()
    #expect(median.points.map(\.mean) == [0, 7.5, 15] && median.points[0].deviation == 2.5)
    #expect(median.points[2].quantiles == [-6, 6] && median.points[1].quantiles == [nil, nil])
    #expect(median.points[0].skewness == 0.375 && median.points[0].nonFiniteCount == 1)
    #expect(median.points.map(\.excludedUnits) == [1, 1, 1])
    #expect(unit.points.map(\.excludedUnits) == [0, 0, 0])
    let broken = try series { $0.unit = 3 }
    #expect(
      broken.points.allSatisfy { $0.mean.isNaN && $0.skewness?.isNaN == true && $0.count == 9 })
  }

  @Test("Figures that are infinite or NaN in every unit are so in the answer")
  func notFinite() throws {
    let site = Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 2)
    let run = try store.record("burst") { recorder in
      recorder.record(
        site, step: 0, count: 9, mean: [.nan, .infinity], variance: [.infinity, .infinity])
      try recorder.endStep(0)
    }
    let point = try #require(try store.distribution(of: run, DistributionQuery())[0].points.first)
    #expect(point.mean.isNaN && point.deviation == .infinity && point.excludedUnits == 2)
    var unit = DistributionQuery()
    unit.unit = 2
    #expect(try store.distribution(of: run, unit)[0].points[0].mean == .infinity)
  }

  @Test("What batch norm hands on follows from what it read, turned over where gamma is negative")
  func derived() throws {
    let unit = try series {
      $0.tap = .normalized
      $0.unit = 2
    }
    #expect(unit.levels.isEmpty)
    for point in unit.points {
      #expect(point.mean == 8 && point.skewness == -0.25 && point.kurtosis == 4)
      // gamma² σ²/(σ² + ε) = 9/10.
      #expect(abs(point.deviation - 0.9.squareRoot()) < 1e-6)
    }
  }

  @Test("A unit that is not there, and a tap that was not recorded, end in one sentence")
  func missing() throws {
    for change in [
      { $0.unit = 4 }, { $0.unit = 0 }, { $0.tap = .input }, { $0.layers = 2 },
      { $0.population = .batch },
    ] as [(inout DistributionQuery) -> Void] {
      let error = try #require(throws: ShiftError.self) { try series(change) }
      #expect(error.description.hasSuffix("."))
    }
  }

  @Test("Points are spread from the first step to the last")
  func points() throws {
    #expect(try series { $0.points = 2 }.points.map(\.step) == [0, 10])
    #expect(try series { $0.points = 1 }.points.map(\.step) == [10])
  }
}
