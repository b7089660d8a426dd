import Reports
import RunModel
import RunStore
import ShiftAnalysis
import StrictJSON

/// The page of a run: what was found, how far it is, its figures, its health, events and layers.
struct RunPage: Page {
  /// The most events that are shown.
  private static let mostEvents = 10

  let run: Run
  let view: FigureView
  var title: String { RunLink.text(run.uuid, run.name) }
  var runs: [Run] { [run] }
  private let layers: RunLayers
  /// Whether maps show its layers.
  private var isLarge: Bool { layers.all.count > FigureView.manyLayers }
  /// The figures whose points are read at each commit: not those of many layers.
  var lineFigures: [FigureKind] { [.accuracy, .loss] + (isLarge ? [] : [.shift, .gap]) }

  /// The page of `run` that a request asks for.
  ///
  /// - Throws: `StoreError`.
  init(_ request: PageRequest, _ run: Run, in database: RunDatabase) throws {
    self.run = run
    layers = try database.layers(of: run)
    view = request.view
  }

  func parts(_ selection: PartSelection, in database: RunDatabase) throws -> [PagePart] {
    let gap: PagePart.Kind = isLarge ? .other : .lines
    let figures = try figures(selection, gap, in: database)
    let whole = view.steps == nil ? figures : try wholeRun(selection, in: database)
    var parts = SelectedParts(selection)
    try parts.add("status", .text, try status(in: database))
    parts.add("finding", .other, "\(whole.openingHTML)<h2>Training</h2>\n")
    for kind in [FigureKind.accuracy, .loss] {
      parts.add(kind.rawValue, .lines, figure(kind, figures))
    }
    parts.add("heatmap", .other, "<h2>Distribution shift</h2>\n\(figure(.heatmap, figures))")
    if !isLarge { parts.add("shift", .lines, figure(.shift, figures)) }
    parts.add("gap", gap, figure(.gap, figures))
    try parts.add("health", .other, try health(in: database))
    try parts.add("events", .text, try events(in: database))
    parts.add("layers", .other, layerTable(whole))
    parts.add("about", .fixed, about)
    return parts.all
  }

  /// The figures of the selected parts.
  private func figures(_ selection: PartSelection, _ gap: PagePart.Kind, in database: RunDatabase)
    throws -> FigureSet
  {
    var view = view
    view.kinds = []
    for kind in [FigureKind.accuracy, .loss] where selection.has(kind.rawValue, .lines) {
      view.kinds.insert(kind)
    }
    if selection.has("gap", gap) { view.kinds.insert(.gap) }
    if selection.has("shift", .lines) || selection.has("heatmap", .other)
      || selection.has("layers", .other) || selection.has("finding", .other)
    {
      view.kinds.insert(.shift)
    }
    return try FigureSet(of: view.kinds.isEmpty ? [] : [run], view, in: database)
  }

  /// The shifts of the whole run, for the parts that say "now" and "at the end" whatever steps the figures show.
  private func wholeRun(_ selection: PartSelection, in database: RunDatabase) throws -> FigureSet {
    var view = view
    view.kinds = [.shift]
    view.steps = nil
    let isShown = selection.has("finding", .other) || selection.has("layers", .other)
    return try FigureSet(of: isShown ? [run] : [], view, in: database)
  }

  private func figure(_ kind: FigureKind, _ figures: FigureSet) -> HTML {
    figures.html(kind, links: FigureLinks.html(kind, of: [run], view)) ?? ""
  }

  // MARK: - How far it is

  private func status(in database: RunDatabase) throws -> HTML {
    let rate = try database.stepsPerSecond(of: run)
    let progress = RunProgress(run, stepsPerSecond: rate)
    var facts: [(HTML, HTML)] = [
      (
        "status",
        "\(StatusMark.html(run))\(run.statusReason.map { ": \($0.withoutControlCharacters)" } ?? "")"
      ),
      ("progress", "\(progress.words.joined(separator: ", "))"),
    ]
    if let last = try database.lastStep(of: run) {
      facts.append(
        ("training loss", "\(last.loss.map { NumberFormat.measured($0) } ?? "not recorded")"))
    }
    if let words = EvaluationWords(try database.lastEvaluations(of: run), of: run).ofAllSplits {
      facts.append(("evaluated", "\(words)"))
    }
    facts.append(("took", "\(NumberFormat.significant(run.elapsedSeconds, 3)) s"))
    if run.recordingSeconds > 0, run.elapsedSeconds > 0 {
      let share = 100 * run.recordingSeconds / run.elapsedSeconds
      facts.append(("recording", "\(NumberFormat.significant(share, 2)) % of the time"))
    }
    if run.droppedStepCount > 0 {
      facts.append(("dropped", "\(counted(run.droppedStepCount, "step"))"))
    }
    let items = facts.map { "<div><dt>\($0)</dt><dd>\($1)</dd></div>\n" as HTML }
    return """
      <h1><bdi>\(title)</bdi> <span class="note">\(run.shortID)</span></h1>
      <dl class="facts">
      \(items)</dl>

      """
  }

