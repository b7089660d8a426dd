/// What becomes of the wish for a figure.
enum FigureAnswer {
  /// The figure.
  case figure(Figure)
  /// Why there is none, as a sentence; a page says it only where readers would expect the figure.
  case missing(String, isExpected: Bool)

  /// The figure; nil where there is none.
  var figure: Figure? {
    if case .figure(let figure) = self { figure } else { nil }
  }
}
