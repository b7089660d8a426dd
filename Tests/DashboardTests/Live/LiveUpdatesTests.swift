import Glibc
import Reports
import RunModel
import RunStore
import ShiftAnalysis
import Statistics
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
      guard members["band"] == nil else { continue }
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
    #expect(!events.contains { $0.name == "listed" })
    try recorder.end(.finished)
  }

  @Test("The list is said anew where a run came or went, also to who was away")
  func listed() throws {
    let old = try runs.finished("old")
    let other = try runs.finished("other")
    func listed(_ events: [LiveEvent]) throws -> [String]? {
      guard let event = events.first(where: { $0.name == "listed" }) else { return nil }
      guard case .object(let data)? = JSONValue(text: event.data),
        case .array(let runs)? = data["runs"]
      else { return [] }
      return runs.map(\.text)
    }
    var open = try updates([])
    var away = try updates([])
    #expect(try listed(open.next(in: reader)) == nil)
    try runs.database.delete([old])
    #expect(try listed(open.next(in: reader)) == [other.uuid])
    #expect(try listed(away.next(in: reader)) == [other.uuid])
    #expect(try listed(open.next(in: reader)) == nil)
    let new = try runs.finished("new")
    #expect(try listed(open.next(in: reader)) == [new.uuid, other.uuid])
  }

  @Test(
    "Lines are drawn anew for who was away while the run was resumed and went beyond its old end")
  func resumedAway() throws {
    let recorder = try runs.recorder("bn")
    try runs.record(0..<20, recorder)
    let run = try runs.database.run("bn")
    var ofRun = try updates(["runs", run.uuid])
    var ofLayer = try updates(["runs", run.uuid, "layers", "1"])
    try recorder.end(.finished)
    let again = try RunRecorder(database: runs.database, resuming: run, from: 10)
    try runs.record(10..<30, again, duration: 0.02)
    for events in [try ofRun.next(in: reader), try ofLayer.next(in: reader)] {
      #expect(events.contains { $0.name == "stale" && $0.data.contains("\"lines\"") })
    }
    try runs.record(30..<31, again)
    #expect(try !ofRun.next(in: reader).contains { $0.data.contains("\"lines\"") })
    try again.end(.finished)
  }

  @Test("An area grows with its line")
  func areas() throws {
    let recorder = try runs.recorder("bn")
    try runs.record(0..<20, recorder)
    let run = try runs.database.run("bn")
    var layer = try updates(["runs", run.uuid, "layers", "1"], [("unit", "3")])
    var whole = try updates(["runs", run.uuid])
    try runs.record(20..<22, recorder)
    let areas = try areas(layer.next(in: reader))
    let band = try #require(areas["distribution layer 1 mean ± sd"]?[21])
    // The variance is 1 less epsilon.
    #expect(abs(band[0] - (0.63 - 0.9995)) < 1e-3 && abs(band[1] - (0.63 + 0.9995)) < 1e-3)
    // Each point of the page is one step.
    #expect(try self.areas(whole.next(in: reader)).isEmpty)
    try runs.record(22..<500, recorder)
    whole = try updates(["runs", run.uuid])
    try runs.record(500..<501, recorder)
    let loss = try #require(try self.areas(whole.next(in: reader))["loss training loss bn"]?[500])
    #expect(loss == [2 * exp(-500.0 / 20), 2 * exp(-500.0 / 20)])
    try recorder.end(.finished)
  }

  /// The low and the high values of the areas in events, by figure, panel and name, and by step.
  private func areas(_ events: [LiveEvent]) throws -> [String: [Int: [Double]]] {
    var all: [String: [Int: [Double]]] = [:]
    for event in events where event.name == "points" {
      guard case .object(let data)? = JSONValue(text: event.data), let band = data["band"],
        case .array(let points)? = data["points"]
      else { continue }
      let name = [data["figure"], data["panel"], band].compactMap { $0?.text }.joined(
        separator: " ")
      for case .array(let point) in points {
        all[name, default: [:]][Int(point[0].text) ?? -1] = point.dropFirst().compactMap {
          Double($0.text)
        }
      }
    }
    return all
  }

  @Test("New points of a long run pool the steps that the page pools, against the same start")
  func pooled() throws {
    let recorder = try runs.recorder("long")
    let site = Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 1)
    func record(_ steps: Range<Int>) throws {
      for step in steps {
        recorder.record(
          site, step: step, count: 10, mean: [Float(step) / 1000], variance: [1])
        try recorder.record(
          StepRecord(
            step: step, loss: 1, accuracy: nil, learningRate: nil, batchSize: nil, duration: 0.01))
      }
      try recorder.flush()
    }
    let start = FigureView.manySteps + 5000
    try record(0..<start)
    let run = try runs.database.run("long")
    var updates = try updates(["runs", run.uuid])
    try record(start..<start + 600)
    let points = try #require(points(updates.next(in: reader))["shift layer 1"])
    var query = ShiftQuery()
    (query.measures, query.points, query.isPooled) = ([.normalizedW2], 400, true)
    let all = try runs.database.shift(of: run, query)[0].values(of: .normalizedW2)
    #expect(points.count < 20 && points.keys.max() == all.last?.step)
    for (step, value) in points { #expect(all.contains { $0.step == step && $0.value == value }) }
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
      "", "x", "1;2", "9,;;;", "1;zz;3;4", "1;3;zz;4", "-5;0;0;0", ";;;", "1,2,3;ff;ff;0", "1;0;0",
      "99999999999999999999;0;0;0", "281474976710656;0;0;0",
    ])
  func positions(text: String) throws {
    let run = try runs.finished("bn")
    for path in [[], ["runs", run.uuid], ["events"]] {
      var updates = LiveUpdates(for: PageRequest(path: path), since: text)
      _ = try updates.next(in: reader)
    }
  }
}
