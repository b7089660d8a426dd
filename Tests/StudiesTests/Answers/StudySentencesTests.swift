import RunStore
import TestSupport
import Testing

@testable import Studies

@Suite("The sentences that say what a study found")
struct StudySentencesTests {
  private static let accuracy = #""measure": {"kind": "test_accuracy"}, "compare": "difference""#
  private static let holds = ("It holds.", "\(accuracy), \"at_least\": -1")
  private static let fails = ("It fails.", "\(accuracy), \"at_most\": -2")
  /// Neither arm reaches the accuracy, and a ratio of two infinite figures is no evidence.
  private static let undecided = (
    "It is open.",
    #""measure": {"kind": "steps_to_accuracy", "accuracy": 0.99}, "compare": "ratio", "at_least": 1"#
  )

  private func conclusion(
    _ claims: [(text: String, comparison: String)], undecided: String? = nil
  ) throws -> String {
    let criteria = claims.map { text, comparison in
      """
      {"claim": "\(text)", "of": ["none", "batch"], \(comparison)}
      """
    }
    let words = undecided.map { ", \"undecided\": \"\($0)\"" } ?? ""
    let text = """
      {
        "name": "mixed", "question": "Is it?", "source": "nobody", "limits": ["Everything."],
        "answers": {"holds": "It is.", "does_not_hold": "It is not."\(words)},
        "settings": {"layers": [3], "batch_size": 20, "steps": 1, "probe": 0, "noise_every": 0, "evaluate_every": 1},
        "seeds": 5, "arms": [{"name": "none", "settings": {"norm": "none"}}, {"name": "batch"}],
        "criteria": [\(criteria.joined(separator: ", "))]
      }
      """
    let study = try Study(json: Array(text.utf8), named: "mixed.json")
    let folder = try TemporaryFolder()
    let path = folder.file("study.db")
    let runs = try StudyRecording(of: study, threadCount: 1).record(
      isStopping: { false }, progress: { _ in }
    ) { try TestedDatabase(path) }
    let outcome = try StudyOutcome(of: study, runs, threadCount: 2) {
      try RunDatabase(path: path, for: .read)
    }
    return StudySentences(outcome).conclusion
  }

  @Test("Where some claims fail or are open, they are named beside the number of those that hold")
  func mixed() throws {
    let (holds, fails, undecided) = (Self.holds, Self.fails, Self.undecided)
    #expect(try conclusion([holds, holds]) == "It is.")
    #expect(
      try conclusion([holds, fails, undecided, holds])
        == "It is not. 2 of 4 claims hold. Does not hold: It fails. Undecided: It is open.")
    #expect(
      try conclusion([holds, undecided]) == "1 of 2 claims holds. Undecided: It is open.")
    #expect(
      try conclusion([fails, fails, fails, fails])
        == "It is not. 0 of 4 claims hold. Does not hold: It fails. It fails. And 2 more.")
  }

  @Test("The words for an open verdict are optional, and one claim is not said twice")
  func single() throws {
    #expect(try conclusion([Self.fails]) == "It is not.")
    #expect(try conclusion([Self.undecided]) == "Undecided: It is open.")
    #expect(try conclusion([Self.undecided], undecided: "Who knows.") == "Who knows.")
    #expect(
      try conclusion([Self.holds, Self.undecided], undecided: "Who knows.")
        == "Who knows. 1 of 2 claims holds. Undecided: It is open.")
  }
}
