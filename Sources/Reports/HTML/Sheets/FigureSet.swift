package import RunModel

/// The figures of runs, each to be drawn alone.
package struct FigureSet {
  private let maker: FigureMaker

  /// Reads the figures of `runs`; a run that is named twice is shown once.
  ///
  /// - Throws: `StoreError`.
  package init(of runs: [Run], in database: any RunReading) throws {
    maker = FigureMaker(all: try ReportedRuns(of: runs, in: database))
  }

  /// The figure of a kind as one SVG document with its fonts and colors inside; the same data give the same bytes.
  ///
  /// - Throws: `MissingFigure` where the runs did not record what it shows.
  package func svg(_ kind: FigureKind, _ theme: FigureTheme, _ size: FigureSize)
    throws(MissingFigure) -> String
  {
    switch maker.answer(kind) {
    case .figure(let figure): return FigureDrawing(figure: figure, theme: theme, size: size).svg
    case .missing(let sentence, _): throw MissingFigure(kind: kind, description: sentence)
    }
  }
}
