import Ingest
import RunModel
import TestSupport
import Testing

@Suite("The event of a sent network at chance")
struct ChanceEventTests {
  private static let begin =
    #"{"type":"begin","protocol":1,"name":"sent","tensors":[{"name":"fc","tap":"preactivation","units":10}]}"#

  private static func evaluation(
    _ step: Int, _ accuracy: Double, _ statistics: String = "running"
  ) -> String {
    #"{"type":"evaluation","step":\#(step),"split":"test","statistics":"\#(statistics)","accuracy":\#(accuracy)}"#
  }

  private static func step(_ step: Int) -> String { #"{"type":"step","step":\#(step),"loss":1}"# }

  private func events(_ lines: [String]) throws -> [EventRecord] {
    let store = RunArrays()
    let run = try #require(try SentStream(lines: lines).record(into: store))
    return store.events(of: run)
  }

  @Test("It comes with the evaluations of a step in all modes, at the next step or evaluation")
  func falls() throws {
    let evaluations: [String] = [(100, 0.9), (150, 0.1), (200, 0.1), (250, 0.1), (300, 0.1)].flatMap
    {
      [Self.evaluation($0.0, $0.1, "batch"), Self.evaluation($0.0, 0.1)]
    }
    let events = try self.events([Self.begin] + evaluations + [#"{"type":"end"}"#])
    #expect(events.map(\.step) == [250] && events.map(\.kind) == [.collapsed])
    // Where running statistics alone are at chance, the network is not.
    let lagging = (2...6).flatMap {
      [Self.evaluation(50 * $0, 0.1), Self.evaluation(50 * $0, 0.9, "batch")]
    }
    #expect(try self.events([Self.begin] + lagging + [#"{"type":"end"}"#]).isEmpty)
  }

  @Test("A run that finishes near chance has it; one that is interrupted has not")
  func ends() throws {
    let lines = [Self.begin, Self.evaluation(100, 0.1), Self.step(100), Self.evaluation(200, 0.1)]
    #expect(try events(lines + [#"{"type":"end"}"#]).map(\.step) == [200])
    #expect(try events(lines + [#"{"type":"end","status":"failed"}"#]).isEmpty)
    #expect(try events(lines + [Self.step(200), #"{"type":"end"}"#]).map(\.step) == [200])
    #expect(
      try events(lines + [Self.evaluation(250, 0.2), #"{"type":"end"}"#]).isEmpty)
  }

  @Test("The event is recorded while the run goes on")
  func inTime() throws {
    let store = RunArrays()
    var lines = [Self.begin]
    for (index, accuracy) in [0.9, 0.1, 0.1, 0.1].enumerated() {
      lines += [Self.evaluation(index, accuracy), Self.step(index)]
    }
    // The stream is cut, so nothing but the last step can have told the evaluations to be all.
    #expect(throws: StreamError.self) { try SentStream(lines: lines).record(into: store) }
    #expect(store.events(of: try store.run("sent")).map(\.step) == [3])
  }
}
