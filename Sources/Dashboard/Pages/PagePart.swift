import Reports

/// A part of a page, which can be drawn again by itself.
struct PagePart: Sendable {
  /// The kind of a part.
  enum Kind: String, Sendable {
    /// A short text that an event stream sends whenever it changes.
    case text
    /// A figure of lines, to which an event stream adds points.
    case lines
    /// Anything else, which a page asks for again when much has changed.
    case other
    /// What never changes while a page is open.
    case fixed
  }

  /// The name, unique in the page, of letters, digits and hyphens.
  let id: String
  let kind: Kind
  /// Its contents.
  let html: HTML

  /// The part as an element of the page.
  var element: HTML {
    "<div class=\"part\" id=\"part-\(id)\" data-kind=\"\(kind.rawValue)\">\n\(html)</div>\n"
  }
}

/// Which parts of a page are to be drawn.
struct PartSelection: Sendable {
  /// The names; nil for all.
  var names: Set<String>?
  /// The kinds; nil for all.
  var kinds: [PagePart.Kind]?

  /// Whether a part is to be drawn.
  func has(_ name: String, _ kind: PagePart.Kind) -> Bool {
    (names?.contains(name) ?? true) && (kinds?.contains(kind) ?? true)
  }
}
