import Reports
import RunModel
import RunStore
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@testable import Dashboard

@Suite("The pages")
struct PagesTests {
  let runs: ShownRuns

  init() throws { runs = try ShownRuns() }

  @Test(
    "The list of runs has a row for each, links to its page, and the columns in which they differ")
  func list() throws {
    let first = try runs.finished("plain", configuration: "{\"norm\": \"none\", \"steps\": 40}")
    let second = try runs.finished("bn", configuration: "{\"norm\": \"batch\", \"steps\": 40}")
    let page = try runs.page()
    for run in [first, second] {
      #expect(page.contains("<a href=\"/runs/\(run.uuid)\">"))
      #expect(page.contains("id=\"part-run-\(run.uuid)\""))
    }
    #expect(page.contains(">norm</a></th>") && page.contains("<bdi>batch</bdi>"))
    #expect(page.contains("2 runs: 2 finished."))
    #expect(page.contains("aria-label=\"training loss: 2 to "))
  }

  @Test(
    "The list is filtered and sorted by the language of the command line, and says what is malformed"
  )
  func filter() throws {
    for name in ["a", "b", "c"] {
      try runs.finished(name, configuration: "{\"seed\": \"\(name)\"}")
    }
    let sorted = try runs.page(query: [("sort", "name"), ("where", "name != b")])
    let places = ["a", "b", "c"].map { sorted.firstRange(of: "<bdi>\($0)</bdi></a>")?.lowerBound }
    #expect(places[1] == nil && places[0] != nil && places[2] != nil)
    #expect(try #require(places[0]) < #require(places[2]))
    let malformed = try runs.page(query: [("where", "nam = b")])
    #expect(malformed.contains("did you mean name?"))
  }

  @Test("A list of many runs has pages of 50")
  func manyRuns() throws {
    for number in 0..<51 { _ = try runs.recorder("run \(number)").end(.finished) }
    let first = try runs.page()
    #expect(first.ranges(of: "id=\"part-run-").count == 50 && first.contains("Runs 1 to 50 of 51"))
    let second = try runs.page(query: [("page", "2")])
    #expect(second.ranges(of: "id=\"part-run-").count == 1 && second.contains("<bdi>run 0</bdi>"))
  }

