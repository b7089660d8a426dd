import Reports
import RunModel
import RunStore
import Testing

@Suite("Reports on runs that other programs recorded")
struct OtherRunsTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  /// Records two layers of which only one tensor is known, whose mean is the step.
  func record(_ name: String, _ tap: Site.Tap, _ population: Site.Population, _ splits: String...)
    throws
  {
    let recorder = try runs.recorder(name)
    for step in 0..<5 {
      for layer in 1...2 {
        recorder.record(
          Site(layer: layer, tap: tap, population: population, statistics: .none, width: 1),
          step: step, count: 9, mean: [Float(layer * step)], variance: [0.999])
      }
      for split in splits {
        recorder.record(
          EvaluationRecord(
            step: step, split: try #require(EvaluationRecord.Split(rawValue: split)),
            statistics: .none, loss: 1, accuracy: 0.1 * Double(step)))
      }
    }
    try runs.steps(0..<5, recorder) { _ in 1 }
    try recorder.end(.finished)
  }

  @Test("A run of inputs alone has figures of their shift, and is judged by its own split")
  func inputs() throws {
    try record("torch", .input, .batch, "train", "validation")
    let (markup, checker) = try HTMLReportTests.page(runs)
    for fact in [
      "Shift of each layer’s input since the start.",
      "Shift of each layer’s input since the previous recorded step.",
      "torch: tap input, population batch, statistics none, reference start (step 0)",
      "14 sd W2 4, step 4", "28 sd W2 8, step 4", "Last validation accuracy: torch 40.00 %",
      "Validation accuracy over training steps.", "final validation accuracy, no batch norm40.00 %",
    ] {
      #expect(checker.visibleText.contains(fact), "\(fact)")
    }
    #expect(markup.contains("layer 2: normalized W2, sd at step 0: torch ends at 8."))
  }

  @Test("Runs are compared by a tensor and a split that all have")
  func shared() throws {
    try runs.complete("ours", hasBatchNorm: false)
    try record("theirs", .preactivation, .batch, "extra", "test")
    var text = try HTMLReportTests.page(runs).checker.visibleText
    // One has the probe, the other batches: each shows its own.
    #expect(text.contains("Last test accuracy: ours 97.00 %"))
    #expect(text.contains("ours: tap preactivation, population probe"))
    #expect(text.contains("theirs: tap preactivation, population batch"))
    try record("inputs", .input, .batch, "extra")
    text = try HTMLReportTests.page(runs).checker.visibleText
    #expect(text.contains("Shift of each layer’s preactivation or input since the start."))
    #expect(text.contains("Last accuracy: ours 97.00 %"))
  }

  @Test("A shift from step to step is in units of the tensor, which stay the same")
  func unit() throws {
    let recorder = try runs.recorder("growing")
    let site = Site(layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 1)
    // The mean moves by 1 at each step while the variance falls: by W2, further than 1 of the old and the new sd.
    for step in 0..<4 {
      recorder.record(
        site, step: step, count: 9, mean: [Float(step)], variance: [step < 2 ? 1 : 0.0001])
    }
    try runs.steps(0..<4, recorder) { _ in 1 }
    try recorder.end(.finished)
    let (markup, _) = try HTMLReportTests.page(runs)
    #expect(markup.contains("layer 1: W2, units of the tensor: growing ends at 1."))
    // In standard deviations of the step before it would be 1/√(0.0001 + 0.001) = 30.15.
    #expect(!markup.contains("growing ends at 30.15"))
  }

  @Test("Events are marked above the panels of their layer, and counted")
  func events() throws {
    let recorder = try runs.recorder("eventful")
    for step in 0..<5 {
      for layer in 1...2 {
        recorder.record(
          Site(layer: layer, tap: .input, population: .probe, statistics: .none, width: 1),
          step: step, count: 9, mean: [Float(step)], variance: [1])
      }
    }
    recorder.record(EventRecord(step: 2, layer: 2, kind: .alarm, message: "moved"))
    recorder.record(EventRecord(step: 4, layer: 2, kind: .alarm, message: "moved"))
    recorder.record(
      EventRecord(step: 3, layer: nil, kind: .note, message: HTMLReportTests.hostile))
    try runs.steps(0..<5, recorder) { _ in 1 }
    try recorder.end(.finished)
    let (markup, checker) = try HTMLReportTests.page(runs)
    #expect(
      checker.visibleText.contains(
        "eventful: alarm (2 times, from step 2 to 4), note (step 3)."))
    // The loss and layer 2 have all three, layer 1 the note; each shift figure has both layers.
    let counts = markup.matches(of: /class="event [^>]* d="([^"]*)"/).map {
      $0.output.1.count { $0 == "z" }
    }
    #expect(counts == [1, 3, 3, 1, 3])
  }
}
