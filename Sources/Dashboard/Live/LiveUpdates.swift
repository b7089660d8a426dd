import Reports
import RunModel
import RunStore
import ShiftAnalysis
import StrictJSON

/// What happened in the database since a page was drawn: the events of its stream.
///
/// - `part`: a short text that changed, `{"id", "html"}`.
/// - `points`: new points of a line, `{"figure", "panel", "line", "points": [[step, value], …]}`, or of an area,
///   `{"figure", "panel", "band", "points": [[step, low, high], …]}`.
/// - `stale`: the kinds of parts that look different after many new steps, and that the page may ask for again, `{"kinds"}`.
/// - `rows`: new rows above a table, `{"id", "html"}`.
/// - `listed`: the runs that the list has now, `{"runs"}`.
/// - `gone`: why nothing more will come, `{"sentence"}`.
///
/// A browser opens at most six connections to a server, streams included: a page that is hidden should close its stream
/// and open it again, from where it was, when it is shown.
struct LiveUpdates: Sendable {
  /// The steps before the new ones that are read again, as an evaluation may be stored after its step.
  private static let margin = 64
  /// The share by which the steps must grow before other parts look different.
  private static let notableGrowth = 0.02

  /// The page.
  let request: PageRequest
  /// The position up to which the page has everything, as the page or the newest event says it.
  private(set) var position: String
  /// The short texts that were sent last, by part; nil before the first look.
  private var texts: [String: String]?
  /// The rows of the list of runs that were sent last, with what they were made of; nil before the first look.
  private var rows: [Run]?
  /// The number of steps of all runs when other parts were last said to be stale; nil before the first look.
  private var staleSteps: Int?
  private var isGone = false

  /// Begins where a page is.
  ///
  /// - Parameters:
  ///   - request: the page, as it was asked for.
  ///   - position: the position that the page carries, or that of the last event that it received; nil where the request
  ///     gives none. It comes from the network and may be any text.
  init(for request: PageRequest, since position: String?) {
    self.request = request
    self.position = position ?? ""
  }

  /// The new events, with the newest position in the last; none where nothing changed that the page shows.
  ///
  /// It is called after each commit to the database, at most five times a second, and every five seconds in any case,
  /// because a recorder that is killed commits nothing.
  ///
  /// - Throws: `StoreError`.
  mutating func next(in database: RunDatabase) throws -> [LiveEvent] {
    guard !isGone else { return [] }
    return try database.snapshot { try changes(in: database) }
  }

  private mutating func changes(in database: RunDatabase) throws -> [LiveEvent] {
    let page: any Page
    do {
      page = try Pages.page(for: request, in: database)
    } catch let error as StoreError where error.kind == .unknownRun {
      return end("\(error.description)")
    } catch let error as MissingPage {
      return end(error.sentence)
    } catch is RunFilterError {
      return end("What was asked for is malformed.")
    } catch let error as ShiftError {
      return end(error.description)
    }
    let known = LivePosition(position)
    var events: [(name: String, data: JSONValue)] = []
    let parts = try page.parts(PartSelection(kinds: [.text]), in: database)
    let now = try LivePosition(of: page, parts, in: database)
    let isNew = position.isEmpty
    let changed = changedTexts(parts, known, now)
    events += changed.map { ("part", ["id": .string($0.id), "html": .string($0.html.markup)]) }
    if let page = page as? RunsPage {
      if let listed = listed(page, known, now) { events.append(listed) }
      events += try changedRows(page, in: database)
    }
    if page is EventsPage { events += try newEvents(page as? EventsPage, known, in: database) }
    events += try newPoints(page, known, now, in: database)
    let isResumed = try known?.isResumed(page.runs, in: database) ?? false
    if let stale = stale(page, known, now, changed, isResumed) { events.append(stale) }
    position = now.text
    // Who names no position shows what there is.
    guard !isNew else { return [] }
    return events.map { LiveEvent(name: $0.name, data: $0.data.json, id: position) }
  }

  private mutating func end(_ sentence: String) -> [LiveEvent] {
    isGone = true
    let data: JSONValue = ["sentence": .string(sentence.withoutControlCharacters)]
    return [LiveEvent(name: "gone", data: data.json, id: position)]
  }

  // MARK: - Texts and rows

  private mutating func changedTexts(
    _ parts: [PagePart], _ known: LivePosition?, _ now: LivePosition
  ) -> [PagePart] {
    let newest = Dictionary(parts.map { ($0.id, $0.html.markup) }) { $1 }
    defer { texts = newest }
    guard let texts else { return known?.texts == now.texts ? [] : parts }
    return parts.filter { texts[$0.id] != newest[$0.id] }
  }

