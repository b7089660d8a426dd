import Reports
import RunModel
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@Suite("What a shift query found")
struct ShiftFindingTests {
  /// The answer about layers of two units, whose means in layer l at a step are `mean(l, step)` and whose variance is 1 − ε.
  private func answer(
    layers: Int = 3, steps: [Int] = [0, 10, 20, 30, 40], names: Bool = false,
    population: Site.Population = .probe, noise: Bool = false, asked: StatisticsMode? = nil,
    _ change: (inout ShiftQuery) -> Void = { _ in }, mean: (Int, Int) -> [Float]
  ) throws -> Answer {
    let store = RunArrays()
    let run = try store.record("tried") { recorder in
      for layer in 1...layers {
        let site = Site(
          layer: layer, tap: .preactivation, population: population, statistics: .none, width: 2,
          layerName: names ? "bn\(layer)" : nil)
        if noise {
          recorder.record(
            BatchNoiseRecord(step: 0, batchCount: 50, count: 1000, rho: [1, 1], kurtosis: [3, 3]),
            at: site)
        }
        for step in steps {
          recorder.record(
            site, step: step, count: 20, mean: mean(layer, step), variance: [0.999, 0.999])
        }
      }
    }
    var query = ShiftQuery()
    query.population = population
    change(&query)
    return try ShiftReport.answer(
      store.shift(of: run, query), of: run, store.layers(of: run), asked: asked)
  }

  private func both(_ value: Float) -> [Float] { [value, value] }

  @Test("The layer that moved most comes first, then the others, then those that move still")
  func most() throws {
    let finding = try answer { layer, step in
      // The third layer moves at once and then rests, the others move on.
      self.both(layer == 3 ? (step > 0 ? 8.61 : 0) : 0.67 * Float(step) / 40)
    }.finding
    #expect(
      finding == [
        "tried: layer 3 moved most, 8.6 sd from the start to step 40; layers 1 and 2 0.67 sd.",
        "Still moving at the end: layers 1 and 2.",
      ])
  }

  @Test("One layer needs no comparison, one step has none, and a run at rest did not move")
  func few() throws {
    let one = try answer(layers: 1, names: true) { _, step in self.both(step > 0 ? 0.5 : 0) }
    #expect(one.finding == ["tried: layer \"bn1\" moved 0.5 sd from the start to step 40."])
    let still = try answer { _, _ in self.both(1) }
    #expect(still.finding == ["tried: none of 3 layers moved from the start to step 40."])
    let single = try answer(steps: [7]) { _, _ in self.both(1) }
    #expect(single.finding.count == 1 && single.finding[0].contains("nothing can have moved"))
  }

  @Test("Undefined layers and units that are left out are counted")
  func undefined() throws {
    let finding = try answer(steps: [0, 1]) { layer, step in
      step == 0 ? [0, 0] : layer == 1 ? [.nan, .nan] : layer == 2 ? [1, .infinity] : [2, 2]
    }.finding
    #expect(finding[0] == "tried: layer 3 moved most, 2 sd from the start to step 1; layer 2 1 sd.")
    #expect(finding[1].hasPrefix("It is undefined in layer 1,"))
    #expect(finding[2] == "Left out are 1 of 2 units of layer 2, for which it is undefined.")
    let none = try answer(steps: [0, 1]) { _, step in self.both(step == 0 ? 0 : .nan) }
    #expect(none.finding.count == 1 && none.finding[0].contains("undefined in every layer"))
  }

  @Test("Of many layers the range is said, not each")
  func many() throws {
    let finding = try answer(layers: 53, steps: [0, 1]) { layer, step in
      self.both(Float(step * layer) / 10)
    }.finding
    #expect(
      finding == [
        "tried: layer 53 moved most, 5.3 sd from the start to step 1; the other 52 layers 0.1 sd to 5.2 sd, median 2.6."
      ])
  }

  @Test("Each reference has its words")
  func references() throws {
    func first(_ reference: ReferencePoint) throws -> String? {
      try answer(layers: 1, { $0.reference = reference }) { _, step in self.both(Float(step) / 10) }
        .finding.first
    }
    #expect(
      try first(.previous)
        == "tried: layer 1 moved 1 sd from one recorded step to the next, at step 10.")
    #expect(try first(.final) == "tried: layer 1 moved 4 sd from step 0 to the end.")
    #expect(try first(.step(20)) == "tried: layer 1 moved 2 sd from step 20 to step 40.")
    #expect(try first(.preceding(2))?.contains("from the 2 records before, at step") == true)
  }

  @Test("Of training batches it says how much is noise, or that this is unknown")
  func noise() throws {
    func sentences(_ noise: Bool, _ change: (inout ShiftQuery) -> Void = { _ in }) throws
      -> [String]
    {
      try answer(layers: 2, population: .batch, noise: noise, change) { layer, step in
        self.both(layer == 1 && step > 0 ? 2 : 0)
      }.finding
    }
    let unknown = try sentences(false)
    #expect(unknown.last?.contains("of unknown size, as their noise was not measured") == true)
    #expect(!unknown.joined().contains("Still moving"))
    let known = try sentences(true)
    #expect(known[1].hasPrefix("Squared, that is ") && known[1].hasSuffix("explains in layer 1."))
    #expect(known[2].hasPrefix("In layer 2 it is not distinguishable from sampling noise"))
    let steps = try sentences(true) { $0.reference = .previous }
    #expect(steps.last?.hasSuffix("sampling noise: layer 1 1 of 4, layer 2 0 of 4.") == true)
  }

  @Test("Pooled windows say what the start is, and other measures their name")
  func pooled() throws {
    let pooled = try answer(
      layers: 1, steps: Array(0..<40), population: .batch,
      {
        $0.isPooled = true
        $0.points = 4
      }
    ) { _, step in self.both(Float(step) / 10) }
    #expect(
      pooled.finding[0]
        == "tried: layer 1 moved 2.9 sd from the first window (steps 0 to 9) to steps 30 to 39.")
    let jeffreys = try answer(layers: 1, { $0.measures = [.w2] }) { _, step in
      self.both(Float(step))
    }
    #expect(jeffreys.finding[0] == "tried: layer 1 moved w2 40 from the start to step 40.")
  }

  @Test("What was taken in place of running statistics is said")
  func substitution() throws {
    let answer = try answer(layers: 1, asked: .running, { $0.statistics = .running }) { _, step in
      self.both(Float(step))
    }
    #expect(answer.finding.last?.hasPrefix("There are no running statistics") == true)
  }
}
