import ShiftAnalysis

extension FigureSet {
  /// Points of a line or an area of a figure.
  package struct LinePoints: Sendable {
    /// The figure.
    package let figure: FigureKind
    /// The heading of the panel, and the name of the line or area in it.
    package let panel, name: String
    /// Whether it is an area.
    package let isBand: Bool
    /// The points that can be drawn, by step: the value or, of an area, the low and the high one.
    package let points: [(step: Int, values: [Double])]
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

  /// The points of the lines and areas of a figure; empty where it has none.
  package func points(_ kind: FigureKind) -> [LinePoints] {
    let charts = maker.answer(kind).figure?.panels.compactMap { $0 as? LineChart } ?? []
    return charts.flatMap { chart in
      func drawn(_ name: String, isBand: Bool, _ points: [(step: Int, values: [Double])])
        -> LinePoints
      {
        LinePoints(
          figure: kind, panel: chart.heading, name: name, isBand: isBand,
          points: points.filter { $0.values.allSatisfy(ChartScale.isDrawable) })
      }
      return zip(chart.lines, chart.seriesNames).map { line, name in
        drawn(name, isBand: false, line.points.map { ($0.step, [$0.value ?? .nan]) })
      }
        + chart.bands.map { band in
          drawn(band.name, isBand: true, band.points.map { ($0.step, [$0.low, $0.high]) })
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
