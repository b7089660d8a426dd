import RunModel
import Testing

@testable import Reports

@Suite("The picture of a run that is being recorded")
struct WatchScreenTests {
  /// A run of three layers, 600 of whose 1,000 steps are recorded.
  private func watched(
    status: Run.Status = .running, configuration: String = #"{"steps": 1000}"#,
    accuracy: Double = 0.75, layers: Int = 3, events: [EventRecord] = [], name: String = "with-bn"
  ) -> WatchedRun {
    var (losses, accuracies) = (PooledSeries(), PooledSeries())
    for step in 0..<600 {
      losses.append(600.0 / Double(600 + step))
      accuracies.append(accuracy)
    }
    return WatchedRun(
      Run(
        id: 1, uuid: "0123456789abcdef", name: name, status: status, configuration: configuration,
        startedAt: "2026-01-01T00:00:00.000Z", heartbeatAt: "2026-01-01T00:01:00.000Z",
        elapsedSeconds: 60, stepCount: 600),
      stepsPerSecond: 10, losses: losses, accuracies: accuracies,
      evaluations: [
        EvaluationRecord(
          step: 500, split: .test, statistics: .running, loss: 0.1, accuracy: 0.9798, count: 397)
      ],
      coordinates: "tap preactivation",
      layers: (1...max(1, layers)).prefix(layers).map { layer in
        WatchedRun.Layer(
          label: "layer \(layer)", shifts: (0..<100).map { Double(layer * $0) / 100 })
      },
      events: events)
  }

  @Test("It fills the width, whatever it is", arguments: [80, 120, 200])
  func widths(columns: Int) {
    let lines = WatchScreen.lines(of: watched(), columns: columns)
    let series = lines.filter { $0.hasPrefix("layer") || $0.hasPrefix("training") }
    #expect(series.count == 5)
    #expect(series.map(\.displayWidth) == Array(repeating: columns, count: 5))
    #expect(lines.allSatisfy { $0.displayWidth <= columns })
    #expect(lines[0] == "with-bn (01234567): running")
    #expect(lines[1] == "step 600 of 1000 (60 %), 10 steps/s, 40 s left")
    #expect(series[0].hasPrefix("training loss      █") && series[0].hasSuffix("▁      0.5"))
    #expect(series[1].hasPrefix("training accuracy  ▅▅") && series[1].hasSuffix(" 75.00 %"))
    #expect(series[4].hasPrefix("layer 3            ▁▁") && series[4].hasSuffix("  2.97"))
    #expect(
      lines.contains("test accuracy 97.98 % and loss 0.1 with running statistics at step 500"))
    #expect(lines.last == "no events")
  }

  @Test("A narrow terminal cuts lines; ASCII has no block elements")
  func narrow() {
    let lines = WatchScreen.lines(of: watched(), columns: 30, .ascii)
    #expect(lines.allSatisfy { $0.displayWidth <= 30 })
    #expect(lines[1] == "step 600 of 1000 (60 %), 10 s…")
    #expect(
      lines[2...4] == [
        "test accuracy 97.98 % and loss", "0.1 with running statistics at", "step 500",
      ])
    #expect(lines[5].hasPrefix("training loss  "))
  }

  @Test("Of many layers the rows show those that moved most, in their order")
  func rows() {
    let lines = WatchScreen.lines(of: watched(layers: 53), columns: 80, rows: 16)
    #expect(lines.count == 16)
    let layers = lines.filter { $0.hasPrefix("layer") }.map { String($0.prefix(8)) }
    #expect(layers == (48...53).map { "layer \($0)" })
    #expect(lines.contains("and 47 more, which moved less"))
    #expect(WatchScreen.lines(of: watched(layers: 53), columns: 80).count == 62)
  }

  @Test("What is unknown is left out")
  func unknown() {
    let lines = WatchScreen.lines(
      of: watched(configuration: "{}", accuracy: .nan, layers: 0), columns: 80)
    #expect(lines[1] == "600 steps, 10 steps/s")
    #expect(!lines.contains { $0.contains("accuracy  ") || $0.hasPrefix("shift") })
  }

  @Test("The newest events come first; a control character does not reach the terminal")
  func events() {
    let events = (1...5).map {
      EventRecord(step: $0, layer: $0 == 5 ? nil : 2, kind: .alarm, message: "moved\u{1B}[2J")
    }
    let lines = WatchScreen.lines(of: watched(events: events, name: "a\u{7}b"), columns: 80)
    #expect(
      lines.suffix(4) == [
        "step 5, alarm: moved\u{FFFD}[2J", "step 4, alarm, layer 2: moved\u{FFFD}[2J",
        "step 3, alarm, layer 2: moved\u{FFFD}[2J", "and 2 earlier events",
      ])
    #expect(lines[0] == "a\u{FFFD}b (01234567): running")
  }

  @Test("A line for a log has the newest figures")
  func line() {
    #expect(
      WatchScreen.line(of: watched())
        == "with-bn: running, step 600 of 1000 (60 %), 10 steps/s, 40 s left, loss 0.5, accuracy 75.00 %, largest shift 2.97 sd (layer 3)"
    )
    #expect(
      WatchScreen.line(of: watched(status: .finished, layers: 0)).hasPrefix(
        "with-bn: finished, step 600 of 1000 (60 %), 10 steps/s, loss"))
  }

  @Test(
    "The time left is in words of its size",
    arguments: [(100, "4 s"), (2, "3 min 20 s"), (1, "6 min 40 s"), (0.01, "11 h 6 min")])
  func timeLeft(rate: Double, words: String) {
    let run = watched()
    let slower = WatchedRun(
      run.run, stepsPerSecond: rate, losses: run.losses, accuracies: run.accuracies,
      evaluations: [], coordinates: "", layers: [], events: [])
    #expect(WatchScreen.lines(of: slower, columns: 80)[1].hasSuffix(" \(words) left"))
  }
}
