package import RunModel

/// The figures of runs, each to be drawn alone.
package struct FigureSet {
  let maker: FigureMaker

  /// Reads the figures of `runs`; a run that is named twice is shown once.
  ///
  /// - Throws: `StoreError`.
  package init(of runs: [Run], _ view: FigureView = FigureView(), in database: any RunReading)
    throws
  {
    maker = FigureMaker(all: try ReportedRuns(of: runs, view, in: database))
  }

  /// The figure of a kind as one SVG document with its fonts and colors inside; the same data give the same bytes.
  ///
  /// - Throws: `MissingFigure` where the runs did not record what it shows.
  package func svg(_ kind: FigureKind, _ theme: FigureTheme, _ size: FigureSize)
    throws(MissingFigure) -> String
  {
    FigureDrawing(figure: try figure(kind), theme: theme, size: size).svg
  }

  /// The figure of a kind as a specification of Vega-Lite 5 with its data inside; the same data give the same bytes.
  ///
  /// - Throws: `MissingFigure` where the runs did not record what it shows.
  package func vegaLite(_ kind: FigureKind, _ theme: FigureTheme, _ size: FigureSize)
    throws(MissingFigure) -> String
  {
    VegaLiteSpec(figure: try figure(kind), theme: theme, size: size).json
  }

  /// The figure of a kind.
  ///
  /// - Throws: `MissingFigure`.
  func figure(_ kind: FigureKind) throws(MissingFigure) -> Figure {
    switch maker.answer(kind) {
    case .figure(let figure): return figure
    case .missing(let sentence, _): throw MissingFigure(kind: kind, description: sentence)
    }
  }
}
