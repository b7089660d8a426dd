import Reports
import RunModel
import ShiftAnalysis
import TestSupport
import Testing

@Suite("The report of a network's health")
struct HealthReportTests {
  /// The answer about two batch norms whose outputs on a batch move by `gaps` standard deviations with running statistics.
  private func answer(gaps: [Float]) throws -> Answer {
    let store = RunArrays()
    let run = try store.record("run") { recorder in
      for (index, gap) in gaps.enumerated() {
        let (layer, name) = (index + 1, "bn\(index + 1)")
        recorder.record(
          Site(
            layer: layer, tap: .preactivation, population: .batch, statistics: .batch, width: 1,
            epsilon: 1e-5, layerName: name), step: 0, count: 8, mean: [3], variance: [4],
          affine: (gamma: [1], beta: [0]))
        recorder.record(
          Site(
            layer: layer, tap: .normalized, population: .batch, statistics: .running, width: 1,
            layerName: name), step: 0, count: 8, mean: [gap], variance: [1])
      }
      try recorder.endStep(0)
    }
    let (health, layers) = try (store.health(of: run), store.layers(of: run))
    let finding = HealthFinding(health, store.evaluations(of: run), of: run, layers)
    return HealthReport.answer(health, finding, of: run, layers)
  }

  @Test("Opens with the running statistics that lag, the worst layer and its gap")
  func lag() throws {
    let finding = try answer(gaps: [0.75, 1.25]).finding
    #expect(finding[0] == "run after step 0: 1 problem.")
    #expect(finding[1].hasPrefix("The running statistics of 2 layers lag: "))
    #expect(
      finding[1].contains("is 1.2 sd from its output in training in layer \"bn2\", the worst."))
    #expect(try answer(gaps: [0.75, 0.1]).finding[1].contains("of 1 layer lag"))
  }

  @Test("Says healthy where the running statistics follow")
  func sound() throws {
    let answer = try answer(gaps: [0.4, -0.4])
    #expect(answer.finding == ["run after step 0: healthy."])
    let rows = try answer.text(.table).split(separator: "\n")
    #expect(
      rows.contains {
        $0.hasPrefix("ok ") && $0.contains("evaluation gap") && $0.contains("0.4 sd  bn1")
      })
  }
}
