import RunModel
import Testing

@testable import Reports

@Suite("The end of a recording")
struct RunSummaryTests {
  private func lines(
    status: Run.Status = .finished, recordingSeconds: Double = 1.5, steps: Int = 600,
    evaluations: [EvaluationRecord] = [], layers: Int = 2, moved: Double = 1,
    vectorBytes: Int = 2_660_000, width: Int? = 80
  ) -> [String] {
    var (losses, accuracies) = (PooledSeries(), PooledSeries())
    for step in 0..<steps {
      losses.append(600.0 / Double(600 + step))
      accuracies.append(.nan)
    }
    let run = Run(
      id: 1, uuid: "0123456789abcdef", name: "with-bn", status: status,
      startedAt: "2026-01-01T00:00:00.000Z", heartbeatAt: "2026-01-01T00:01:00.000Z",
      elapsedSeconds: 60, recordingSeconds: recordingSeconds, stepCount: steps)
    let watched = WatchedRun(
      run, stepsPerSecond: nil, losses: losses, accuracies: accuracies, evaluations: evaluations,
      coordinates: "preactivation, probe, batch statistics",
      layers: (1...max(1, layers)).prefix(layers).map { layer in
        WatchedRun.Layer(
          label: "layer \(layer)", shifts: (0..<100).map { moved * Double(layer * $0) / 100 })
      },
      events: [])
    return RunSummary(watched, vectorBytes: vectorBytes).lines(width: width, .blocks)
  }

  private func evaluation(_ statistics: StatisticsMode, _ accuracy: Double) -> EvaluationRecord {
    EvaluationRecord(
      step: 600, split: .test, statistics: statistics, loss: 0.0893, accuracy: accuracy, count: 397)
  }

  @Test("The finding comes first, then the series, the time, the share and the size")
  func order() {
    let lines = lines(
      evaluations: [evaluation(.running, 0.9773), evaluation(.batch, 0.9824)])
    #expect(lines.allSatisfy { $0.displayWidth <= 80 })
    #expect(
      lines.prefix(2) == [
        "with-bn: test accuracy 97.73 % and loss 0.0893 with running statistics, accuracy",
        "98.24 % and loss 0.0893 with batch statistics.",
      ])
    #expect(lines[2].hasPrefix("training loss  █") && lines[2].hasSuffix("▁   0.5"))
    #expect(
      lines[4]
        == "shift from the start in sd, median unit: preactivation, probe, batch statistics")
    #expect(lines[5].hasPrefix("layer 1        ▁") && lines[5].hasSuffix("█  0.99"))
    #expect(lines[6].hasSuffix("█  1.98"))
    #expect(
      lines.suffix(2) == [
        "run 01234567: finished, 600 steps in 60 s; recording took 2.5 % of the training",
        "thread's time; 2.7 MB of moments written.",
      ])
    #expect(lines.count == 10)
  }

  @Test("Without evaluations the last loss is the finding; a run that did not finish says so")
  func unevaluated() {
    #expect(lines()[0] == "with-bn: training loss 0.5 in the last batch.")
    #expect(
      lines(status: .diverged)[0]
        == "with-bn (diverged after 600 steps): training loss 0.5 in the last batch.")
    #expect(
      lines(status: .interrupted, steps: 0, layers: 0)
        == [
          "with-bn (interrupted after 0 steps): no step was recorded.", "",
          "run 01234567: interrupted, 0 steps in 60 s; recording took 2.5 % of the training",
          "thread's time; 2.7 MB of moments written.",
        ])
  }

  @Test("A layer that has not moved is a line at the bottom")
  func unmoved() {
    #expect(lines(moved: 0)[4].hasPrefix("layer 1        ▁▁▁▁"))
  }

  @Test("A training that did not wait for the recorder has no share")
  func noShare() {
    #expect(
      lines(recordingSeconds: 0, vectorBytes: 500).last
        == "run 01234567: finished, 600 steps in 60 s; 0.001 MB of moments written.")
  }

  @Test("Of many layers those that moved most are drawn; no width is none for sentences alone")
  func manyLayers() {
    let lines = lines(
      evaluations: [evaluation(.running, 0.9773), evaluation(.batch, 0.9824)], layers: 53,
      width: nil)
    #expect(lines[0].hasSuffix("batch statistics.") && lines[0].count > 80)
    #expect(lines.filter { $0.hasPrefix("layer ") }.count == 9)
    #expect(lines.contains("and 44 more, which moved less"))
    #expect(lines.dropFirst().dropLast().allSatisfy { $0.displayWidth <= 80 })
  }
}