  /// The runs that are listed, where others were.
  private func listed(_ page: RunsPage, _ known: LivePosition?, _ now: LivePosition)
    -> (name: String, data: JSONValue)?
  {
    let listed = page.listed.map(\.uuid)
    let isSame = rows.map { $0.map(\.uuid) == listed } ?? (known?.texts == now.texts)
    return isSame ? nil : ("listed", ["runs": .array(listed.map { .string($0) })])
  }

  private mutating func changedRows(_ page: RunsPage, in database: RunDatabase) throws
    -> [(name: String, data: JSONValue)]
  {
    let isFirst = rows == nil
    let before = Dictionary((rows ?? []).map { ($0.uuid, $0) }) { $1 }
    let changed = page.listed.filter { run in
      before[run.uuid].map { !$0.looks(like: run) } ?? true
    }
    rows = page.listed
    // At the first look all that may have changed since the page was drawn.
    let shown = isFirst ? changed.filter(\.mayGrow) : changed
    guard !shown.isEmpty else { return [] }
    let fields = try page.fields(in: database)
    return try shown.map { run in
      let cells = try page.cells(of: run, fields, in: database)
      return (
        "part", ["id": .string("run-\(run.uuid)"), "html": .string(cells.markup)]
      )
    }
  }

  private func newEvents(_ page: EventsPage?, _ known: LivePosition?, in database: RunDatabase)
    throws -> [(name: String, data: JSONValue)]
  {
    // Earlier pages do not grow.
    guard let page, let known, request.value("before") == nil else { return [] }
    let events = try page.events(after: known.event, before: nil, in: database)
    guard !events.isEmpty else { return [] }
    let html = events.map { EventsPage.row($0).markup }.joined()
    return [("rows", ["id": "event-rows", "html": .string(html)])]
  }

  // MARK: - Figures

  private func newPoints(
    _ page: any Page, _ known: LivePosition?, _ now: LivePosition, in database: RunDatabase
  ) throws -> [(name: String, data: JSONValue)] {
    guard let known, known.steps.count == now.steps.count, !page.lineFigures.isEmpty else {
      return []
    }
    let grown = zip(known.steps, now.steps).filter { $0 < $1 }
    guard let first = grown.map(\.0).min() else { return [] }
    // A view of other steps does not grow.
    if let steps = page.view.steps, steps.upperBound < first { return [] }
    var found: [FigureSet.LinePoints] = []
    for (kinds, start) in [
      ([FigureKind.loss], first + 1),
      (page.lineFigures.filter { $0 != .loss }, first + 1 - LiveUpdates.margin),
    ] {
      var view = page.view
      view.kinds = Set(kinds)
      view.since = max(0, start)
      let set = try FigureSet(of: page.runs, view, in: database)
      found += kinds.flatMap { set.points($0) }
    }
    return found.filter { !$0.points.isEmpty }.map { line in
      let points = line.points.map { point -> JSONValue in
        .array([.integer(Int128(point.step))] + point.values.map { JSONValue($0) })
      }
      return (
        "points",
        [
          "figure": .string(line.figure.rawValue), "panel": .string(line.panel),
          (line.isBand ? "band" : "line"): .string(line.name), "points": .array(points),
        ]
      )
    }
  }

  /// The parts that look different by now; nil where there are none.
  private mutating func stale(
    _ page: any Page, _ known: LivePosition?, _ now: LivePosition, _ changed: [PagePart],
    _ isResumed: Bool
  ) -> (name: String, data: JSONValue)? {
    guard !page.runs.isEmpty else { return nil }
    let sum = now.steps.reduce(0, +)
    let before = staleSteps ?? known?.steps.reduce(0, +) ?? sum
    // An event marks the lines, too.
    let isMarked = changed.contains { $0.id == "events" } && texts != nil && staleSteps != nil
    let isGrown = sum > before && Double(sum - before) >= LiveUpdates.notableGrowth * Double(before)
    staleSteps = isGrown || isResumed ? sum : before
    if isResumed || isMarked { return ("stale", ["kinds": ["other", "lines"]]) }
    return isGrown ? ("stale", ["kinds": ["other"]]) : nil
  }
}

extension Run {
  /// Whether a list shows the same of both.
  fileprivate func looks(like other: Run) -> Bool {
    stepCount == other.stepCount && status == other.status && name == other.name
      && tags == other.tags && note == other.note
  }
}
