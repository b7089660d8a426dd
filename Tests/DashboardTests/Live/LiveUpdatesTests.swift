import Reports
import RunModel
import RunStore
import StrictJSON
import TestSupport
import Testing

@testable import Dashboard

@Suite("What is new on a page")
struct LiveUpdatesTests {
  let runs: ShownRuns
  let reader: RunDatabase

  init() throws {
    runs = try ShownRuns()
    reader = try RunDatabase(path: runs.database.path, for: .read)
  }

  /// The updates of a page as it is drawn now.
  private func updates(_ path: [String], _ query: [(String, String)] = []) throws -> LiveUpdates {
    let request = PageRequest(
      path: path, query: query.map { PageRequest.QueryItem(name: $0.0, value: $0.1) })
    guard case .page(let page) = runs.pages.answer(to: request) else {
      throw MissingPage(sentence: "no page")
    }
    let position = try #require(page.markup.firstMatch(of: /data-position="([^"]*)"/)).output.1
    return LiveUpdates(for: request, since: String(position))
  }

  /// The points of events, by figure and step.
  private func points(_ events: [LiveEvent]) throws -> [String: [Int: Double]] {
    var all: [String: [Int: Double]] = [:]
    for event in events where event.name == "points" {
      let data = try #require(JSONValue(text: event.data))
      let members = Dictionary(data.flattened.map { ($0.key, $0.value.text) }) { $1 }
      let figure = try #require(members["figure"])
      guard case .object(let object) = data, case .array(let points)? = object["points"] else {
        Issue.record("\(event.data)")
        continue
      }
      for case .array(let point) in points {
        all["\(figure) \(members["panel"] ?? "")", default: [:]][Int(point[0].text) ?? -1] =
          Double(point[1].text)
      }
    }
    return all
  }

  @Test(
    "A page that shows everything gets nothing, and after new steps their points and what is said of the run"
  )
  func steps() throws {
    let recorder = try runs.recorder("bn")
    try runs.record(0..<20, recorder)
    let run = try runs.database.run("bn")
    var updates = try updates(["runs", run.uuid])
    #expect(try updates.next(in: reader).isEmpty)
    try runs.record(20..<23, recorder)
    let events = try updates.next(in: reader)
    let points = try points(events)
    let loss = try #require(points["loss training loss"])
    #expect(loss.keys.sorted() == [20, 21, 22])
    #expect(points["accuracy test accuracy"]?[20] == 0.5)
    // Unit 2 of 3 is the median: 2·2·22/100 in layer 2.
    let shift = try #require(points["shift layer 2"]?[22])
    #expect(abs(shift - 0.88) < 1e-3)
    #expect(events.contains { $0.name == "part" && $0.data.contains("step 23 of 100") })
    #expect(events.contains { $0.name == "stale" })
    #expect(events.allSatisfy { !$0.data.contains("\n") && !$0.id.contains("\n") })
    #expect(try updates.next(in: reader).isEmpty)
    // Who comes back from where it was misses nothing.
    try runs.record(23..<24, recorder)
    var later = LiveUpdates(for: updates.request, since: try #require(events.last).id)
    #expect(try self.points(later.next(in: reader))["loss training loss"]?.keys.sorted() == [23])
    try recorder.end(.finished)
  }

  @Test("Who names no position gets what comes from now on")
  func noPosition() throws {
    let recorder = try runs.recorder("bn")
    try runs.record(0..<20, recorder)
    let run = try runs.database.run("bn")
    var updates = LiveUpdates(for: PageRequest(path: ["runs", run.uuid]), since: nil)
    #expect(try updates.next(in: reader).isEmpty)
    try runs.record(20..<21, recorder)
    #expect(try points(updates.next(in: reader))["loss training loss"]?.keys.sorted() == [20])
    try recorder.end(.finished)
  }

  @Test("The end of a run is said, and a deleted one has no more events")
  func end() throws {
    let recorder = try runs.recorder("bn")
    try runs.record(0..<20, recorder)
    let run = try runs.database.run("bn")
    var updates = try updates(["runs", run.uuid])
    try recorder.end(.finished)
    #expect(
      try updates.next(in: reader).contains { $0.name == "part" && $0.data.contains("finished") })
    try runs.database.delete([run])
    let events = try updates.next(in: reader)
    #expect(events.map(\.name) == ["gone"] && events[0].data.contains(run.uuid))
    #expect(try updates.next(in: reader).isEmpty)
  }

  @Test("The list of runs gets the rows that changed")
  func rows() throws {
    try runs.finished("old")
    let recorder = try runs.recorder("new")
    try runs.record(0..<5, recorder)
    var updates = try updates([])
    _ = try updates.next(in: reader)
    try runs.record(5..<9, recorder)
    let events = try updates.next(in: reader)
    let rows = events.filter { $0.name == "part" && $0.data.contains("\"run-") }
    let uuid = try runs.database.run("new").uuid
    #expect(rows.count == 1 && rows.allSatisfy { $0.data.contains(uuid) })
    try recorder.end(.finished)
  }

  @Test("The page of events gets the new ones")
  func events() throws {
    let recorder = try runs.recorder("a")
    try runs.record(0..<2, recorder)
    var updates = try updates(["events"])
    recorder.record(EventRecord(step: 1, layer: nil, kind: .alarm, message: ShownRuns.hostile))
    try runs.record(2..<3, recorder)
    let found = try updates.next(in: reader)
    #expect(found.map(\.name) == ["rows"])
    #expect(found[0].data.contains("&lt;img") && !found[0].data.contains("<img"))
    #expect(try updates.next(in: reader).isEmpty)
    try recorder.end(.finished)
  }

  @Test("Several runs, and one layer, have their own points")
  func others() throws {
    try runs.finished("a")
    let recorder = try runs.recorder("b")
    try runs.record(0..<20, recorder)
    let run = try runs.database.run("b")
    var layer = try updates(["runs", run.uuid, "layers", "1"], [("unit", "3")])
    var both = try updates(["compare"], [("run", "a"), ("run", "b")])
    try runs.record(20..<22, recorder)
    let ofLayer = try points(layer.next(in: reader))
    #expect(abs(try #require(ofLayer["distribution layer 1"]?[21]) - 0.63) < 1e-6)
    #expect(ofLayer["affine layer 1: gamma"]?[21] == 3)
    #expect(try points(both.next(in: reader))["loss training loss"]?[21] != nil)
    try recorder.end(.finished)
  }

  @Test(
    "A position that is none of ours is no reason to fail",
    arguments: [
      "", "x", "1;2", "9,;;", "1;zz;3", "-5;0;0", ";;", "1,2,3;ff;0", "99999999999999999999;0;0",
    ])
  func positions(text: String) throws {
    let run = try runs.finished("bn")
    for path in [[], ["runs", run.uuid], ["events"]] {
      var updates = LiveUpdates(for: PageRequest(path: path), since: text)
      _ = try updates.next(in: reader)
    }
  }
}
