import RunModel
import Statistics
import TestSupport
import Testing

@testable import ShiftAnalysis

@Suite("Limits that a run must keep")
struct RunLimitTests {
  @Test("A limit with all its parts")
  func everything() throws {
    let text =
      " squared_w2( layer = 2,tap=input, population=batch,statistics=none , reference=step:7,aggregate=max)<-1.5e-3 after 10 before 20 "
    let limit = try RunLimit(reading: text)
    #expect(limit.measure == .shift(.squaredW2) && limit.query.measures == [.squaredW2])
    #expect(limit.query.layers == 2 && limit.query.tap == .input)
    #expect(limit.query.population == .batch && limit.query.statistics == StatisticsMode.none)
    #expect(limit.query.reference == .step(7) && limit.query.aggregate == .max)
    #expect(limit.limit == -0.0015 && limit.steps == 11...19 && !limit.allowsEqual)
    #expect(limit.description == text)
  }

  @Test("Of a bare limit everything else is what shift takes")
  func bare() throws {
    let limit = try RunLimit(reading: "nw2<=.5")
    let usual = ShiftQuery()
    #expect(limit.query.layers == nil && limit.query.tap == usual.tap)
    #expect(limit.query.aggregate == usual.aggregate && limit.query.reference == usual.reference)
    #expect(limit.steps == 0...Int.max && limit.allowsEqual)
    #expect(limit.isKept(by: 0.5) && limit.isKept(by: -3))
    #expect(!limit.isKept(by: 0.5000001) && !limit.isKept(by: nil) && !limit.isKept(by: .nan))
    #expect(try !RunLimit(reading: "nw2 < 0.5").isKept(by: 0.5))
  }

  @Test(
    "What can't be understood is told, with what should stand there",
    arguments: [
      ("", "a measure"), ("nw3 <= 1", "a measure"), ("nw2", "<= or <"),
      ("nw2() <= 1", "one of layer"), ("nw2(layer=2 <= 1", "\")\""), ("nw2(layer) <= 1", "\"=\""),
      ("nw2(layer=) <= 1", "a layer's number, name or pattern"), ("nw2(tap=weights) <= 1", "a tap"),
      ("nw2(reference=end) <= 1", "a reference"), ("nw2 <= much", "a number"),
      ("nw2 <= inf", "a number"), ("nw2 <= nan", "a number"), ("nw2 <= 1 since 3", "after STEP"),
      ("nw2 <= 1 after", "a whole number"),
      ("nw2 <= 1 after 9999999999999999999", "a whole number"),
      ("nw2(layer=2,) <= 1", "one of layer"), ("nw2 <= 1 ü", "after STEP"),
      ("accuracy(layer=1) <= 1", "one of split, statistics"), ("loss(split=) <= 1", "a split"),
      ("running_gap(tap=input) <= 1", "layer"), ("alarms(detector=eyes) <= 1", "a detector"),
      ("dead units <= 1", "a measure"), ("non_finite(reference=start) <= 1", "one of layer, tap"),
    ])
  func misuse(text: String, expected: String) {
    let error = #expect(throws: ShiftError.self) { try RunLimit(reading: text) }
    #expect(error?.kind == .malformedLimit)
    #expect(error?.description.contains("expected \(expected)") == true, "\(error as Any)")
  }

  @Test("A limit without steps and one of the other side say so, and an example is of the measure")
  func otherMisuse() throws {
    for text in ["nw2 <= 1 after 5 before 6", "nw2 <= 1 before 0"] {
      let error = #expect(throws: ShiftError.self) { try RunLimit(reading: text) }
      #expect(error?.description.contains("covers no step") == true)
    }
    let lower = #expect(throws: ShiftError.self) { try RunLimit(reading: "nw2 >= 1") }
    #expect(lower?.kind == .lowerLimit)
    let example = #expect(throws: ShiftError.self) {
      try RunLimit(reading: "accuracy(layer=1) >= 1", .lower)
    }
    #expect(example?.description.contains("'accuracy(split=test) >= 0.5 after 1000'") == true)
  }

  @Test("What is exceeded is told with its worst step; an undefined value is the worst of all")
  func check() throws {
    let store = RunArrays()
    let sites = (1...2).map {
      Site(layer: $0, tap: .preactivation, population: .probe, statistics: .none, width: 1)
    }
    let run = try store.record { recorder in
      for (step, mean) in [0, 3, 1, 2].enumerated() {
        recorder.record(sites[0], step: step, count: 9, mean: [Float(mean)], variance: [1])
        let second: Float = step == 2 ? .nan : 0
        recorder.record(sites[1], step: step, count: 9, mean: [second], variance: [1])
        try recorder.endStep(step)
      }
    }
    let checks = try store.check(RunLimit(reading: "w2 <= 1"), of: run)
    #expect(checks.map(\.layer) == [1, 2])
    #expect(checks[0].exceededSteps == [1, 3] && checks[0].worstStep == 1)
    #expect(checks[0].worstValue == 3 && checks[0].stepCount == 4)
    #expect(checks[1].exceededSteps == [2] && checks[1].worstStep == 2)
    #expect(checks[1].worstValue == nil && !checks[1].isKept)
    let later = try store.check(RunLimit(reading: "w2(layer=1) <= 2 after 1"), of: run)
    #expect(later.count == 1 && later[0].isKept && later[0].stepCount == 2)
    #expect(throws: ShiftError.self) {
      try store.check(RunLimit(reading: "w2 <= 1 after 3"), of: run)
    }
  }

  @Test("A lower limit is the mirror of an upper one, and neither takes the other's sign")
  func lower() throws {
    let limit = try RunLimit(reading: "accuracy(split=train,statistics=precise) >= 0.8", .lower)
    #expect(limit.measure == .accuracy && limit.split == .train)
    #expect(limit.query.statistics == .precise && limit.allowsEqual)
    #expect(limit.isKept(by: 0.8) && limit.isKept(by: 7))
    #expect(!limit.isKept(by: 0.79) && !limit.isKept(by: nil) && !limit.isKept(by: .nan))
    #expect(limit.excess(of: 0.75) == 0.8 - 0.75)
    #expect(try !RunLimit(reading: "loss > 0.5", .lower).isKept(by: 0.5))
    let error = #expect(throws: ShiftError.self) {
      try RunLimit(reading: "accuracy <= 0.8", .lower)
    }
    #expect(error?.kind == .upperLimit)
  }
}

