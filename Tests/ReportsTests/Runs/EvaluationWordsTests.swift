import RunModel
import Testing

@testable import Reports

@Suite("The last evaluations in words")
struct EvaluationWordsTests {
  private func words(_ evaluations: EvaluationRecord..., steps: Int = 600) -> EvaluationWords {
    EvaluationWords(
      evaluations,
      of: Run(
        id: 1, uuid: "0123456789abcdef", name: "run", status: .running,
        startedAt: "2026-01-01T00:00:00.000Z", heartbeatAt: "2026-01-01T00:01:00.000Z",
        stepCount: steps))
  }

  private func evaluation(
    _ step: Int, _ split: EvaluationRecord.Split = .test, _ statistics: StatisticsMode = .none,
    loss: Double? = 0.25, accuracy: Double? = 0.9773
  ) -> EvaluationRecord {
    EvaluationRecord(
      step: step, split: split, statistics: statistics, loss: loss, accuracy: accuracy)
  }

  @Test("The step is said where the run has gone on since, and once where it is one")
  func steps() {
    #expect(words(evaluation(600)).ofAllSplits == "test accuracy 97.73 % and loss 0.25")
    #expect(
      words(evaluation(500, .test, .running), evaluation(500, .test, .batch)).ofAllSplits
        == "test accuracy 97.73 % and loss 0.25 with running statistics, accuracy 97.73 % and loss 0.25 with batch statistics at step 500"
    )
    #expect(
      words(evaluation(600, .test, .running), evaluation(400, .test, .batch, loss: nil)).ofAllSplits
        == "test accuracy 97.73 % and loss 0.25 with running statistics, accuracy 97.73 % with batch statistics at step 400"
    )
  }

  @Test("What is unknown is left out")
  func unknown() {
    #expect(words().ofAllSplits == nil && words().ofRepresentative == nil)
    #expect(words(evaluation(1, loss: nil, accuracy: nil)).ofAllSplits == nil)
    #expect(words(evaluation(600, accuracy: nil)).ofAllSplits == "test loss 0.25")
  }

  @Test("Every split, or the one that represents the run")
  func splits() {
    let words = words(
      evaluation(600, .train, accuracy: 1),
      evaluation(600, .init(rawValue: "validation")!, loss: nil))
    #expect(
      words.ofAllSplits == "train accuracy 100.00 % and loss 0.25; validation accuracy 97.73 %")
    #expect(words.ofRepresentative == "validation accuracy 97.73 %")
  }
}
