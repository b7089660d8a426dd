import Reports
import RunModel
import RunStore
import ShiftAnalysis

/// The first page: the runs, filtered and sorted as `normscope runs` does, 50 on a page.
struct RunsPage: Page {
  /// The runs on one page.
  static let length = 50

  let title = "Runs"
  private let request: PageRequest
  private let condition: String?
  private let order: String?
  /// The runs of the page.
  let listed: [Run]
  /// The number of all runs that were selected.
  private let count: Int
  private let first: Int
  private let error: String?

  /// Selects the runs that a request asks for; a malformed condition selects none and is said.
  ///
  /// - Throws: `StoreError`.
  init(_ request: PageRequest, in database: RunDatabase) throws {
    self.request = request
    condition = request.value("where")
    order = request.value("sort")
    let page = max(1, min(request.value("page").flatMap { Int($0) } ?? 1, 1_000_000))
    first = (page - 1) * RunsPage.length
    do {
      let selection = RunSelection(
        try condition.map { try RunFilter($0) }, in: try order.map { try RunOrder($0) })
      let runs = try selection.runs(of: database, inTrash: false, newestFirst: true)
      count = runs.count
      listed = Array(runs.dropFirst(first).prefix(RunsPage.length))
      error = nil
    } catch let malformed as RunFilterError {
      (count, listed) = (0, [])
      error = malformed.sentence()
    }
  }

  func parts(_ selection: PartSelection, in database: RunDatabase) throws -> [PagePart] {
    var parts = SelectedParts(selection)
    parts.add("head", .fixed, form)
    parts.add("count", .text, counts)
    try parts.add("runs", .fixed, try table(in: database))
    return parts.all
  }

  // MARK: - What is asked for

  private var form: HTML {
    let mistake: HTML =
      error.map { "<p class=\"bad\" role=\"alert\">What was asked for is malformed: \($0)</p>\n" }
      ?? ""
    return """
      <h1>Runs</h1>
      <form class="filter" method="get" role="search">
      <label>Where <input name="where" size="34" value="\(condition ?? "")" \
      placeholder="status = running and config.norm = batch" autocapitalize="off" spellcheck="false"></label>
      <label>Sort by <input name="sort" size="18" value="\(order ?? "")" placeholder="-test_accuracy,name" \
      autocapitalize="off" spellcheck="false"></label>
      <button>Show</button>\(condition == nil && order == nil ? "" : " <a href=\"/\">all runs</a>" as HTML)
      </form>
      <details class="reading"><summary>What can be asked</summary>
      <p>Comparisons (= != &lt; &lt;= &gt; &gt;=, and ~ for “contains”) joined by and, or, not and parentheses. Fields: \
      \(RunField.names.joined(separator: ", ")). “started” and “finished” take a day, a moment, or how long ago (-2h). \
      To sort, name fields with commas between them; a minus before a field puts its largest value first.</p>
      </details>
      \(mistake)
      """
  }

  private var counts: HTML {
    guard count > 0 else {
      return error == nil
        ? .missing(condition == nil ? "No run is recorded here." : "No run is selected.") : ""
    }
    let statuses = Run.Status.allCases.compactMap { status -> String? in
      let number = listed.count { $0.status == status }
      return number > 0 ? "\(number) \(status.rawValue)" : nil
    }
    let shown: HTML =
      count > listed.count
      ? "Runs \(first + 1) to \(first + listed.count) of \(count): " : "\(counted(count, "run")): "
    return "<p>\(shown)\(statuses.joined(separator: ", ")).</p>\n"
  }

  // MARK: - The list

  private func table(in database: RunDatabase) throws -> HTML {
    guard !listed.isEmpty else { return "" }
    let fields = try fields(in: database)
    var headings = fields.map { field -> HTML in
      let heading = RunListReport.heading(of: field)
      guard let name = RunsPage.name(of: field) else {
        return "<th scope=\"col\">\(heading.title)</th>"
      }
      let isSorted = order == name || order == "-\(name)"
      let next = order == "-\(name)" ? name : "-\(name)"
      let sorted: HTML =
        isSorted ? " aria-sort=\"\(order == name ? "ascending" : "descending")\"" : ""
      let kind: HTML = heading.isNumber ? " class=\"number\"" : ""
      let mark = isSorted ? (order == name ? " ▲" : " ▼") : ""
      let query = request.query.filter { !["sort", "page"].contains($0.name) }
      let address = PageLink.address([], query + [.init(name: "sort", value: next)])
      return
        "<th scope=\"col\"\(kind)\(sorted)><a href=\"\(address)\">\(heading.title)\(mark)</a></th>"
    }
    headings.insert("<th scope=\"col\">training loss</th>", at: min(2, headings.count))
    let rows = try listed.map { run in
      "<tr id=\"part-run-\(run.uuid)\">\(try cells(of: run, fields, in: database))</tr>\n" as HTML
    }
    return """
      <form method="get" action="/compare">
      <div class="scroll"><table class="runs" aria-label="Runs">
      <thead><tr><th scope="col"><span class="hidden">choose</span></th>\(headings)</tr></thead>
      <tbody>
      \(rows)</tbody></table></div>
      <p><button>Compare the chosen runs</button> <span class="note">2 to \(ComparePage.mostRuns)</span></p>
      </form>
      \(pages)
      """
  }

  /// The columns: the usual ones and those in which the listed runs differ, at most 14.
  ///
  /// - Throws: `StoreError`.
  func fields(in database: RunDatabase) throws -> [RunField] {
    Array(try RunListReport.usualFields(of: listed, in: database).prefix(14))
  }

  /// The cells of a run's row.
  ///
  /// - Throws: `StoreError`.
  func cells(of run: Run, _ fields: [RunField], in database: RunDatabase) throws -> HTML {
    let facts = RunFacts(run, in: database)
    var cells = try fields.map { field -> HTML in
      let text = try RunListReport.text(of: field, facts)
      switch field {
      case .name:
        return """
          <th scope="row">\(RunLink.html(run)) \
          <span class="note">\(run.shortID)</span></th>
          """
      case .status: return "<td>\(StatusMark.html(run))</td>"
      default:
        let kind: HTML = RunListReport.heading(of: field).isNumber ? " class=\"number\"" : ""
        return "<td\(kind)><bdi>\(text.withoutControlCharacters)</bdi></td>"
      }
    }
    cells.insert("<td>\(try SmallLine.loss(of: run, in: database))</td>", at: min(2, cells.count))
    return """
      <td><input type="checkbox" name="run" value="\(run.uuid)" aria-label="choose \(run.name.withoutControlCharacters)"></td>\
      \(cells)
      """
  }

  /// The name by which a list is sorted by a field.
  private static func name(of field: RunField) -> String? {
    switch field {
    case .tag(let key): "tag.\(key)"
    case .configuration(let key): "config.\(key)"
    default: RunField.names.first { RunField($0) == field }
    }
  }

  private var pages: HTML {
    guard count > RunsPage.length else { return "" }
    let last = (count - 1) / RunsPage.length + 1
    let current = first / RunsPage.length + 1
    let links = (1...last).map { page -> HTML in
      page == current
        ? "<li><b aria-current=\"page\">\(page)</b></li>\n"
        : "<li><a href=\"\(request.address(with: "page", "\(page)"))\">\(page)</a></li>\n"
    }
    return "<nav aria-label=\"Pages of runs\"><ul>\n\(links)</ul></nav>\n"
  }
}
