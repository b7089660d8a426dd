import RunModel
import Reports
import ShiftAnalysis
import StrictJSON
import TestSupport
import Testing

@Suite("What a comparison of runs found")
struct ComparisonFindingTests {
  /// Records a run of two layers; layer 1 has batch norm where `output` says how far its output moved with running
  /// statistics, up to step 10 and up to step 40.
  private func record(
    _ name: String, in store: RunArrays, moved: [Float], variance: Float = 0.999,
    output: (early: Float, total: Float)? = nil, population: Site.Population = .probe
  ) throws -> Run {
    try store.record(name) { recorder in
      for step in [0, 10, 20, 30, 40] {
        for layer in 1...2 {
          let hasBatchNorm = layer == 1 && output != nil
          let mean = [moved[layer - 1] * Float(step) / 40]
          recorder.record(
            Site(
              layer: layer, tap: .preactivation, population: population,
              statistics: output == nil ? .none : .batch, width: 1,
              epsilon: hasBatchNorm ? 1e-3 : nil,
              derivesNormalized: hasBatchNorm ? true : nil),
            step: step, count: 9, mean: mean, variance: [variance],
            affine: hasBatchNorm ? (gamma: [1], beta: [Float(step) / 80]) : nil)
          guard hasBatchNorm, let output else { continue }
          recorder.record(
            Site(
              layer: layer, tap: .normalized, population: population, statistics: .running, width: 1
            ),
            step: step, count: 9,
            mean: [step == 0 ? 0 : step == 10 ? output.early : output.total], variance: [1])
        }
        recorder.record(
          EvaluationRecord(
            step: step, split: .test, statistics: output == nil ? .none : .running, loss: 1,
            accuracy: min(0.97, (output == nil ? 0.02 : 0.04) * Double(step)), count: 100))
      }
    }
  }

  private func finding(_ store: RunArrays, _ first: Run, _ second: Run) throws -> [String] {
    let comparison = try RunComparison(first, second, in: store)
    return ComparisonFinding(comparison).sentences(
      LayerLabels(comparison.layers[0]))
  }

  @Test("Which run moved less is said of raw distances, and why normalized ones differ")
  func less() throws {
    let store = RunArrays()
    let plain = try record("plain", in: store, moved: [4, 2], variance: 0.009)
    let other = try record("other", in: store, moved: [1, 1])
    let sentences = try finding(store, plain, other)
    #expect(
      sentences[0]
        == "In other both layers moved less (2 to 4 times), compared with plain (W2 of the preactivation from the start to the end, median unit)."
    )
    // 4 in units of 0.1, and 1 in units of 1.
    #expect(
      sentences[1]
        == "In sd at the start that is 1 and 40 in layer 1, 40 times less instead of 4 times less, because these sd differ: 1 and 0.1."
    )
    #expect(sentences.count == 2)
    let reverse = try finding(store, other, plain)
    #expect(reverse[0].hasPrefix("In plain both layers moved more (2 to 4 times), compared with"))
    let alike = try finding(store, other, other)
    #expect(alike[0].hasPrefix("In other (00000001) both layers moved as far, compared with"))
    #expect(alike.count == 1)
    let mixed = try record("mixed", in: store, moved: [2, 0.5])
    #expect(
      try finding(store, other, mixed)[0].hasPrefix(
        "In mixed 1 of 2 layers moved less (2 times) and 1 of 2 layers moved more (2 times), compared"
      ))
  }

  @Test("What the nonlinearity gets in prediction is said, since the start and later")
  func prediction() throws {
    let store = RunArrays()
    let plain = try record("plain", in: store, moved: [1, 1])
    let normalized = try record("bn", in: store, moved: [0.25, 1], output: (early: 2, total: 2.25))
    let sentences = try finding(store, plain, normalized)
    #expect(
      sentences.last
        == "What the nonlinearity of layer 1 gets in prediction (running statistics) moved 1 in plain and 2.3 in bn (0.50 on the batch's own statistics); from step 10 on 0.75 and 0.25."
    )
    let lines = BatchNormFinding(try RunComparison(plain, normalized, in: store)).lines
    #expect(lines.contains { $0.hasPrefix("layer 1") && $0.hasSuffix("4 times less") })
    #expect(lines.contains { $0.hasPrefix("logits") && $0.hasSuffix("as far") })
    let text = lines.joined(separator: " ")
    #expect(text.contains("With batch norm what enters it moved less;"))
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(
      text.hasSuffix(
        "what leaves it in prediction moved 2.3 times more than without, mostly in the first 10 steps, while the running "
          + "averages warmed up: from step 10 on 0.25 against 0.75."))
    #expect(lines.contains { $0.hasPrefix("70 % test accuracy at") })
  }

  @Test("The conclusion follows the numbers where batch norm moved more")
  func opposite() throws {
    let store = RunArrays()
    let plain = try record("plain", in: store, moved: [0.25, 1])
    let normalized = try record("bn", in: store, moved: [1, 1], output: (early: 0.02, total: 0.1))
    let lines = BatchNormFinding(try RunComparison(plain, normalized, in: store)).lines
    let text = lines.joined(separator: " ")
    #expect(text.contains("With batch norm what enters it moved more, not less;"))
    #expect(
      text.hasSuffix(
        "what leaves it in prediction moved 2.5 times less than without (from step 10 on 0.080 against 0.19)."
      ))
    let still = try record("still", in: store, moved: [0, 0])
    #expect(
      BatchNormFinding(try RunComparison(still, still, in: store)).lines.last
        == "So nothing is said about batch norm: its layers have no distances to compare.")
  }

  @Test("Where nothing can be compared it says so")
  func nothing() throws {
    let store = RunArrays()
    let still = try record("still", in: store, moved: [0, 0])
    let moved = try record("moved", in: store, moved: [1, 1])
    #expect(
      try finding(store, still, moved) == [
        "No layer has a distance above 0 in both runs, so none is compared."
      ])
    let empty = try store.record("empty") { _ in }
    #expect(try finding(store, empty, moved)[0].hasPrefix("The runs recorded no tensor in common"))
    let batch = try record("batch", in: store, moved: [1, 1], population: .batch)
    #expect(try finding(store, batch, moved)[0].hasPrefix("The runs recorded other examples"))
  }

  @Test("Of several runs it says which moved least and most, and each has a row")
  func several() throws {
    let store = RunArrays()
    let runs = try [("a", 1), ("b", 3), ("c", 2)].map { name, moved in
      try record(name, in: store, moved: [Float(moved), Float(moved)])
    }
    let comparisons = try RunComparison.each(
      of: RunFigures.each(of: runs, in: store), in: store)
    let answer = ComparisonReport(comparisons).answer
    #expect(
      answer.finding[0]
        == "From the start to the end a moved least, 1, and b most, 3 (W2, median over the 2 layers in common)."
    )
    #expect(answer.finding[1].hasPrefix("The test accuracy is highest in "))
    let document = try AnswerDocument(json: answer.text(.json))
    let pairs = Set(
      document.rows.map { [$0["first_run_name"]?.text, $0["second_run_name"]?.text] })
    #expect(pairs == [["a", "b"], ["a", "c"]])
    #expect(
      try answer.text(.table).split(separator: "\n").contains { $0.hasPrefix("    2  c") })
  }
}
