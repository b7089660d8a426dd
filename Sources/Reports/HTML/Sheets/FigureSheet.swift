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
    let name = "figure-\(number)"
    return """
      <figure id="\(figure.kind.rawValue)">
      \(FigureSheet.drawn(figure, named: name))\
      <figcaption><p><b>Figure \(number). \(figure.title).</b></p>
      \(figure.caption)\(FigureSheet.numbers(of: figure))</figcaption>
      </figure>

      """
  }

  /// A figure as a part of a page without numbers of figures: its title above it, how to read it folded, and `links`.
  static func element(_ figure: Figure, links: HTML) -> HTML {
    """
    <figure id="\(figure.kind.rawValue)" aria-labelledby="\(figure.kind.titleID)">
    <h3 id="\(figure.kind.titleID)">\(figure.title)</h3>
    \(drawn(figure, named: figure.kind.rawValue))\
    <figcaption>\(links)<details class="reading"><summary>How to read it</summary>
    \(figure.caption)</details>
    \(numbers(of: figure))</figcaption>
    </figure>

    """
  }

  /// The legend and the panels of a figure, whose titles have ids that begin with `name`.
  private static func drawn(_ figure: Figure, named name: String) -> HTML {
    let panels = figure.panels.enumerated().map { $1.svg(id: "\(name)-\($0 + 1)") }
    let entries = figure.legend.map {
      "<li>\(RunLook.swatch($0.look))&#8288;<bdi>\($0.name)</bdi></li>" as HTML
    }
    let legend: HTML = entries.isEmpty ? "" : "<ul class=\"legend\">\(entries)</ul>\n"
    let rest = figure.folded.map { folded -> HTML in
      let panels = folded.panels.enumerated().map {
        $1.svg(id: "\(name)-folded-\($0 + 1)")
      }
      return """
        <details><summary>\(folded.words)</summary>
        <div class="charts">
        \(panels)</div></details>

        """
    }
    let only: HTML = figure.panels.count == 1 ? " single" : figure.columns == 2 ? " of2" : ""
    return """
      \(legend)<div class="charts\(only)">
      \(panels)</div>
      \(rest ?? "")
      """
  }

  /// The numbers of a figure, folded.
  private static func numbers(of figure: Figure) -> HTML {
    let tables = figure.panels.compactMap { $0.table?.html }
    return tables.isEmpty
      ? ""
      : """
      <details class="numbers"><summary>Table of the numbers (at most \(PanelTable.mostRows) steps)</summary>
      \(tables)</details>

      """
  }
}