  @Test(
    "The page of a run has its figures, health, layers and events, and the shifts that a query answers"
  )
  func run() throws {
    let run = try runs.finished("bn")
    let page = try runs.page("runs", run.uuid)
    for id in [
      "status", "finding", "accuracy", "loss", "heatmap", "shift", "health", "events", "layers",
    ] {
      #expect(page.contains("id=\"part-\(id)\""), "\(id)")
    }
    let shifts = try runs.database.shift(of: run, ShiftQuery())
    for series in shifts {
      let last = try #require(
        series.points.last?.values[series.measures.firstIndex(of: .normalizedW2) ?? 0])
      #expect(page.contains("data-value=\"\(NumberFormat.text(last))\""))
      #expect(page.contains("href=\"/runs/\(run.uuid)/layers/\(series.layer)\""))
    }
    #expect(page.contains("step 40 of 40 (100 %)"))
  }

  @Test("The page of a layer shows all units or one, and refuses others")
  func layer() throws {
    let run = try runs.finished("bn")
    let page = try runs.page("runs", run.uuid, "layers", "1")
    for id in ["shift", "distribution", "affine"] {
      #expect(
        page.contains(
          "<figure id=\"\(id)\" aria-labelledby=\"\(id)-title\">\n<h3 id=\"\(id)-title\">"), "\(id)"
      )
    }
    // Gamma of the middle unit is 2, and of the third 3.
    #expect(page.contains("gamma: bn ends at 2."))
    let unit = try runs.page("runs", run.uuid, "layers", "1", query: [("unit", "3")])
    #expect(unit.contains("gamma: bn ends at 3.") && unit.contains("those of unit 3"))
    #expect(unit.contains("mean ends at 1.17."))
    // The means of units 2 and 3 end at 0.78 and 1.17, in standard deviations of 1; those of the middle one are unit 2's.
    #expect(page.contains("layer 1: normalized W2, sd at step 0: bn ends at 0.78"))
    #expect(unit.contains("layer 1: normalized W2, sd at step 0: bn ends at 1.17"))
    #expect(unit.contains("unit 3 alone") && !page.contains("unit 3"))
    for page in [page, unit] { #expect(!page.contains("each layer’s")) }
    for (path, query) in [("3", "1"), ("1", "4"), ("x", "1"), ("1", "0")] {
      let answer = runs.pages.answer(
        to: PageRequest(
          path: ["runs", run.uuid, "layers", path], query: [.init(name: "unit", value: query)]))
      guard case .missing = answer else {
        Issue.record("layer \(path), unit \(query)")
        continue
      }
    }
  }

  @Test("A range of steps in the address limits the figures")
  func zoom() throws {
    let run = try runs.finished("bn")
    let page = try runs.page("runs", run.uuid, query: [("from", "10"), ("to", "20")])
    let loss = try #require(
      page.firstMatch(
        of: /<figure id="loss" .*?data-x="([^"]*)".*?data-steps="([^"]*)"/.dotMatchesNewlines())
    ).output
    #expect(loss.1 == "10 20" && loss.2 == "10 1x10")
    #expect(page.contains("name=\"from\" inputmode=\"numeric\" size=\"8\" value=\"10\""))
    #expect(page.contains(">all steps</a>"))
    for query in [("from", "x"), ("to", "-4"), ("from", "99999999999999999999")] {
      _ = try runs.page("runs", run.uuid, query: [query])
    }
  }

  @Test("The finding and the layers are those of the whole run, whatever steps are shown")
  func findingOfRange() throws {
    let run = try runs.finished("bn")
    let parts = [("part", "finding"), ("part", "layers")]
    let all = try runs.page("runs", run.uuid, query: parts)
    #expect(all.contains("at the end: 50.0 %.") && all.contains("shift now"))
    let range = [("from", "10"), ("to", "20")]
    #expect(try runs.page("runs", run.uuid, query: parts + range) == all)
  }

  @Test("Two runs, and two groups of runs, are compared")
  func compare() throws {
    for seed in 1...2 {
      for norm in ["none", "batch"] {
        try runs.finished(
          "\(norm)-\(seed)",
          configuration: "{\"norm\": \"\(norm)\", \"seed\": \(seed), \"steps\": 40}")
      }
    }
    let pair = try runs.page("compare", query: [("run", "none-1"), ("run", "batch-1")])
    #expect(pair.contains("<figure id=\"distance\" ") && pair.contains("class=\"finding\""))
    let groups = try runs.page(
      "compare", query: [("first", "config.norm = none"), ("second", "config.norm = batch")])
    #expect(groups.contains("<figure id=\"shift\" ") && groups.contains("of each"))
    let form = try runs.page("compare")
    #expect(form.contains("name=\"first\""))
    let many = (0..<11).map { PageRequest.QueryItem(name: "run", value: "none-1~\($0)") }
    guard case .missing = runs.pages.answer(to: PageRequest(path: ["compare"], query: many)) else {
      Issue.record("eleven runs")
      return
    }
  }

  @Test("The events of all runs are there, the newest first, by kind and run")
  func events() throws {
    for name in ["a", "b"] {
      let recorder = try runs.recorder(name)
      recorder.record(EventRecord(step: 3, layer: 2, kind: .alarm, message: "moved in \(name)"))
      try runs.record(0..<5, recorder)
      try recorder.end(.finished)
    }
    let page = try runs.page("events")
    let places = ["moved in b", "moved in a"].map { page.firstRange(of: $0)?.lowerBound }
    #expect(try #require(places[0]) < #require(places[1]))
    let a = try runs.database.run("a")
    let one = try runs.page("events", query: [("run", a.uuid), ("kind", "alarm")])
    #expect(one.contains("moved in a") && !one.contains("moved in b"))
    #expect(try runs.page("events", query: [("kind", "none")]).contains("No such event"))
  }

  @Test("Names of runs and layers stay text on every page")
  func hostile() throws {
    let run = try runs.finished(
      ShownRuns.hostile,
      configuration: "{\"\(ShownRuns.hostile.filter { $0 != "\"" && $0 != "\u{7}" })\": 1}",
      layerNames: ["<script>1</script>", "../..\"'"])
    let pages = [
      try runs.page(), try runs.page("runs", run.uuid),
      try runs.page("runs", run.uuid, "layers", "1"),
      try runs.page("compare", query: [("run", run.uuid)]), try runs.page("events"),
      try runs.page(query: [("where", "\"><script>"), ("sort", "<b>")]),
    ]
    for page in pages {
      #expect(!page.contains("<img ") && !page.contains("<script>") && !page.contains("<b>\""))
      #expect(page.ranges(of: "<script").count == 1 && !page.contains(" style=\""))
      let tags = page.replacing(/"[^"]*"/, with: "")
      #expect(tags.firstMatch(of: /<[^>]* on[a-z]+=/) == nil)
    }
  }

  @Test("Figures are files with their data, and others are missing")
  func files() throws {
    let run = try runs.finished("bn")
    func file(_ name: String, _ query: [(String, String)]) -> PageAnswer {
      runs.pages.answer(
        to: PageRequest(
          path: ["figures", name],
          query: query.map { PageRequest.QueryItem(name: $0.0, value: $0.1) }))
    }
    guard case .file(let svg) = file("loss.svg", [("run", run.uuid)]),
      case .file(let csv) = file("shift.csv", [("run", run.uuid), ("layer", "2")])
    else {
      Issue.record("no files")
      return
    }
    #expect(svg.type == "image/svg+xml" && svg.downloadName == "loss.svg")
    let rows = String(decoding: csv.bytes, as: UTF8.self).split(separator: "\n")
    #expect(rows.count == 41 && rows[0] == "figure,panel,series,step,bin,value,low,high")
    var query = ShiftQuery()
    query.measures = [.normalizedW2]
    let last = try #require(try runs.database.shift(of: run, query)[1].points.last?.values[0])
    #expect(rows[40] == "shift,layer 2,bn,39,,\(last),,")
    for (name, items) in [
      ("loss.svg", []), ("loss.exe", [("run", run.uuid)]), ("none.svg", [("run", run.uuid)]),
      ("landscape.csv", [("run", run.uuid)]), ("loss.svg", [("run", "nobody")]),
    ] {
      guard case .missing = file(name, items) else {
        Issue.record("\(name) of \(items)")
        continue
      }
    }
  }

  @Test("A part of a page is drawn by itself")
  func parts() throws {
    let run = try runs.finished("bn")
    let part = try runs.page("runs", run.uuid, query: [("part", "loss"), ("part", "health")])
    #expect(part.ranges(of: "class=\"part\"").count == 2 && !part.contains("<header"))
    #expect(
      try runs.page("runs", run.uuid).contains(
        part.dropFirst("<!DOCTYPE html><title>Parts</title>\n".count).prefix(2000)))
  }

  @Test("A run that was deleted is missing, and a file that is none of ours is unavailable")
  func gone() throws {
    let run = try runs.finished("bn")
    try runs.database.delete([run])
    guard case .missing(let page) = runs.pages.answer(to: PageRequest(path: ["runs", run.uuid]))
    else {
      Issue.record("a page of a deleted run")
      return
    }
    #expect(page.markup.contains(run.uuid) && page.markup.contains("<a href=\"/\">"))
    let path = try runs.folder.write(Array("not a database".utf8), to: "text.db")
    for path in [path, runs.folder.file("absent.db")] {
      guard case .unavailable = Pages(databasePath: path).answer(to: PageRequest(path: [])),
        case .missing = Pages(databasePath: path).answer(to: PageRequest(path: ["nowhere"]))
      else {
        Issue.record("\(path)")
        continue
      }
    }
  }

  @Test("Style and script have addresses of their contents, and pages name them")
  func assets() throws {
    let page = try runs.page()
    for asset in [PageAssets.style, PageAssets.script, PageAssets.icon] {
      #expect(page.contains("\"\(asset.address)\""))
      guard case .file(let file) = runs.pages.answer(to: PageRequest(path: ["assets", asset.name]))
      else {
        Issue.record("\(asset.name)")
        continue
      }
      #expect(file.isImmutable && file.bytes == Array(asset.text.utf8))
    }
    guard case .missing = runs.pages.answer(to: PageRequest(path: ["assets", "0.js"])) else {
      Issue.record("another script")
      return
    }
  }
}
