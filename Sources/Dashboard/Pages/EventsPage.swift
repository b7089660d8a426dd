import Reports
import RunModel
import RunStore
import ShiftAnalysis

/// The page of the events of all runs, or of one, the newest first.
struct EventsPage: Page {
  /// The events on one page.
  static let length = 100

  let title = "Events"
  private let request: PageRequest
  private var kind: String? { request.value("kind") }
  private var run: String? { request.value("run") }

  /// The page that a request asks for.
  init(_ request: PageRequest) { self.request = request }

  func parts(_ selection: PartSelection, in database: RunDatabase) throws -> [PagePart] {
    let before = request.value("before").flatMap { Int($0) }
    let events = try events(after: nil, before: before, in: database)
    var parts = SelectedParts(selection)
    try parts.add("head", .fixed, try head(in: database))
    parts.add("events", .fixed, table(events))
    return parts.all
  }

  /// The newest events that the page is about, after one or before one.
  ///
  /// - Throws: `StoreError`.
  func events(after: Int?, before: Int?, in database: RunDatabase) throws -> [RunEvent] {
    try database.newestEvents(
      atMost: EventsPage.length, after: after, before: before, ofRun: run, kind: kind)
  }

  private func head(in database: RunDatabase) throws -> HTML {
    let kinds = try database.eventKinds()
    let links = ([nil] + kinds.map { Optional($0) }).map { name -> HTML in
      let query = request.query.filter { !["kind", "before"].contains($0.name) }
      let address = PageLink.address(
        ["events"], query + (name.map { [.init(name: "kind", value: $0)] } ?? []))
      let current: HTML = name == kind ? " aria-current=\"true\"" : ""
      return "<li><a href=\"\(address)\"\(current)>\(name ?? "all kinds")</a></li>\n"
    }
    let ofRun: HTML = try run.map { " of \(RunLink.html(try database.run($0)))" } ?? ""
    return """
      <h1>Events\(ofRun)</h1>
      <nav aria-label="Kinds of events"><ul>
      \(links)</ul></nav>

      """
  }

  private func table(_ events: [RunEvent]) -> HTML {
    let last = events.last.flatMap { events.count == EventsPage.length ? $0.id : nil }
    let more: HTML =
      last.map {
        "<p><a rel=\"next\" href=\"\(request.address(with: "before", "\($0)"))\">earlier events</a></p>\n"
      } ?? ""
    return """
      \(events.isEmpty ? .missing("No such event was recorded.") : "" as HTML)\
      <div class="scroll"><table class="answer" aria-label="Events">
      <thead><tr><th scope="col">run</th><th scope="col" class="number">step</th><th scope="col">kind</th>\
      <th scope="col">layer</th><th scope="col">what happened</th></tr></thead>
      <tbody id="event-rows">
      \(events.map(EventsPage.row))</tbody></table></div>
      \(more)
      """
  }

  /// The row of an event.
  static func row(_ item: RunEvent) -> HTML {
    let layer = item.event.layer.map { number -> HTML in
      let name = item.layerName.map { RunLayers.shortened($0).withoutControlCharacters }
      return
        "<a href=\"\(PageLink.layer(number, of: item.runID))\"><bdi>\(name ?? "layer \(number)")</bdi></a>"
    }
    return """
      <tr><th scope="row">\(RunLink.html(item.runID, item.runName))</th>\
      <td class="number">\(item.event.step)</td><td>\(item.event.kind.rawValue)</td><td>\(layer ?? "")</td>\
      <td><bdi>\(item.event.message.withoutControlCharacters)</bdi></td></tr>

      """
  }
}
