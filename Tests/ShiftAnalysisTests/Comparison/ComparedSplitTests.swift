import RunModel
import TestSupport
import Testing

@testable import ShiftAnalysis

@Suite("The split whose figures represent a run")
struct ComparedSplitTests {
  static func evaluations(_ splits: String) throws -> [EvaluationRecord] {
    try splits.split(separator: " ").enumerated().map { step, name in
      EvaluationRecord(
        step: step, split: try #require(EvaluationRecord.Split(rawValue: String(name))),
        statistics: .none, loss: nil, accuracy: Double(step))
    }
  }

  @Test(
    "Is test, else a validation, else the first by name, and train last",
    arguments: [
      ("train validation test", "test"), ("train val validation", "validation"),
      ("eval val", "val"), ("train dev", "dev"), ("train zebra apple", "apple"),
      ("train", "train"), ("other val/loader_1 val/loader_0", "val/loader_0"), ("", nil),
    ] as [(String, String?)])
  func representative(splits: String, expected: String?) throws {
    #expect(
      try Self.evaluations(splits).map(\.split).representative?.rawValue == expected)
  }

  @Test(
    "Of several runs it is one that all evaluated ones have, if there is one",
    arguments: [
      (["test validation", "validation"], "validation"), (["test", "validation"], "test"),
      (["validation", ""], "validation"), (["", ""], nil),
      (["val", "val test", "test val"], "val"),
    ] as [([String], String?)])
  func common(splits: [String], expected: String?) throws {
    let runs = try splits.map(Self.evaluations)
    #expect(EvaluationRecord.Split.common(to: runs)?.rawValue == expected)
  }

  @Test("Comparisons, filters and the last evaluations of a run take it")
  func places() throws {
    let store = RunArrays()
    for (name, splits) in [("first", "validation train"), ("second", "test train validation")] {
      let recorder = store.begin(NewRun(name: name))
      for evaluation in try Self.evaluations(splits) { recorder.record(evaluation) }
      try recorder.end(.finished)
    }
    let runs = try [store.run("first"), store.run("second")]
    #expect(try store.finalEvaluations(of: runs[0]).map(\.split.rawValue) == ["validation"])
    #expect(try store.finalEvaluations(of: runs[1]).map(\.split.rawValue) == ["test"])
    let comparison = try RunComparison(runs[0], runs[1], in: store)
    #expect(comparison.split?.rawValue == "validation")
    #expect(comparison.evaluations.map { $0.map(\.accuracy) } == [[0], [2]])
    let facts = runs.map { RunFacts($0, in: store) }
    #expect(try facts.map { try $0.value(of: .testAccuracy) } == [.missing, .number(0)])
    #expect(try facts.map { try $0.value(of: .evaluatedAccuracy) } == [.number(0), .number(0)])
    #expect(RunField("evaluated_accuracy") == .evaluatedAccuracy)
  }
}
