import RunModel
import RunStore
import TestSupport
import Testing
import Training

@testable import Studies

@Suite("The predictions of a recorded network")
struct PredictionMeasureTests {
  /// The figures of a network that was trained on digits for some steps; `members` are keys of its measure.
  private func values(_ members: [String], steps: Int = 150) throws -> (run: RecordedArm, [Double])
  {
    let text = MadeStudy.text
      .replacing(#""steps": 6"#, with: #""steps": \#(steps)"#)
      .replacing(
        #""layers": [4]"#, with: #""layers": [16], "statistics": ["batch", "running", "precise"]"#
      )
      .replacing(#"{"name": "without", "settings": {"norm": "none"}}, "#, with: "")
      .replacing(#""compare": "difference","#, with: "")
      .replacing(#"["with", {"arm": "without"}]"#, with: #"["with"]"#)
    let folder = try TemporaryFolder()
    let path = folder.file("study.db")
    var scale = Study.Scale()
    scale.seeds = 2
    let study = try MadeStudy.read(text, scale: scale)
    let runs = try StudyRecording(of: study, threadCount: 1).record(
      isStopping: { false }, progress: { _ in }
    ) { try TestedDatabase(path) }
    let arm = RecordedArm(
      runs[0], in: try RunDatabase(path: path, for: .read), study.runs[0].configuration,
      RecordedDatasets())
    return (
      arm,
      try members.map { keys in
        let measured = text.replacing(
          #"{"kind": "test_accuracy"}"#,
          with: keys.contains("quantity")
            ? #"{"kind": "prediction"\#(keys)}"#
            : #"{"kind": "prediction", "quantity": "accuracy"\#(keys)}"#)
        return try MadeStudy.read(measured).criteria[0].operands[0].measure.value(of: arm)
      }
    )
  }

  @Test(
    "On all examples at once they are those of the recorded evaluations, in each statistics mode")
  func evaluations() throws {
    let (arm, values) = try values([
      "", #", "statistics": "batch""#, #", "statistics": "precise""#,
      #", "order": "by_class""#, #", "statistics": "batch", "order": "by_class""#,
      #", "batch_size": 1"#, #", "statistics": "batch", "pseudo_samples": 0"#,
    ])
    let recorded = try arm.store.finalEvaluations(of: arm.run)
    func accuracy(_ mode: StatisticsMode) -> Double? {
      recorded.first { $0.statistics == mode }?.accuracy
    }
    let (running, batch) = (accuracy(.running), accuracy(.batch))
    #expect(values[0] == running && values[1] == batch && values[2] == accuracy(.precise))
    // Neither the order nor the size of the batches matters where the statistics are fixed.
    #expect(values[3] == running && values[4] == batch && values[5] == running)
    #expect(values[6] == batch)
    #expect(Set([values[0], values[1]]).count == 2)
  }

  @Test(
    "One example at a time on its own statistics gives one class, and corruptions cost accuracy")
  func streams() throws {
    let (arm, values) = try values([
      "", #", "statistics": "batch", "batch_size": 1, "examples": 50"#,
      #", "corruptions": ["invert"]"#, #", "split": "train""#,
    ])
    #expect(values[0] > 0.6)
    let one = try MadeStudy.read(
      MadeStudy.text.replacing(
        #"{"kind": "test_accuracy"}"#,
        with:
          #"{"kind": "prediction", "quantity": "classes", "statistics": "batch", "batch_size": 1}"#)
    )
    #expect(try one.criteria[0].operands[0].measure.value(of: arm) == 1)
    #expect(values[1] < 0.3 && values[2] < 0.4)
    #expect(values[3] > 0.6 && values[3] != values[0])
  }

  @Test("A gap is training less test accuracy, and an agreement the share of classes that stay")
  func gapsAndAgreement() throws {
    let (arm, values) = try values([
      "", #", "split": "train""#, #", "quantity": "gap""#, #", "quantity": "agreement""#,
      #", "quantity": "agreement", "map": {"scale": 0, "offset": 0.5}"#,
      #", "map": {"scale": 0, "offset": 0.5}"#,
      #", "quantity": "agreement", "map": {"scale": 0.3, "offset": 0.2}, "statistics": "batch""#,
      #", "map": {"scale": 0.3, "offset": 0.2}"#,
    ])
    #expect(values[2] == values[1] - values[0] && values[2] != 0)
    #expect(values[3] == 1)
    // Examples that are all the same have one class, the one of about a tenth of them.
    #expect(values[4] < 0.4 && values[5] < 0.2)
    #expect(values[6] > 0.95 && values[7] < values[0])
    #expect(arm.configuration.steps == 150)
  }
}
