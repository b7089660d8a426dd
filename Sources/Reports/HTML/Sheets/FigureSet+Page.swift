import ShiftAnalysis

extension FigureSet {
  /// New points of a line of a figure.
  package struct LinePoints: Sendable {
    /// The figure.
    package let figure: FigureKind
    /// The heading of the panel, and the name of the line in it.
    package let panel, line: String
    /// The points that can be drawn, by step.
    package let points: [(step: Int, value: Double)]
  }

  /// The figure of a kind as a part of a page, with `links` below it; nil where the runs did not record what it shows, and a
  /// sentence instead where readers would expect it.
  package func html(_ kind: FigureKind, links: HTML = "") -> HTML? {
    switch maker.answer(kind) {
    case .figure(let figure): return FigureSheet.element(figure, links: links)
    case .missing(let sentence, true): return .missing("\(sentence)")
    case .missing: return nil
    }
  }

  /// The points of the lines of a figure; empty where it has none.
  package func points(_ kind: FigureKind) -> [LinePoints] {
    let charts = maker.answer(kind).figure?.panels.compactMap { $0 as? LineChart } ?? []
    return charts.flatMap { chart in
      zip(chart.lines, chart.seriesNames).map { line, name in
        LinePoints(
          figure: kind, panel: chart.heading, line: name,
          points: line.points.compactMap { point in
            point.value.flatMap { ChartScale.isDrawable($0) ? (point.step, $0) : nil }
          })
      }
    }
  }

  /// The data of a figure as CSV, with all digits: a row for each value.
  ///
  /// - Throws: `MissingFigure` where the runs did not record what it shows.
  package func csv(_ kind: FigureKind) throws(MissingFigure) -> String {
    FigureData(figure: try figure(kind)).csv
  }

  /// Whether the runs recorded what a figure shows.
  package func has(_ kind: FigureKind) -> Bool { maker.answer(kind).figure != nil }

  /// What was found, in at most three sentences; empty where nothing was.
  package var openingHTML: HTML {
    let sentences = OpeningSentences(all: maker.all).sentences
    return sentences.isEmpty
      ? "" : "<p class=\"finding\">\(sentences.joined(separator: " "))</p>\n"
  }

  /// The shifts of the layers of the first run since the start, by layer: the values of the first measure, by step.
  package var layerShifts: [(layer: Int, values: [Double?])] {
    (maker.all.runs.first?.sinceStart ?? []).map { series in
      (series.layer, series.points.map { $0.values[0] })
    }
  }
}
