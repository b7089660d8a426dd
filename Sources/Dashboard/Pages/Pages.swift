import Reports
import RunModel
import RunStore
import ShiftAnalysis

/// The pages of one database file.
///
/// `answer` runs on several threads at once, each with a connection of its own to the database.
struct Pages: Sendable {
  /// The path of the database.
  let databasePath: String

  /// The most bytes of the database that are kept while a page is made: as many as 500 steps of a layer of 10^6 take.
  ///
  /// Figure by figure the same pages of the file come again: 1,181 of 64 KiB were read 2,955 times where 32 MB were kept.
  private static let cacheBytes = 80 << 20

  /// The answer to a request.
  func answer(to request: PageRequest) -> PageAnswer {
    if request.path.first == "assets" {
      return PageAssets.file(at: request.path).map { .file($0) }
        ?? .missing(sentence("There is no such file."))
    }
    guard Pages.isKnown(request.path) else { return .missing(sentence("There is no such page.")) }
    do {
      let database = try RunDatabase(path: databasePath, for: .read)
      try database.cachePages(ofBytes: Pages.cacheBytes)
      return try database.snapshot { try answer(to: request, in: database) }
    } catch let error as MissingPage {
      return .missing(sentence(error.sentence))
    } catch let error as StoreError {
      let isMissing = [.unknownRun, .ambiguousRun].contains(error.kind)
      return isMissing
        ? .missing(sentence(error.description)) : .unavailable(sentence(error.description))
    } catch let error as RunFilterError {
      return .missing(sentence("What was asked for is malformed: \(error.sentence())"))
    } catch {
      // Errors of questions are sentences.
      return .missing(sentence("\(error)"))
    }
  }

  /// The answer to a request whose page takes too long.
  var lateAnswer: PageAnswer {
    .unavailable(
      sentence(
        "This page takes too long to make; ask for fewer steps or runs, or use the command line."))
  }

  private func answer(to request: PageRequest, in database: RunDatabase) throws -> PageAnswer {
    if request.path.first == "figures" {
      return .file(try FigureFile.file(for: request, in: database))
    }
    let page = try Pages.page(for: request, in: database)
    let names = request.values("part")
    let parts = try page.parts(
      PartSelection(names: names.isEmpty ? nil : Set(names)), in: database)
    let elements = parts.map(\.element)
    guard names.isEmpty else {
      return .page("<!DOCTYPE html><title>Parts</title>\n\(elements)")
    }
    let position = try LivePosition(of: page, parts, in: database)
    return .page(
      PageFrame(
        request: request, title: page.title, database: databasePath, position: position.text,
        hasSteps: !page.runs.isEmpty, content: "\(elements)"
      ).html)
  }

  /// Whether a path can lead to a page or a figure, whatever the database holds.
  private static func isKnown(_ path: [String]) -> Bool {
    switch (path.first, path.count) {
    case (nil, _), ("compare", 1), ("events", 1), ("runs", 2), ("figures", 2): true
    case ("runs", 4): path[2] == "layers"
    default: false
    }
  }

  /// The page at an address.
  ///
  /// - Throws: `MissingPage` where there is none; `StoreError`; an error of what the address asks for.
  static func page(for request: PageRequest, in database: RunDatabase) throws -> any Page {
    switch (request.path.first, request.path.count) {
    case (nil, _): return try RunsPage(request, in: database)
    case ("runs", 2):
      return try RunPage(request, try database.run(uuid: request.path[1]), in: database)
    case ("runs", 4) where request.path[2] == "layers":
      return try LayerPage(request, try database.run(uuid: request.path[1]), in: database)
    case ("compare", 1): return try ComparePage(request, in: database)
    case ("events", 1): return EventsPage(request)
    default: throw MissingPage(sentence: "There is no such page.")
    }
  }

  /// A page of a sentence.
  private func sentence(_ text: String) -> HTML {
    PageFrame(
      request: nil, title: "Not shown", database: databasePath,
      content: """
        <h1>Not shown</h1>
        <p class="finding">\(text.withoutControlCharacters)</p>
        <p><a href="/">The runs</a></p>

        """
    ).html
  }
}
