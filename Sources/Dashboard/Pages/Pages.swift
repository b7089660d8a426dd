import Reports

/// The pages of one database file.
///
/// `answer` runs on several threads at once, each with a connection of its own to the database.
struct Pages: Sendable {
  /// The path of the database.
  let databasePath: String

  /// The answer to a request.
  func answer(to request: PageRequest) -> PageAnswer {
    guard request.path.isEmpty else { return .missing(Self.page("There is no such page.")) }
    return .page(Self.page("\(databasePath)"))
  }

  private static func page(_ text: HTML) -> HTML {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><title>Normscope</title></head>
    <body><h1>Normscope</h1><p>\(text)</p></body></html>

    """
  }
}
