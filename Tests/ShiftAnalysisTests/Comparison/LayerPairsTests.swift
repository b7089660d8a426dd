import RunModel
import TestSupport
import Testing

@testable import ShiftAnalysis

@Suite("The layers of two runs that are compared")
struct LayerPairsTests {
  static func pairs(_ first: [String?], _ second: [String?]) -> LayerPairs {
    LayerPairs(RunLayers(MadeSites.layers(first)), RunLayers(MadeSites.layers(second)))
  }

  @Test("Are paired by name where both runs have names, and it is known which have no partner")
  func names() {
    let pairs = Self.pairs(["a", "b", "b", nil, "e"], ["new", "a", "b", nil, "b"])
    #expect(pairs.areByName)
    #expect((1...5).map { pairs.second(of: $0) } == [2, 3, 5, 4, nil])
    #expect((1...5).map { pairs.first(of: $0) } == [nil, 1, 2, 4, 3])
    #expect(pairs.alone.map { $0.map(\.number) } == [[5], [1]])
  }

  @Test("Are paired by number where one has none")
  func numbers() {
    let pairs = Self.pairs(["a", "b"], [nil, nil, nil])
    #expect(!pairs.areByName)
    #expect((1...3).map { pairs.second(of: $0) } == [1, 2, nil])
    #expect(pairs.alone.map { $0.map(\.number) } == [[], [3]])
  }

  /// Records a run whose layers with these names move by these distances in two steps.
  static func record(
    _ name: String, _ layers: [(String, Float)], seed: Int = 0, into store: RunArrays
  ) throws -> Run {
    let recorder = store.begin(NewRun(name: name, configuration: #"{"seed": \#(seed)}"#))
    for (index, (layer, distance)) in layers.enumerated() {
      let site = Site(
        layer: index + 1, tap: .preactivation, population: .batch, statistics: .none, width: 1,
        layerName: layer)
      for step in 0..<2 {
        recorder.record(
          site, step: step, count: 9, mean: [Float(step) * distance], variance: [1])
      }
    }
    try recorder.end(.finished)
    return try store.run(name)
  }

  static let (short, long) = (
    [("a", 1), ("b", 2)] as [(String, Float)],
    [("new", 9), ("a", 3), ("b", 4)] as [(String, Float)]
  )

  @Test("One layer more at the front shifts no other, in drift, divergence and selection")
  func inserted() throws {
    let store = RunArrays()
    let first = try Self.record("first", Self.short, into: store)
    let second = try Self.record("second", Self.long, into: store)
    let comparison = try RunComparison(first, second, in: store)
    let scale = 1 / (1 + 1e-3 as Double).squareRoot()
    #expect(comparison.drifts.map(\.layer) == [1, 2])
    for (drift, expected) in zip(comparison.drifts, [[1.0, 3], [2, 4]]) {
      #expect(zip(drift.final, expected).allSatisfy { abs(($0 ?? 0) - $1 * scale) < 1e-5 })
    }
    #expect(comparison.divergences.map(\.layer) == [1, 2])
    #expect(comparison.divergences.allSatisfy { $0.finding != .incomparable })
    let reversed = try RunComparison(second, first, in: store)
    #expect(reversed.divergences.map(\.layer) == [1, 2, 3])
    #expect(reversed.divergences.map { $0.finding == .incomparable } == [true, false, false])
    let selected = try RunComparison(first, second, layers: LayerSelection("3"), in: store)
    #expect(selected.drifts.map(\.layer) == [2])
  }

  @Test("Groups of runs have figures of the layers that all have by name")
  func groups() throws {
    let store = RunArrays()
    let first = try (0..<2).map {
      try Self.record("first \($0)", Self.short, seed: $0, into: store)
    }
    let second = try (0..<2).map {
      try Self.record("second \($0)", Self.long, seed: $0, into: store)
    }
    let field = try #require(RunField("config.seed"))
    let pairs = try RunPairs((first, second), by: field, named: "seed", in: store)
    let comparison = try GroupComparison(pairs, points: nil, in: store)
    let ends = comparison.quantities.filter { $0.name.hasSuffix("nw2 at the end") }
    #expect(ends.map(\.layer) == [1, 2] && ends.allSatisfy { abs($0.medianDifference - 2) < 0.01 })
    #expect(comparison.layersLeftOut == ["new"])
  }
}
