import Reports

/// The style and the script of the pages, at addresses that change with their contents.
enum PageAssets {
  /// A text at a fixed address.
  struct Asset: Sendable {
    let text: String
    let type: String
    /// The last segment of the path: a digest of the text and an extension.
    let name: String

    fileprivate init(_ text: String, _ type: String, _ suffix: String) {
      self.text = text
      self.type = type
      name = "\(String(LivePosition.digest([text]), radix: 16)).\(suffix)"
    }

    /// The address.
    var address: String { "/assets/\(name)" }
  }

  /// The style.
  static let style = Asset(PageStyle.rules, "text/css; charset=utf-8", "css")
  /// The script.
  static let script = Asset(PageScript.text, "text/javascript; charset=utf-8", "js")

  /// The picture beside the title of a window: two hills, one of which has moved.
  static let icon = Asset(
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="none" stroke="#0072b2" stroke-width="1.6" \
    d="M1 13c3 0 3-9 5-9s2 9 5 9"/><path fill="none" stroke="#d55e00" stroke-width="1.6" d="M5 13c3 0 3-6 5-6s2 6 5 6"/></svg>

    """, "image/svg+xml", "svg")

  /// The file at a path; nil where there is none.
  static func file(at path: [String]) -> PageFile? {
    guard path.count == 2, let asset = [style, script, icon].first(where: { $0.name == path[1] })
    else {
      return nil
    }
    return PageFile(bytes: Array(asset.text.utf8), type: asset.type, isImmutable: true)
  }
}
