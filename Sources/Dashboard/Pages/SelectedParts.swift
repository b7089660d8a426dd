import Reports

/// The parts of a page that are selected, in order.
struct SelectedParts {
  private let selection: PartSelection
  /// The parts.
  private(set) var all: [PagePart] = []

  /// Begins without parts.
  init(_ selection: PartSelection) { self.selection = selection }

  /// Adds a part, whose contents are made only where it is selected.
  mutating func add(
    _ id: String, _ kind: PagePart.Kind, _ html: @autoclosure () throws -> HTML
  ) rethrows {
    guard selection.has(id, kind) else { return }
    all.append(PagePart(id: id, kind: kind, html: try html()))
  }
}
