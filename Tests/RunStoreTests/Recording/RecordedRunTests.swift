import RunModel
import RunStore
import TestSupport
import Testing

@Suite("Recorded runs and evaluations")
struct RecordedRunTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  @Test("Evaluations of every kind come back, by step")
  func evaluations() throws {
    var evaluations: [EvaluationRecord] = []
    for step in [0, 5] {
      for split in ["test", "train", "val/dataloader_1", "Prüfung"].sorted() {
        for statistics in StatisticsMode.allCases.map(\.rawValue).sorted() {
          evaluations.append(
            EvaluationRecord(
              step: step, split: try #require(EvaluationRecord.Split(rawValue: split)),
              statistics: try #require(StatisticsMode(rawValue: statistics)),
              loss: step == 0 ? .infinity : 0.1, accuracy: 1.0 / 3,
              count: step == 0 ? nil : 10_000 + step))
        }
      }
    }
    let (reader, run) = try database.recorded { recorder in
      for evaluation in evaluations.reversed() { recorder.record(evaluation) }
    }
    #expect(try reader.evaluations(of: run) == evaluations)
  }

  @Test("The loss and the accuracy of an evaluation may be NaN, which the file marks, or unknown")
  func evaluationOfNaN() throws {
    let (reader, run) = try database.recorded {
      for (step, (loss, accuracy)) in [(Double.nan, 0), (0, .nan), (nil, nil)].enumerated() {
        $0.record(
          EvaluationRecord(
            step: step, split: .train, statistics: .none, loss: loss, accuracy: accuracy, count: 1))
      }
    }
    let evaluations = try reader.evaluations(of: run)
    #expect(evaluations.map(\.loss?.isNaN) == [true, false, nil])
    #expect(evaluations.map(\.accuracy?.isNaN) == [false, true, nil])
    #expect(
      try reader.rows(of: "evaluation", without: ["run", "split", "statistics", "count"])
        == ["0,NULL,0.0,1,0", "1,0.0,NULL,0,1", "2,NULL,NULL,0,0"])
  }

  @Test("A run keeps its initial facts")
  func run() throws {
    let new = NewRun(
      name: "naïve 🧪 'quoted'", configuration: #"{"batch_size": 8, "word": "\u00e9 \" \\"}"#,
      provenance: #"{ "nested": [1, {"a": null}] }"#,
      tags: ["": "", "goal": "shift", "é": "a\nb", "' OR 1 --": "x"])
    let (reader, run) = try database.recorded(new)
    #expect(run.name == new.name)
    #expect(run.configuration == new.configuration)
    #expect(run.provenance == new.provenance)
    #expect(run.tags == new.tags)
    #expect(run.stepCount == 0)
    #expect(run.uuid.count == 36 && run.uuid == run.uuid.lowercased())
    #expect(run.shortID == run.uuid.prefix(8))
    #expect(try reader.runs().map(\.uuid) == [run.uuid])
    #expect(try reader.runs().map(\.tags) == [new.tags])
  }

  @Test("Each run has its own tags, steps and sites")
  func ownership() throws {
    let (_, first) = try database.recorded(NewRun(name: "a", tags: ["k": "1"])) {
      try $0.recordSample(0)
    }
    let (reader, second) = try database.recorded(NewRun(name: "b", tags: ["k": "2"])) {
      for step in 0..<2 { try $0.recordSample(step) }
      $0.record(SampleRun.evaluation(2))
    }
    #expect(first.tags == ["k": "1"])
    #expect(second.tags == ["k": "2"])
    #expect(try SampleRun.checkedStepCount(of: first, in: reader) == 1)
    #expect(try SampleRun.checkedStepCount(of: second, in: reader) == 2)
    #expect(try reader.evaluations(of: first) == [])
    #expect(try reader.evaluations(of: second) == [SampleRun.evaluation(2)])
  }
}
