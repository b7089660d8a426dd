import Reports
import RunModel
import RunStore
import ShiftAnalysis

/// The page of a layer of a run: its distribution, parameters, shift with its floor, histograms and running gap, of all units
/// together or of one.
struct LayerPage: Page {
  let run: Run
  private let request: PageRequest
  private let layers: RunLayers
  private let number: Int
  private let sites: [Site]
  let view: FigureView
  var title: String {
    "\(LayerLabels(layers).prefix(of: number)) of \(run.name)".withoutControlCharacters
  }
  var runs: [Run] { [run] }
  let lineFigures: [FigureKind] = [.shift, .bands, .distribution, .affine, .gap]

  /// The page of the layer that a request names by its number.
  ///
  /// - Throws: `MissingPage` where the run has no such layer, or the layer no such unit; `StoreError`.
  init(_ request: PageRequest, _ run: Run, in database: RunDatabase) throws {
    self.request = request
    self.run = run
    let recorded = try database.sites(of: run)
    layers = RunLayers(recorded)
    let name = request.path[3]
    guard let number = Int(name), layers.all.contains(where: { $0.number == number }) else {
      throw MissingPage(
        sentence:
          "Run \(run.shortID) has no layer \(RunLayers.shortened(name)); its layers are \(layers.list())."
      )
    }
    self.number = number
    sites = recorded.map(\.site).filter { $0.layer == number }
    var view = request.view
    view.layer = number
    if let text = request.value("unit") {
      let width = sites.map(\.width).max() ?? 0
      guard let unit = Int(text), (1...max(1, width)).contains(unit) else {
        throw MissingPage(
          sentence:
            "\(LayerLabels(layers).prefix(of: number)) of run \(run.shortID) has no unit \(RunLayers.shortened(text)); its units are 1 to \(width)."
        )
      }
      view.unit = unit
    }
    self.view = view
  }

  /// The figures in order.
  private var figures: [(kind: FigureKind, part: PagePart.Kind)] {
    [
      (.shift, .lines), (.noise, .other), (.bands, .lines), (.distribution, .lines),
      (.affine, .lines), (.histograms, .other), (.gap, .lines),
    ]
  }

  func parts(_ selection: PartSelection, in database: RunDatabase) throws -> [PagePart] {
    var view = view
    view.kinds = Set(figures.filter { selection.has($0.kind.rawValue, $0.part) }.map(\.kind))
    let missingNoise = missingNoise
    if missingNoise != nil { view.kinds.remove(.noise) }
    let set = try FigureSet(of: view.kinds.isEmpty ? [] : [run], view, in: database)
    var parts = SelectedParts(selection)
    parts.add("head", .fixed, head)
    parts.add("status", .text, status)
    for (kind, part) in figures where selection.has(kind.rawValue, part) {
      // Quantiles say what the mean and the standard deviation say, and more.
      if kind == .distribution, set.has(.bands) { continue }
      let missing = kind == .noise ? missingNoise : nil
      parts.add(
        kind.rawValue, part,
        missing ?? set.html(kind, links: FigureLinks.html(kind, of: [run], self.view)) ?? "")
    }
    return parts.all
  }

  /// Why the figure of noise is not drawn, which reads every step and is of all units together; nil where it may be.
  private var missingNoise: HTML? {
    if view.unit != nil {
      return .missing("The shift over its sampling floor is of all units together.")
    }
    guard run.stepCount > FigureView.manySteps else { return nil }
    return .missing(
      "The shift over its sampling floor is not drawn of a run of more than \(FigureView.manySteps) steps: `normscope shift` with the reference “previous” has it."
    )
  }

  private var head: HTML {
    let labels = LayerLabels(layers)
    let place = layers.all.firstIndex { $0.number == number } ?? 0
    func link(_ place: Int, _ relation: HTML, _ words: HTML) -> HTML {
      guard layers.all.indices.contains(place) else { return "" }
      let other = layers.all[place].number
      let query = request.query.filter { ["from", "to"].contains($0.name) }
      let address = PageLink.address(["runs", run.uuid, "layers", "\(other)"], query)
      return
        "<li><a rel=\"\(relation)\" href=\"\(address)\">\(words) <bdi>\(labels.prefix(of: other))</bdi></a></li>\n"
    }
    let width = sites.map(\.width).max() ?? 0
    let all: HTML =
      view.unit == nil
      ? "" : " <a href=\"\(request.address(with: "unit", nil))\">all units</a>"
    return """
      <nav aria-label="Place"><ul>
      <li>\(RunLink.html(run))</li>
      \(link(place - 1, "prev", "←"))\(link(place + 1, "next", "→"))</ul></nav>
      <h1><bdi>\(layers.name(of: number).map { RunLayers.shortened($0).withoutControlCharacters } ?? "layer \(number)")</bdi> \
      <span class="note">\(facts(width))</span></h1>
      <form class="range" method="get" aria-label="Unit that is shown">\(request.hiddenFields(except: ["unit"]))\
      <label>Unit <input name="unit" inputmode="numeric" size="6" value="\(view.unit.map { "\($0)" } ?? "")" \
      placeholder="1 to \(width)"></label> <button>Show</button>\(all)</form>

      """
  }

  private func facts(_ width: Int) -> String {
    let kind = sites.lazy.compactMap(\.layerKind).first
    let activation = sites.lazy.compactMap(\.activation).first
    let place = layers.name(of: number).map { _ in "layer \(number)" }
    return [place, kind, counted(width, "unit"), activation].compactMap { $0 }
      .joined(separator: ", ").withoutControlCharacters
  }

  private var status: HTML {
    let words = RunProgress(run, stepsPerSecond: nil).words.joined(separator: ", ")
    return "<p>\(StatusMark.html(run)), \(words)</p>\n<h2 class=\"hidden\">Figures</h2>\n"
  }
}