/// A run of two layers, the first with batch norm, in which each measure has a value of its own.
@Suite("Limits on more than shifts")
struct RunLimitMeasureTests {
  let store = RunArrays()
  let run: Run

  init() throws {
    func site(_ layer: Int, _ population: Site.Population, _ epsilon: Double? = nil) -> Site {
      Site(
        layer: layer, tap: .preactivation, population: population, statistics: .batch, width: 2,
        epsilon: epsilon)
    }
    let running = Site(
      layer: 1, tap: .normalized, population: .probe, statistics: .running, width: 2)
    run = try store.record { recorder in
      for step in 0..<6 {
        // A unit of the first layer dies at step 4; an element of its batch is infinite at step 2.
        let variance: [Float] = [1, step >= 4 ? 1e-7 : 1]
        let affine: (gamma: [Float], beta: [Float]) = ([1, 1], [0, 0])
        recorder.record(
          site(1, .batch, 1e-3), step: step, count: 4, nonFiniteCount: step == 2 ? 1 : 0,
          mean: [0, 0], variance: variance, affine: affine)
        recorder.record(
          site(1, .probe, 1e-3), step: step, count: 9, mean: [0, 0], variance: variance,
          affine: affine)
        recorder.record(
          site(2, .probe), step: step, count: 9, mean: [0, 0], variance: [step == 5 ? .nan : 1, 1])
        // Its own output has mean 0 and nearly variance 1.
        recorder.record(
          running, step: step, count: 9, mean: [Float(step), Float(step)], variance: [1, 1])
        recorder.record(
          EvaluationRecord(
            step: step, split: .test, statistics: .running, loss: Double(6 - step),
            accuracy: Double(step) / 10, count: 9))
        recorder.record(
          EvaluationRecord(
            step: step, split: .train, statistics: .batch, loss: 0.5, accuracy: nil, count: 9))
        try recorder.endStep(step)
      }
    }
  }

  func check(_ text: String, _ bound: LimitBound = .upper) throws -> [LimitCheck] {
    try store.check(RunLimit(reading: text, bound), of: run)
  }

  @Test("Accuracy and loss are those of the last evaluation at the limit's steps")
  func evaluations() throws {
    let accuracy = try check("accuracy >= 0.5", .lower)
    #expect(accuracy.count == 1 && accuracy[0].isKept && accuracy[0].layer == nil)
    #expect(accuracy[0].worstStep == 5 && accuracy[0].worstValue == 0.5)
    #expect(accuracy[0].statistics == .running && accuracy[0].stepCount == 1)
    let earlier = try check("accuracy(split=test, statistics=running) >= 0.5 before 4", .lower)
    #expect(!earlier[0].isKept && earlier[0].worstStep == 3 && earlier[0].worstValue == 0.3)
    #expect(try check("loss(split=test) <= 1")[0].isKept)
    #expect(try !check("loss < 1")[0].isKept)
    // A recorded NaN is the value, and keeps no limit.
    let diverged = try store.record("diverged") { recorder in
      recorder.record(
        EvaluationRecord(
          step: 0, split: .test, statistics: .none, loss: .nan, accuracy: 0, count: 9))
      try recorder.endStep(0)
    }
    let loss = try store.check(RunLimit(reading: "loss <= 1"), of: diverged)[0]
    #expect(!loss.isKept && loss.worstValue?.isNaN == true)
    // A regression has no accuracy: undefined exceeds.
    let undefined = try check("accuracy(split=train, statistics=batch) >= 0", .lower)
    #expect(!undefined[0].isKept && undefined[0].worstValue == nil)
    let other = #expect(throws: ShiftError.self) { try check("loss(split=tset) <= 1") }
    #expect(other?.description.hasSuffix("; its splits are test, train.") == true)
    let validation = try #require(EvaluationRecord.Split(rawValue: "validation"))
    let own = try store.record("own") { recorder in
      recorder.record(
        EvaluationRecord(step: 0, split: validation, statistics: .none, loss: 0.25, accuracy: 1))
      try recorder.endStep(0)
    }
    let limit = try RunLimit(reading: "loss(split=validation) <= 0.2")
    #expect(limit.split == validation)
    #expect(try store.check(limit, of: own).map(\.worstValue) == [0.25])
    for text in ["accuracy(split=train) <= 1", "loss(statistics=ioffe) <= 1", "loss <= 1 after 5"] {
      let error = #expect(throws: ShiftError.self) { try check(text) }
      #expect(error?.kind == .notRecorded && error?.description.contains("no evaluation") == true)
    }
  }

