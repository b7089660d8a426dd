import RunStore
import Statistics
import TestSupport
import Testing

@testable import ShiftAnalysis

@Suite("Limits that a run must keep")
struct ShiftLimitTests {
  @Test("A limit with all its parts")
  func everything() throws {
    let text =
      " w2sq( layer = 2,tap=input, population=batch,statistics=none , reference=step:7,aggregate=max)<-1.5e-3 after 10 before 20 "
    let limit = try ShiftLimit(reading: text)
    #expect(limit.measure == .squaredW2 && limit.query.measures == [.squaredW2])
    #expect(limit.query.layer == 2 && limit.query.tap == .input)
    #expect(limit.query.population == .batch && limit.query.statistics == Site.Statistics.none)
    #expect(limit.query.reference == .step(7) && limit.query.aggregate == .max)
    #expect(limit.limit == -0.0015 && limit.steps == 11...19 && !limit.allowsEqual)
    #expect(limit.description == text)
  }

  @Test("Of a bare limit everything else is what shift takes")
  func bare() throws {
    let limit = try ShiftLimit(reading: "nw2<=.5")
    let usual = ShiftQuery()
    #expect(limit.query.layer == nil && limit.query.tap == usual.tap)
    #expect(limit.query.aggregate == usual.aggregate && limit.query.reference == usual.reference)
    #expect(limit.steps == 0...Int.max && limit.allowsEqual)
    #expect(limit.isKept(by: 0.5) && limit.isKept(by: -3))
    #expect(!limit.isKept(by: 0.5000001) && !limit.isKept(by: nil) && !limit.isKept(by: .nan))
    #expect(try !ShiftLimit(reading: "nw2 < 0.5").isKept(by: 0.5))
  }

  @Test(
    "What can't be understood is told, with what should stand there",
    arguments: [
      ("", "a measure"), ("nw3 <= 1", "a measure"), ("nw2", "<= or <"), ("nw2 >= 1", "<= or <"),
      ("nw2() <= 1", "one of layer"), ("nw2(layer=2 <= 1", "\")\""), ("nw2(layer) <= 1", "\"=\""),
      ("nw2(layer=-1) <= 1", "a whole number"), ("nw2(tap=weights) <= 1", "a tap"),
      ("nw2(reference=end) <= 1", "a reference"), ("nw2 <= much", "a number"),
      ("nw2 <= inf", "a number"), ("nw2 <= nan", "a number"), ("nw2 <= 1 since 3", "after STEP"),
      ("nw2 <= 1 after", "a whole number"),
      ("nw2 <= 1 after 9999999999999999999", "a whole number"),
      ("nw2 <= 1 after 5 before 6", "steps of which there are any"), ("nw2 <= 1 before 0", "steps"),
      ("nw2(layer=2,) <= 1", "one of layer"), ("nw2 <= 1 ü", "after STEP"),
    ])
  func misuse(text: String, expected: String) {
    let error = #expect(throws: ShiftError.self) { try ShiftLimit(reading: text) }
    #expect(error?.isMisuse == true)
    #expect(error?.description.contains("expected \(expected)") == true, "\(error as Any)")
  }

  @Test("What is exceeded is told with its worst step; an undefined value is the worst of all")
  func check() throws {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    let sites = (1...2).map {
      Site(layer: $0, tap: .preactivation, population: .probe, statistics: .none, width: 1)
    }
    for (step, mean) in [0, 3, 1, 2].enumerated() {
      recorder.record(sites[0], step: step, count: 9, mean: [Float(mean)], variance: [1])
      let second: Float = step == 2 ? .nan : 0
      recorder.record(sites[1], step: step, count: 9, mean: [second], variance: [1])
      try recorder.record(
        StepRecord(
          step: step, loss: 1, accuracy: 0, learningRate: 1, batchSize: 4, duration: 0))
    }
    try recorder.end(.finished)
    let run = try database.run("run")
    let checks = try database.check(ShiftLimit(reading: "w2 <= 1"), of: run)
    #expect(checks.map(\.layer) == [1, 2])
    #expect(checks[0].exceededSteps == [1, 3] && checks[0].worstStep == 1)
    #expect(checks[0].worstValue == 3 && checks[0].stepCount == 4)
    #expect(checks[1].exceededSteps == [2] && checks[1].worstStep == 2)
    #expect(checks[1].worstValue == nil && !checks[1].isKept)
    let later = try database.check(ShiftLimit(reading: "w2(layer=1) <= 2 after 1"), of: run)
    #expect(later.count == 1 && later[0].isKept && later[0].stepCount == 2)
    #expect(throws: ShiftError.self) {
      try database.check(ShiftLimit(reading: "w2 <= 1 after 3"), of: run)
    }
  }
}
