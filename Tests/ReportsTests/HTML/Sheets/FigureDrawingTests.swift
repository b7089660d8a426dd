import RunModel
import RunStore
import Testing

@testable import Reports

@Suite("Figures alone")
struct FigureDrawingTests {
  /// Runs of which a long-named, a hostile and a plain one have everything that the made runs record.
  static func runs(_ names: [String]) throws -> RecordedRuns {
    let runs = try RecordedRuns()
    for (place, name) in names.enumerated() {
      try runs.complete(name, hasBatchNorm: place > 0)
    }
    return runs
  }

  static func figures(_ runs: RecordedRuns) throws -> FigureSet {
    let database = try RunDatabase(path: runs.database.path, for: .read)
    return try FigureSet(of: database.runs(), in: database)
  }

  static let kinds: [FigureKind] = [
    .shift, .heatmap, .previous, .accuracy, .loss, .gap, .normalized,
  ]

  @Test("Each has its colors and fonts inside, in both themes and sizes", arguments: kinds)
  func selfContained(kind: FigureKind) throws {
    let figures = try Self.figures(Self.runs(["plain", "bn"]))
    for theme in FigureTheme.allCases {
      for size in FigureSize.allCases {
        let svg = try figures.svg(kind, theme, size)
        let checker = MarkupChecker(svg)
        #expect(checker.problems == [])
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "))
        #expect(svg.contains("font-family="))
        // Every path and text has its colors as attributes, and needs no style sheet.
        for element in svg.matches(of: /<(?:path|text) [^>]*>/) {
          #expect(element.output.contains("fill=\""), "\(element.output)")
        }
        #expect(checker.elements["style"] == nil && !svg.contains("var("))
        #expect(svg.contains("fill=\"\(Ink.paper.color(theme))\" d=\"M0 0H"))
        #expect(svg.contains(size == .column ? "width=\"85mm\"" : "width=\"1280\""))
      }
    }
  }

  @Test("The same data give the same bytes, and each theme its own", arguments: kinds)
  func deterministic(kind: FigureKind) throws {
    let runs = try Self.runs(["plain", "bn"])
    let first = try Self.figures(runs).svg(kind, .light, .column)
    #expect(try Self.figures(runs).svg(kind, .light, .column) == first)
    #expect(try Self.figures(runs).svg(kind, .dark, .column) != first)
    #expect(try Self.figures(runs).svg(kind, .light, .slide) != first)
  }

  @Test("The panels are drawn by the code of the report")
  func sameMarks() throws {
    let runs = try Self.runs(["plain", "bn"])
    let all = try ReportedRuns(of: runs.database.runs(), in: runs.database)
    let figure = try #require(FigureMaker(all: all).answer(.shift).figure)
    let panel = figure.panels[0]
    let svg = FigureDrawing(figure: figure, theme: .light, size: .column).svg
    let width = 400.0 - 28
    #expect(
      svg.contains(
        panel.marks(width: width, height: panel.height(atWidth: width), .light).markup))
    let page = try HTMLReport(of: runs.database.runs(), in: runs.database).html
    #expect(
      page.contains(
        panel.marks(width: 430, height: panel.height(atWidth: 430), .light).markup))
  }

  @Test("Hostile and long names stay text, and no text of a panel covers another", arguments: kinds)
  func names(kind: FigureKind) throws {
    let names = [
      HTMLReportTests.hostile, String(repeating: "long-name-", count: 12), "日本語の実験のための長い名前",
      "]]><x", "",
    ]
    let runs = try Self.runs(names)
    for size in FigureSize.allCases {
      let svg = try Self.figures(runs).svg(kind, .light, size)
      let checker = MarkupChecker(svg)
      #expect(checker.problems == [])
      #expect(checker.elements["script"] == nil && checker.elements["x"] == nil)
    }
    let all = try ReportedRuns(of: runs.database.runs(), in: runs.database)
    let figure = try #require(FigureMaker(all: all).answer(kind).figure)
    for panel in figure.panels {
      for width in [430.0, 300] {
        let boxes = TextBoxes(
          panel.marks(width: width, height: panel.height(atWidth: width), .light).markup)
        #expect(boxes.collisions == [])
        #expect(boxes.beyond(width) == [])
      }
    }
  }

  @Test("What no run recorded is refused in a sentence")
  func missing() throws {
    let figures = try Self.figures(Self.runs(["plain"]))
    for kind in FigureKind.allCases
    where ![.shift, .distance, .heatmap, .previous, .distribution, .accuracy, .loss].contains(kind)
    {
      let error = #expect(throws: MissingFigure.self) {
        try figures.svg(kind, .light, .column)
      }
      #expect(error?.description.hasSuffix(".") == true && error?.kind == kind)
    }
  }

  @Test("A slide keeps its height, whatever it holds; a column grows")
  func sizes() throws {
    let figures = try Self.figures(Self.runs(["plain", "bn"]))
    for kind in Self.kinds {
      #expect(try figures.svg(kind, .light, .slide).contains("viewBox=\"0 0 960 540\""))
    }
    let shift = try figures.svg(.shift, .light, .column)
    let accuracy = try figures.svg(.accuracy, .light, .column)
    func height(_ svg: String) -> Double? {
      svg.firstMatch(of: /viewBox="0 0 400 ([0-9.]*)"/).flatMap { Double($0.output.1) }
    }
    #expect(try #require(height(shift)) > #require(height(accuracy)) + 100)
  }

  @Test("Coordinates stand below a figure, and marks are explained")
  func footnotes() throws {
    let runs = try Self.runs(["plain", "bn"])
    let recorder = try runs.recorder("wild")
    recorder.record(EventRecord(step: 1, layer: nil, kind: .note, message: "look"))
    try runs.steps(0..<3, recorder) { $0 < 2 ? 1 : .nan }
    try recorder.end(.diverged)
    let figures = try Self.figures(runs)
    let shift = MarkupChecker(try figures.svg(.shift, .light, .slide)).visibleText
    #expect(
      shift.contains("tap preactivation, population probe, statistics none, reference start"))
    #expect(shift.contains("An sd is that of each run at its own start"))
    let loss = MarkupChecker(try figures.svg(.loss, .light, .slide)).visibleText
    #expect(loss.contains("Triangles mark recorded events: note."))
    #expect(loss.contains("A cross marks the last step of a run that diverged."))
  }
}
