import RunModel
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@Suite("Comparing two groups of runs")
struct GroupComparisonTests {
  let store = RunArrays()

  /// A run of one unit, whose mean goes from 0 by `rate` at each probe and whose loss is `loss`.
  @discardableResult
  func record(
    _ name: String, seed: Int?, rate: Float, loss: Double, accuracy: Double = 0.5, probes: Int = 3,
    spacing: Int = 10, status: Run.Status = .finished
  ) throws -> Run {
    let configuration = seed.map { #"{"seed": \#($0), "group": {"name": "\#(name)"}}"# } ?? "{}"
    let recorder = store.begin(NewRun(name: name, configuration: configuration))
    let site = Site(layer: 1, tap: .preactivation, population: .probe, statistics: .none, width: 1)
    for probe in 0..<probes {
      recorder.record(
        site, step: probe * spacing, count: 9, mean: [rate * Float(probe)], variance: [0.999])
    }
    try recorder.endStep(0, loss: loss)
    recorder.record(
      EvaluationRecord(
        step: 0, split: .test, statistics: .none, loss: loss, accuracy: accuracy, count: 9))
    try recorder.end(status)
    return try store.run("latest")
  }

  func pairs(_ first: [Run], _ second: [Run]) throws -> RunPairs {
    try RunPairs(
      (first, second), by: .configuration("seed"), named: "config.seed", in: store)
  }

  @Test("Runs of one seed are paired, in whatever order, and others are left out")
  func pairing() throws {
    let first = try [3, 1, 2].map { try record("a", seed: $0, rate: 1, loss: 1) }
    let second = try [2, 9, 3].map { try record("b", seed: $0, rate: 1, loss: 1) }
    let unseeded = try record("c", seed: nil, rate: 1, loss: 1)
    let pairs = try pairs(first, second + [unseeded])
    #expect(pairs.pairs.map(\.key) == ["3", "2"])
    #expect(pairs.pairs.map { $0.runs.map(\.uuid) }[1] == [first[2].uuid, second[0].uuid])
    #expect(
      Set(pairs.withoutPartner.map(\.uuid)) == [first[1].uuid, second[1].uuid, unseeded.uuid])
  }

  @Test("Groups that can't be paired are told in one sentence")
  func impossible() throws {
    let one = try record("a", seed: 1, rate: 1, loss: 1)
    let same = try record("b", seed: 1, rate: 1, loss: 1)
    let other = try record("c", seed: 2, rate: 1, loss: 1)
    for (first, second, words) in [
      ([], [one], "first group"), ([one], [], "second group"),
      ([one, other], [other], "both groups"),
      ([one, same], [other], "both have the config.seed 1"),
      ([one], [other], "No run of the first group has the config.seed"),
    ] as [([Run], [Run], String)] {
      let error = #expect(throws: ShiftError.self) { try pairs(first, second) }
      #expect(error?.description.contains(words) == true)
    }
  }

