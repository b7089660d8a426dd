import RunModel
import RunStore
import TestSupport
import Testing

@testable import Dashboard

@Suite("The pages for screen readers and the keyboard")
struct AccessibilityTests {
  let runs: ShownRuns

  init() throws { runs = try ShownRuns() }

  /// The markup of each page, of a run with figures of every kind that the made runs have.
  func pages() throws -> [(name: String, markup: String)] {
    let recorder = try runs.recorder("bn", configuration: "{\"steps\": 40}")
    recorder.record(EventRecord(step: 3, layer: 2, kind: .alarm, message: "moved"))
    try runs.record(0..<40, recorder, layerNames: ["encoder.norm", nil])
    try recorder.end(.finished)
    let run = try runs.database.run("bn")
    let other = try runs.finished("none")
    return [
      ("runs", try runs.page()), ("run", try runs.page("runs", run.uuid)),
      ("layer", try runs.page("runs", run.uuid, "layers", "1")),
      ("unit", try runs.page("runs", run.uuid, "layers", "1", query: [("unit", "2")])),
      ("compare", try runs.page("compare", query: [("run", run.uuid), ("run", other.uuid)])),
      ("form", try runs.page("compare")), ("events", try runs.page("events")),
    ]
  }

  @Test(
    "Tables, figures, pictures and links to files have names, and no other element has the same id")
  func names() throws {
    for (name, markup) in try pages() {
      for table in markup.matches(of: /<table(?<attributes>[^>]*)>\n(?<rest><caption>)?/) {
        #expect(
          table.attributes.contains("aria-label=\"") || table.rest != nil,
          "\(name): \(table.output.0)")
        #expect(!table.attributes.contains("aria-label=\"\""), "\(name): \(table.output.0)")
      }
      let ids = markup.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
      #expect(ids.count == Set(ids).count, "\(name): \(ids)")
      for list in markup.matches(of: /\saria-labelledby="([^"]*)"/) {
        for id in list.1.split(separator: " ") {
          #expect(ids.contains(String(id)), "\(name): \(id)")
        }
      }
      for figure in markup.matches(of: /<figure [^>]*>/) {
        #expect(figure.output.contains(" aria-labelledby=\""), "\(name): \(figure.output)")
      }
      for picture in markup.matches(of: /<svg [^>]*>/) {
        #expect(
          picture.output.contains(" role=\"img\"") && picture.output.contains(" aria-label"),
          "\(name): \(picture.output)")
      }
      for link in markup.matches(of: /<a [^>]* download>/) {
        #expect(link.output.contains(" aria-labelledby=\""), "\(name): \(link.output)")
      }
    }
  }

  @Test("Each page has one heading of the first level, and no level is left out")
  func headings() throws {
    for (name, markup) in try pages() {
      let levels = markup.matches(of: /<h([1-6])[ >]/).compactMap { Int($0.1) }
      #expect(levels.first == 1 && levels.count { $0 == 1 } == 1, "\(name): \(levels)")
      for (level, next) in zip(levels, levels.dropFirst()) {
        #expect(next <= level + 1, "\(name): \(levels)")
      }
    }
  }

  @Test("Every field and every form for a choice has a label")
  func fields() throws {
    for (name, markup) in try pages() {
      // Labels stand around their fields.
      let bare = markup.replacing(/<label>.*?<\/label>/.dotMatchesNewlines(), with: "")
      for field in bare.matches(of: /<input [^>]*>/) {
        #expect(
          field.output.contains(" aria-label=\"") || field.output.contains(" type=\"hidden\""),
          "\(name): \(field.output)")
      }
      for form in markup.matches(of: /<form class="range"[^>]*>/) {
        #expect(form.output.contains(" aria-label=\""), "\(name): \(form.output)")
      }
    }
  }
}
