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
    return HealthReport.answer(try store.health(of: run), of: run, try store.layers(of: run))
  }

  @Test("Opens with the running statistics that lag, the worst layer and its gap")
  func lag() throws {
    let finding = try #require(try answer(gaps: [0.75, 1.25]).finding)
    #expect(finding.hasPrefix("The running statistics of 2 layers lag: "))
    #expect(finding.contains("is 1.2 sd from its output in training in layer \"bn2\", the worst."))
    #expect(try answer(gaps: [0.75, 0.1]).finding?.contains("of 1 layer lag") == true)
  }

  @Test("Has no finding where the running statistics follow")
  func sound() throws {
    #expect(try answer(gaps: [0.4, -0.4]).finding == nil)
  }
}