  @Test("Medians, bands and signs are those of the pairs")
  func quantities() throws {
    // The second run moves by 1 more in three pairs, and by 2 less in one; the losses tie once.
    let moves: [(Float, Float)] = [(1, 2), (2, 3), (5, 6), (9, 7)]
    let groups = try (0..<2).map { group in
      try moves.enumerated().map { seed, move in
        try record(
          "\(group)", seed: seed, rate: group == 0 ? move.0 : move.1,
          loss: seed == 0 ? 1 : Double(10 * seed - group))
      }
    }
    let comparison = try GroupComparison(pairs(groups[0], groups[1]), points: 2, in: store)
    let byName = Dictionary(comparison.quantities.map { ($0.name, $0) }) { $1 }
    let loss = try #require(byName["training loss, last batch"])
    #expect(loss.bands[0].lower == 1 && loss.bands[0].median == 15 && loss.bands[0].upper == 30)
    #expect(loss.medianDifference == -1)
    #expect(
      [loss.signTest.positiveCount, loss.signTest.negativeCount, loss.signTest.tieCount]
        == [0, 3, 1])
    #expect(loss.signTest.pValue == 0.25)
    let shift = try #require(byName["layer 1: nw2 at the end"])
    // Two probes on, in units of a standard deviation of 1.
    for (band, expected) in zip(shift.bands, [[2.0, 7, 18], [4, 9, 14]]) {
      for (value, wanted) in zip([band.lower, band.median, band.upper], expected) {
        #expect(abs(value - wanted) < 1e-6)
      }
    }
    #expect(shift.signTest.positiveCount == 3 && shift.signTest.negativeCount == 1)
    #expect(abs(shift.medianDifference - 2) < 1e-6)
    // Of 20 steps, and not damped by epsilon.
    let path = try #require(byName["layer 1: w2 path per step"])
    #expect(abs(path.bands[0].median - 7.0 / 20) < 1e-6)
    #expect(byName["test accuracy"]?.signTest.tieCount == 4)
    #expect(comparison.points.map(\.step) == [0, 20])
    #expect(abs(try #require(comparison.points[1].bands[1]).median - 9) < 1e-6)
  }

  @Test("Over time only steps count that all runs recorded, and paths of one spacing")
  func alignment() throws {
    let first = try record("a", seed: 1, rate: 1, loss: 1, probes: 5)
    let second = try record("b", seed: 1, rate: 1, loss: 1, probes: 2, spacing: 20)
    let comparison = try GroupComparison(pairs([first], [second]), points: 5, in: store)
    #expect(comparison.points.map(\.step) == [0, 20])
    #expect(!comparison.quantities.contains { $0.name.contains("path") })
    #expect(comparison.namesWithoutFigures == ["layer 1: w2 path per step"])
  }

  @Test("A run that diverged leaves its pair out of what it has no figures of, and no other")
  func diverged() throws {
    let first = try (1...3).map { try record("a", seed: $0, rate: 1, loss: 2) }
    let second = try (1...2).map { try record("b", seed: $0, rate: 2, loss: 1) }
    let wild = try record("b", seed: 3, rate: 2, loss: .nan, accuracy: .nan, probes: 1)
    let comparison = try GroupComparison(
      pairs(first, second + [wild]), points: nil, in: store)
    let counts = Dictionary(comparison.quantities.map { ($0.name, $0.bands[0].count) }) { $1 }
    #expect(
      counts == [
        "training loss, last batch": 2, "test accuracy": 2, "test loss": 2,
        "layer 1: nw2 at the end": 3, "layer 1: w2 path per step": 2,
      ])
  }

  @Test("A run that ended as diverged has no figures at the end, whatever it had before")
  func divergedEarly() throws {
    let first = try (1...3).map { try record("a", seed: $0, rate: 1, loss: 2) }
    let second = try (1...3).map {
      try record("b", seed: $0, rate: 2, loss: 1, status: $0 == 2 ? .diverged : .finished)
    }
    let comparison = try GroupComparison(pairs(first, second), points: nil, in: store)
    #expect(comparison.quantities.count == 5)
    #expect(comparison.quantities.allSatisfy { $0.bands[0].count == 2 })
  }

  @Test("Where runs did not record the same, what they have in common is compared")
  func unlike() throws {
    let first = try record("a", seed: 1, rate: 1, loss: 2)
    let recorder = store.begin(NewRun(name: "b", configuration: #"{"seed": 1}"#))
    for (layer, width) in [(1, 2), (2, 1)] {
      let site = Site(
        layer: layer, tap: .preactivation, population: .probe, statistics: .none, width: width)
      let zeros = [Float](repeating: 0, count: width)
      recorder.record(site, step: 0, count: 9, mean: zeros, variance: zeros)
    }
    try recorder.end(.finished)
    let deep = try GroupComparison(
      pairs([first], [store.run("b")]), points: nil, in: store)
    #expect(deep.layersLeftOut == ["2"] && deep.layersOfOtherWidth == [1])

    let other = store.begin(NewRun(name: "c", configuration: #"{"seed": 1}"#))
    other.record(
      Site(layer: 1, tap: .input, population: .probe, statistics: .none, width: 1), step: 0,
      count: 9, mean: [0], variance: [1])
    try other.endStep(0)
    try other.end(.finished)
    let shiftless = try GroupComparison(
      pairs([first], [store.run("c")]), points: nil, in: store)
    #expect(shiftless.quantities.map(\.name) == ["training loss, last batch"])
    #expect(shiftless.coordinates.isEmpty && shiftless.points.isEmpty)
  }

  @Test("Runs that recorded nothing compare by nothing")
  func empty() throws {
    let runs = try ["a", "b"].map { name in
      try store.begin(NewRun(name: name, configuration: #"{"seed": 1}"#)).end(
        .failed, reason: "nothing to do")
      return try store.run(name)
    }
    let comparison = try GroupComparison(pairs([runs[0]], [runs[1]]), points: nil, in: store)
    #expect(comparison.quantities.isEmpty && comparison.points.isEmpty)
    #expect(comparison.coordinates.isEmpty)
  }
}
