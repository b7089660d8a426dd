/// The opening of the report: what was found, in a few sentences, and the figure that shows it.
struct OpeningSection {
  let all: ReportedRuns
  /// The figure that shows the finding; nil where nothing was recorded.
  let figure: Figure?

  /// Chooses the figure: the wanted one or, where the runs have none, of two runs the distances in one unit, else the shift
  /// or, where none was recorded, the training.
  init(_ maker: FigureMaker, wanted: FigureKind?) {
    all = maker.all
    let shift: FigureKind = maker.all.comparison.isEmpty ? .shift : .distance
    figure =
      [wanted, shift, .accuracy, .loss].lazy.compactMap { $0.flatMap { maker.answer($0).figure } }
      .first
  }

  /// The sentences and the figure.
  func html(_ sheet: inout FigureSheet) -> HTML {
    let sentences = OpeningSentences(all: all).sentences
    let drawn = figure.map { sheet.html(.figure($0)) } ?? ""
    let finding: HTML =
      sentences.isEmpty
      ? "" : "<p class=\"finding\">\(sentences.joined(separator: " "))</p>\n"
    return """
      \(finding)\
      \(drawn)
      """
  }
}