  @Test("Dead units are counted at every step; those of a NaN variance are unknown")
  func deadUnits() throws {
    let checks = try check("dead_units <= 0")
    #expect(checks.map(\.layer) == [1, 2])
    #expect(checks[0].exceededSteps == [4, 5] && checks[0].worstValue == 1)
    #expect(checks[0].population == .probe && checks[0].stepCount == 6)
    #expect(checks[1].exceededSteps == [5] && checks[1].worstValue == nil)
    let early = try check("dead_units(layer=1, population=batch) <= 0 before 4")
    #expect(early.count == 1 && early[0].isKept && early[0].population == .batch)
  }

  @Test("Without a probe the running gap is that of the newest training batch that has both")
  func runningGapOfBatches() throws {
    let read = Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 2, epsilon: 1e-3
    )
    let running = Site(
      layer: 1, tap: .normalized, population: .batch, statistics: .running, width: 2)
    let batches = try store.record("batches") { recorder in
      for step in 0..<6 {
        recorder.record(
          read, step: step, count: 4, mean: [0, 0], variance: [1, 1], affine: ([1, 1], [0, 0]))
        if step % 4 == 0 {
          recorder.record(
            running, step: step, count: 4, mean: [Float(step), Float(step)], variance: [1, 1])
        }
        try recorder.endStep(step)
      }
    }
    let last = try #require(store.health(of: batches).first)
    #expect(try last.step == 5 && abs(#require(last.runningGap) - 4) < 0.01)
    let early = try #require(store.health(of: batches, step: 3).first)
    #expect(try abs(#require(early.runningGap)) < 0.01)
    let limit = try store.check(RunLimit(reading: "running_gap <= 2"), of: batches)
    #expect(limit.map(\.exceededSteps) == [[4]] && limit[0].population == .batch)
    // The probe's is preferred, where both were recorded.
    #expect(try store.check(RunLimit(reading: "running_gap <= 9"), of: run)[0].population == .probe)
  }

  @Test("The running gap is the one of health, at every step")
  func runningGap() throws {
    let checks = try check("running_gap <= 2.5")
    #expect(checks.map(\.layer) == [1] && checks[0].exceededSteps == [3, 4, 5])
    let health = try store.health(of: run)
    #expect(checks[0].worstStep == 5 && checks[0].worstValue == health[0].runningGap)
    let early = try check("running_gap(layer=1) <= 9 before 4")
    #expect(try early[0].isKept && abs(#require(early[0].worstValue) - 3) < 0.01)
    #expect(throws: ShiftError.self) { try check("running_gap(layer=2) <= 9") }
    let missing = #expect(throws: ShiftError.self) { try check("running_gap(layer=9) <= 9") }
    #expect(missing?.description.contains("has no layer 9") == true)
    let plain = try store.record("plain") { recorder in
      let site = Site(
        layer: 1, tap: .preactivation, population: .probe, statistics: .none, width: 1)
      recorder.record(site, step: 0, count: 9, mean: [0], variance: [1])
      try recorder.endStep(0)
    }
    let none = #expect(throws: ShiftError.self) {
      try store.check(RunLimit(reading: "running_gap <= 9"), of: plain)
    }
    #expect(none?.description.contains("has no batch norm") == true)
  }

  @Test(
    "Elements that are not finite are counted in all tensors of a layer, or where the limit says")
  func nonFinite() throws {
    let checks = try check("non_finite <= 0")
    #expect(checks.map(\.layer) == [1, 2])
    #expect(checks[0].exceededSteps == [2] && checks[0].worstValue == 1 && checks[1].isKept)
    #expect(try check("non_finite(population=probe) <= 0").allSatisfy(\.isKept))
    #expect(try check("non_finite(layer=1, tap=normalized) <= 0").map(\.stepCount) == [6])
    #expect(throws: ShiftError.self) { try check("non_finite(tap=input) <= 0") }
  }

  @Test("Where a detector is still silent, no limit on alarms is kept")
  func silentAlarms() throws {
    let error = #expect(throws: ShiftError.self) { try check("alarms <= 0") }
    #expect(error?.description.contains("6 records of layer 1") == true)
  }
}
