/// The figures of a page, numbered in the order in which they are shown.
struct FigureSheet {
  private var count = 0

  /// The figure as a part of the page, or a sentence where readers would expect it.
  mutating func html(_ answer: FigureAnswer) -> HTML {
    switch answer {
    case .missing(let sentence, true): return .missing("\(sentence)")
    case .missing: return ""
    case .figure(let figure):
      count += 1
      return html(figure, number: count)
    }
  }

  private func html(_ figure: Figure, number: Int) -> HTML {
    let panels = figure.panels.enumerated().map { $1.svg(id: "figure-\(number)-\($0 + 1)") }
    let entries = figure.legend.map {
      "<li>\(RunLook.swatch($0.look))&#8288;<bdi>\($0.name)</bdi></li>" as HTML
    }
    let legend: HTML = entries.isEmpty ? "" : "<ul class=\"legend\">\(entries)</ul>\n"
    let rest = figure.folded.map { folded -> HTML in
      let panels = folded.panels.enumerated().map {
        $1.svg(id: "figure-\(number)-folded-\($0 + 1)")
      }
      return """
        <details><summary>\(folded.words)</summary>
        <div class="charts">
        \(panels)</div></details>

        """
    }
    let tables = figure.panels.compactMap { $0.table?.html }
    let numbers: HTML =
      tables.isEmpty
      ? ""
      : """
      <details class="numbers"><summary>Table of the numbers (at most \(PanelTable.mostRows) steps)</summary>
      \(tables)</details>

      """
    let only: HTML = figure.panels.count == 1 ? " single" : figure.columns == 2 ? " of2" : ""
    return """
      <figure id="\(figure.kind.rawValue)">
      \(legend)<div class="charts\(only)">
      \(panels)</div>
      \(rest ?? "")<figcaption><p><b>Figure \(number). \(figure.title).</b></p>
      \(figure.caption)\(numbers)</figcaption>
      </figure>

      """
  }
}
