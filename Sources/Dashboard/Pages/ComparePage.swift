import Reports
import RunModel
import RunStore
import ShiftAnalysis

/// The page of 2 to 10 runs, or of two groups of runs, side by side.
struct ComparePage: Page {
  /// The most runs, and the most of each group.
  static let (mostRuns, mostOfGroup) = (10, 20)

  let title = "Compare"
  let runs: [Run]
  let view: FigureView
  let lineFigures: [FigureKind] = [.accuracy, .loss, .distance, .shift, .gap]
  private let request: PageRequest
  /// The conditions of the two groups; nil where runs are named.
  private let conditions: [String]?
  private let groups: RunPairs?

  /// The page of the runs or groups that a request names.
  ///
  /// - Throws: `MissingPage` where there are too many; `RunFilterError`, `ShiftError`, `StoreError`.
  init(_ request: PageRequest, in database: RunDatabase) throws {
    self.request = request
    view = request.view
    if let first = request.value("first"), let second = request.value("second") {
      conditions = [first, second]
      let selected = try [first, second].map {
        try RunSelection(RunFilter($0)).runs(of: database, inTrash: false)
      }
      let name = request.value("pair") ?? "config.seed"
      let pairs = try RunPairs(
        (selected[0], selected[1]), by: RunField(named: name, at: 1), named: name, in: database)
      guard pairs.pairs.count <= ComparePage.mostOfGroup else {
        throw MissingPage(
          sentence:
            "A page compares at most \(ComparePage.mostOfGroup) pairs of runs, and \(pairs.pairs.count) were selected; `normscope compare` takes any number."
        )
      }
      groups = pairs
      runs = pairs.pairs.map { $0.runs[0] } + pairs.pairs.map { $0.runs[1] }
      return
    }
    (conditions, groups) = (nil, nil)
    var seen: Set<String> = []
    let named = request.values("run").filter { !$0.isEmpty && seen.insert($0).inserted }
    guard named.count <= ComparePage.mostRuns else {
      throw MissingPage(
        sentence:
          "A page compares 2 to \(ComparePage.mostRuns) runs, and \(named.count) were chosen.")
    }
    runs = try named.map { try database.run($0) }.reduce(into: []) { runs, run in
      if !runs.contains(where: { $0.uuid == run.uuid }) { runs.append(run) }
    }
  }

  /// The figures, in order: two runs have the lengths in one unit, more of them the shifts.
  private var figures: [(kind: FigureKind, part: PagePart.Kind)] {
    [
      (.accuracy, .lines), (.loss, .lines), (runs.count == 2 ? .distance : .shift, .lines),
      (.heatmap, .other), (.gap, .lines), (.bands, .lines),
    ]
  }

  func parts(_ selection: PartSelection, in database: RunDatabase) throws -> [PagePart] {
    var parts = SelectedParts(selection)
    parts.add("head", .fixed, head)
    guard runs.count > 1 else { return parts.all }
    parts.add("status", .text, status)
    try parts.add("finding", .other, try finding(in: database))
    var view = view
    view.kinds = Set(figures.filter { selection.has($0.kind.rawValue, $0.part) }.map(\.kind))
    let set = try FigureSet(of: view.kinds.isEmpty ? [] : runs, view, in: database)
    for (kind, part) in figures {
      parts.add(
        kind.rawValue, part,
        set.html(kind, links: FigureLinks.html(kind, of: runs, self.view)) ?? "")
    }
    return parts.all
  }

  // MARK: - What is asked for

  private var head: HTML {
    let chosen = conditions == nil ? runs.map { Optional($0) } : []
    let count = min(ComparePage.mostRuns, max(2, chosen.count + 1))
    let fields = (chosen + Array(repeating: nil, count: max(0, count - chosen.count)))
      .map { run -> HTML in
        let label = run.map { RunLink.text($0.uuid, $0.name) } ?? ""
        return """
          <li><label><span class="hidden">run</span><input name="run" size="38" value="\(run?.uuid ?? "")" \
          placeholder="id or name of a run"></label> <bdi>\(label)</bdi></li>

          """
      }
    let hint: HTML =
      runs.count > 1
      ? ""
      : "<p>Choose runs in the <a href=\"/\">list</a>, name them here, or describe two groups.</p>\n"
    return """
      <h1>Compare</h1>
      \(hint)<details class="reading"\(runs.count > 1 ? "" : " open" as HTML)><summary>Which runs</summary>
      <form class="filter" method="get"><ul class="plain">
      \(fields)</ul>
      <button>Compare the runs</button></form>
      <form class="filter" method="get">
      <label>First group <input name="first" size="30" value="\(conditions?[0] ?? "")" placeholder="config.norm = none"></label>
      <label>Second group <input name="second" size="30" value="\(conditions?[1] ?? "")" placeholder="config.norm = batch"></label>
      <label>paired by <input name="pair" size="14" value="\(request.value("pair") ?? "config.seed")"></label>
      <button>Compare the groups</button></form></details>

      """
  }

  // MARK: - What was found

  private var status: HTML {
    let items = runs.map { run in
      """
      <li>\(RunLink.html(run)) \(StatusMark.html(run)), \(counted(run.stepCount, "step"))</li>

      """ as HTML
    }
    return "<ul class=\"plain\">\n\(items)</ul>\n<h2 class=\"hidden\">What was found</h2>\n"
  }

  private func finding(in database: RunDatabase) throws -> HTML {
    let answer: Answer
    do {
      if let groups {
        answer = GroupComparisonReport.answer(
          try GroupComparison(groups, points: nil, in: database))
      } else {
        answer =
          ComparisonReport(
            try RunComparison.each(of: RunFigures.each(of: runs, in: database), in: database)
          ).answer
      }
    } catch let error as ShiftError {
      return .missing("\(error.description)")
    }
    return """
      \(answer.findingHTML)\
      <details class="reading"><summary>The figures of the runs side by side</summary>
      \(try answer.tables(isBrief: true))</details>
      \(answer.notesHTML)
      """
  }
}
