import RunModel
import TestSupport
import Testing

@testable import ShiftAnalysis

@Suite("The watch for a network at chance")
struct ChanceWatchTests {
  private let level = ChanceLevel(classCount: 10)

  private func evaluation(
    _ step: Int, _ accuracy: Double?, _ statistics: StatisticsMode = .none,
    _ split: EvaluationRecord.Split = .test
  ) -> EvaluationRecord {
    EvaluationRecord(
      step: step, split: split, statistics: statistics, loss: 1, accuracy: accuracy)
  }

  /// The events of a run that is evaluated every 50 steps, the last time at its end.
  private func events(_ accuracies: Double?..., isFinished: Bool = false) -> [EventRecord] {
    var watch = RunWatch(raisesAlarms: false)
    var events = accuracies.enumerated().compactMap { index, accuracy in
      watch.event(in: [evaluation(50 * index, accuracy)], level)
    }
    if isFinished, let event = watch.eventAtEnd(level) { events.append(event) }
    return events
  }

  @Test("A network that had learned has collapsed at the third evaluation near chance, once")
  func falls() {
    let events = events(0.1, 0.9, 0.12, 0.1, 0.0984, 0.1, 0.1, 0.95, 0.1, 0.1, 0.1)
    #expect(
      events == [
        EventRecord(
          step: 200, layer: nil, kind: .collapsed,
          message:
            "The test accuracy is near chance for 10 classes 3 times in a row, 9.8 %; it was 90.0 % at step 50."
        )
      ])
  }

  @Test("One that learns in leaps, or slowly, has not")
  func leaps() {
    #expect(events(0.1, 0.2, 0.11, 0.1, 0.1, 0.1, 0.9, 0.1, 0.1, 0.5, 0.1, 0.1, 0.9).isEmpty)
    #expect(events(0.1, 0.29, 0.1, 0.1, 0.1, 0.1).isEmpty)
    #expect(events(0.1, 0.31, 0.1, 0.1, 0.1, 0.1).map(\.step) == [200])
  }

  @Test("A run that ends near chance has learned nothing, or lost it")
  func end() {
    let nothing = events(0.1, 0.1, 0.1, isFinished: true)
    #expect(nothing.map(\.step) == [100])
    #expect(
      nothing[0].message
        == "The test accuracy is near chance for 10 classes at the end, 10.0 %: nothing was learned."
    )
    let lost = events(0.1, 0.8, 0.1, 0.151, 0.15, isFinished: true)
    #expect(
      lost.map(\.message) == [
        "The test accuracy is near chance for 10 classes at the end, 15.0 %; it was 80.0 % at step 50."
      ])
    // A run that has had it, a short one, one above chance, and one that has more to come.
    #expect(events(0.9, 0.1, 0.1, 0.1, isFinished: true).map(\.step) == [150])
    #expect(events(0.1, 0.1, isFinished: true).isEmpty)
    #expect(events(0.1, 0.1, 0.151, isFinished: true).isEmpty)
    #expect(events(0.1, 0.1, 0.1).isEmpty)
  }

  @Test("What is unknown is no accuracy near chance")
  func unknown() {
    #expect(events(0.9, 0.1, nil, 0.1, .nan, 0.9, isFinished: true).isEmpty)
    #expect(events(nil, .nan, nil, nil, isFinished: true).isEmpty)
    var watch = RunWatch(raisesAlarms: false)
    #expect(watch.event(in: [evaluation(200, 0.1)], nil) == nil && watch.eventAtEnd(nil) == nil)
    #expect(watch.event(in: [], level) == nil && watch.eventAtEnd(level) == nil)
  }

  @Test("The best of the modes counts, on the most representative split")
  func modes() {
    var watch = RunWatch(raisesAlarms: false)
    let modes = [evaluation(200, 0.1, .running), evaluation(200, 0.9, .batch)]
    #expect(watch.event(in: modes, level) == nil && watch.eventAtEnd(level) == nil)
    let splits = [evaluation(300, 0.9, .none, .train), evaluation(300, 0.1)]
    #expect(watch.event(in: splits, level) == nil)
    #expect(watch.eventAtEnd(level)?.message.hasPrefix("The test accuracy ") == true)
    #expect(watch.eventAtEnd(level) == nil)
  }

  @Test("A resumed run has the events of one that never stopped")
  func resumed() throws {
    let store = RunArrays()
    let accuracies = [0.1, 0.9, 0.1, 0.1, 0.1, 0.1]
    func resumed(before step: Int) throws -> [Int] {
      var watch = RunWatch(raisesAlarms: false)
      let run = try store.record { recorder in
        for (index, accuracy) in accuracies.enumerated() where 50 * index < step {
          // Two modes at each step are one evaluation.
          for mode in [StatisticsMode.batch, .running] {
            recorder.record(evaluation(50 * index, accuracy, mode))
          }
        }
        if step > 200 {
          recorder.record(EventRecord(step: 200, layer: nil, kind: .collapsed, message: "It fell."))
        }
        // Of steps that are recorded again, and of a layer.
        recorder.record(EventRecord(step: step, layer: nil, kind: .collapsed, message: "It fell."))
        recorder.record(EventRecord(step: 0, layer: 1, kind: .collapsed, message: "It is dead."))
        recorder.record(evaluation(step, 0.95))
      }
      try watch.takeUp(run, before: step, in: store, level) { _ in nil }
      return accuracies.enumerated().compactMap { index, accuracy in
        50 * index < step
          ? nil : watch.event(in: [evaluation(50 * index, accuracy)], level)?.step
      }
    }
    for step in [50, 100, 150, 200] { #expect(try resumed(before: step) == [200], "\(step)") }
    #expect(try resumed(before: 250) == [])
  }
}
