import Reports

/// What a request for a page is answered with.
enum PageAnswer: Sendable {
  /// A page.
  case page(HTML)
  /// A file: a download, a figure, or the style and script of the pages.
  case file(PageFile)
  /// A page that says what is missing and links back.
  case missing(HTML)
  /// A page that says why the database cannot be read now: it vanished, is damaged, or a newer program made it.
  case unavailable(HTML)
}
