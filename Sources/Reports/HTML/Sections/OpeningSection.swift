/// The opening of the report: what was found, in a few sentences, and the figure that shows it.
struct OpeningSection {
  let all: ReportedRuns
  let maker: FigureMaker

  /// The figure that shows the finding: of two runs the distances in one unit, else the shift or, where none was recorded,
  /// the training.
  static func figure(of maker: FigureMaker) -> Figure? {
    let isCompared = !maker.all.comparison.isEmpty
    for kind in [isCompared ? FigureKind.distance : .shift, .accuracy, .loss] {
      if let figure = maker.answer(kind).figure { return figure }
    }
    return nil
  }

  /// The sentences and the figure.
  func html(_ sheet: inout FigureSheet) -> HTML {
    let sentences = OpeningSentences(all: all).sentences
    let figure = OpeningSection.figure(of: maker).map { sheet.html(.figure($0)) } ?? ""
    let finding: HTML =
      sentences.isEmpty
      ? "" : "<p class=\"finding\">\(sentences.joined(separator: " "))</p>\n"
    return """
      \(finding)\
      \(figure)
      """
  }
}
