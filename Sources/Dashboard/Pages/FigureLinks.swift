import Reports
import RunModel

/// The links below a figure to its files.
enum FigureLinks {
  /// The links to the figure of `kind` of runs, in the view of a page.
  static func html(_ kind: FigureKind, of runs: [Run], _ view: FigureView) -> HTML {
    var query = runs.map { PageRequest.QueryItem(name: "run", value: $0.uuid) }
    func add(_ name: String, _ number: Int?) {
      guard let number else { return }
      query.append(PageRequest.QueryItem(name: name, value: "\(number)"))
    }
    add("layer", view.layer)
    add("unit", view.unit)
    add("from", view.steps?.lowerBound)
    if let last = view.steps?.upperBound, last < .max - 1 { add("to", last) }
    let formats = ["svg", "csv"] + (FigureFile.makesPictures ? ["png"] : [])
    let links = formats.map { format -> HTML in
      let address = PageLink.address(["figures", "\(kind.rawValue).\(format)"], query)
      let id = "\(kind.rawValue)-\(format)"
      // The same three words stand below each figure.
      return """
        <a id="\(id)" aria-labelledby="\(id) \(kind.titleID)" href="\(address)" download>\(format.uppercased())</a>
        """
    }
    return "<p class=\"files\">\(links.joined(separator: " "))</p>\n"
  }
}
