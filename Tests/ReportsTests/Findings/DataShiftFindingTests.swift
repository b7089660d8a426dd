import RunModel
import ShiftAnalysis
import Statistics
import Testing

@testable import Reports

@Suite("What a comparison of two data sets found")
struct DataShiftFindingTests {
  private func sentences(
    _ score: DataShiftScore?, corrupted: Bool = true, features: [Float] = [1, 1],
    layers: [[Float]] = []
  ) -> [String] {
    let sample = DataShiftSample(data: "digits", split: "test", count: 400, availableCount: 400)
    let run = Run(
      id: 1, uuid: "0123456789abcdef", name: "bn", status: .finished,
      startedAt: "2026-01-01T00:00:00.000Z", heartbeatAt: "2026-01-01T00:01:00.000Z", stepCount: 9)
    var generator = SystemRandomNumberGenerator()
    /// The shift to one unit's values, from values of mean 0 and standard deviation 1 where they differ.
    func shift(to values: [Float]) -> TensorShift {
      TensorShift(
        from: TensorSample(values == [1, 1] ? values : [-1, 1], units: 1),
        to: TensorSample(values, units: 1), bins: 2, epsilon: 0,
        plan: ResamplingPlan(
          count: 2, referenceCount: 2, targetCount: 2, quantile: 0.5, using: &generator))
    }
    let found = DataShift(
      reference: sample, target: sample,
      corruptions: corrupted ? [DataShift.Corruption(name: "contrast:3", explanation: "")] : [],
      method: DataShiftMethod(), imageWidth: nil, features: shift(to: features),
      network: DataShift.NetworkShift(
        run: run, step: 9, tap: .preactivation, layers: layers.map { shift(to: $0) }, score: score))
    return Array(DataShiftFinding(found).sentences.dropFirst())
  }

  @Test("The score has its size, what adaptation recovers, its error and what it does not show")
  func corrupted() {
    let score = DataShiftScore(
      .accuracy, reference: 0.6, original: 0.9, target: 0.5, adapted: 0.7, pseudoSamples: 0)
    #expect(
      sentences(score) == [
        "On the target, bn has accuracy 50.0 % with running statistics, 40.0 points lower than before the corruption (90.0 %).",
        "Statistics adapted to the target give 70.0 %, which recovers 50 % of what was lost.",
        "This does not show which of the features is the cause; the accuracy of 400 examples has a standard error of 2.5 points.",
      ])
  }

  @Test("Of other data the score is compared with the reference, and a loss has no points")
  func otherData() {
    let accuracy = DataShiftScore(
      .accuracy, reference: 0.5, original: 0.9, target: 0.8, adapted: nil, pseudoSamples: nil)
    #expect(
      sentences(accuracy, corrupted: false) == [
        "On the target, bn has accuracy 80.0 % with running statistics, 30.0 points higher than on the reference (50.0 %).",
        "This does not show whether the features, harder examples or other labels are the cause; the accuracy of 400 examples has a standard error of 2.0 points.",
      ])
    let loss = DataShiftScore(
      .loss, reference: 0.5, original: 0.5, target: 0.5, adapted: 0.25, pseudoSamples: 4)
    #expect(
      sentences(loss) == [
        "On the target, bn has loss 0.5 with running statistics, as before the corruption.",
        "Statistics adapted to the target give 0.25, where nothing was lost.",
        "This does not show which of the features is the cause.",
      ])
    let worse = DataShiftScore(
      .loss, reference: 0.5, original: 0.5, target: 1, adapted: 2, pseudoSamples: 4)
    #expect(sentences(worse)[1].hasSuffix("give 2, worse than without adaptation."))
  }

  @Test("Without a network, or a score, there is the verdict on the features alone")
  func noScore() {
    #expect(sentences(nil).isEmpty)
  }

  @Test("The size is the median feature's distance, and that of the layer that moved most")
  func size() {
    #expect(sentences(nil, features: [1, 3]) == ["The median feature moved 2 sd (nw2)."])
    #expect(
      sentences(nil, features: [1, 3], layers: [[-1, 1], [2, 4], [0, 2]]) == [
        "The median feature moved 2 sd (nw2), and of 3 layers layer 2 most, 3 sd."
      ])
  }
}