  // MARK: - What is wrong

  private func health(in database: RunDatabase) throws -> HTML {
    let health: [LayerHealth]
    do {
      health = try database.health(of: run)
    } catch is ShiftError {
      return ""
    }
    let finding = HealthFinding(health, try database.evaluations(of: run), of: run, layers)
    let answer = HealthReport.answer(health, finding, of: run, layers)
    return """
      <h2>Health</h2>
      \(answer.findingHTML)\
      <details class="reading"\(finding.isHealthy ? "" : " open" as HTML)><summary>The checks and the layers</summary>
      \(try answer.tables(isBrief: true))</details>
      \(answer.notesHTML)
      """
  }

  private func events(in database: RunDatabase) throws -> HTML {
    let events = try database.events(of: run)
    guard !events.isEmpty else { return "<h2>Events</h2>\n<p>No event was recorded.</p>\n" }
    let newest = events.suffix(RunPage.mostEvents).reversed()
    let rows = newest.map { event in
      let layer = event.layer.map { number -> HTML in
        "<a href=\"\(PageLink.layer(number, of: run.uuid))\"><bdi>\(LayerLabels(layers).prefix(of: number))</bdi></a>"
      }
      return """
        <tr><td class="number">\(event.step)</td><td>\(event.kind.rawValue)</td><td>\(layer ?? "")</td>\
        <td><bdi>\(event.message.withoutControlCharacters)</bdi></td></tr>

        """ as HTML
    }
    let rest: HTML =
      events.count > newest.count
      ? "<p><a href=\"\(PageLink.address(["events"], [.init(name: "run", value: run.uuid)]))\">all \(events.count) events</a></p>\n"
      : ""
    return """
      <h2>Events</h2>
      <div class="scroll"><table class="answer" aria-label="Events">
      <thead><tr><th scope="col" class="number">step</th><th scope="col">kind</th><th scope="col">layer</th>\
      <th scope="col">what happened</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>
      \(rest)
      """
  }

  // MARK: - Its parts

  private func layerTable(_ figures: FigureSet) -> HTML {
    guard !layers.all.isEmpty else { return "" }
    let shifts = figures.layerShifts
    let labels = LayerLabels(layers)
    let rows = layers.all.map { layer in
      let shift = shifts.first { $0.layer == layer.number }
      let last = shift?.values.last { $0 != nil } ?? nil
      let text: HTML =
        last.map {
          "<td class=\"number\" data-value=\"\(NumberFormat.text($0))\">\(NumberFormat.measured($0))</td>"
        } ?? "<td class=\"number\"></td>"
      let line = shift.map { shift in
        SmallLine.svg(
          shift.values.map { $0 ?? .nan }, title: "shift of \(labels.prefix(of: layer.number))")
      }
      return """
        <tr><th scope="row"><a href="\(PageLink.layer(layer.number, of: run.uuid))"><bdi>\(labels.prefix(of: layer.number))</bdi></a></th>\
        \(text)<td>\(line ?? "")</td></tr>

        """ as HTML
    }
    return """
      <h2>Layers</h2>
      <div class="scroll"><table class="answer layers" aria-label="Layers">
      <thead><tr><th scope="col">layer</th><th scope="col" class="number">shift now, sd</th>\
      <th scope="col">since the start</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>

      """
  }

  private var about: HTML {
    let tags = run.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let configuration = (JSONValue(text: run.configuration) ?? .null).flattened.map {
      "<tr><th scope=\"row\"><code>\($0.key)</code></th><td><bdi>\($0.value.text)</bdi></td></tr>\n"
        as HTML
    }
    return """
      <h2>Configuration</h2>
      <p>Started \(String(run.startedAt.prefix(19)).replacing("T", with: " ")) UTC\(tags.isEmpty ? "" : "; tags \(tags.joined(separator: ", "))").\
      \(run.note.map { " Note: \($0)" } ?? "")</p>
      <p><a href="\(PageLink.address(["compare"], [.init(name: "run", value: run.uuid)]))">Compare it with another run</a></p>
      <details class="reading"><summary>All keys</summary>
      <div class="scroll"><table class="answer" aria-label="Configuration">
      <tbody>
      \(configuration)</tbody></table></div></details>

      """
  }
}

extension RunDatabase {
  /// The rate over the newest steps whose durations are known or, without any, since the run began; nil before it.
  ///
  /// - Throws: `StoreError`.
  func stepsPerSecond(of run: Run) throws -> Double? {
    if run.mayGrow, let last = try lastStep(of: run)?.step {
      var durations: [Double] = []
      try forEachStep(of: run, in: max(0, last - 49)...last) { step in
        if let duration = step.duration { durations.append(duration) }
      }
      let sum = durations.reduce(0, +)
      if sum > 0 { return Double(durations.count) / sum }
    }
    return run.elapsedSeconds > 0 ? Double(run.stepCount) / run.elapsedSeconds : nil
  }
}
