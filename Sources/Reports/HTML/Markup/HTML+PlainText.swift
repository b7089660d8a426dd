extension HTML {
  /// The text without its markup, on one line.
  var plainText: String {
    var text = String.UnicodeScalarView()
    var isTag = false
    // Texts have no angle brackets, which are escaped there.
    for scalar in markup.unicodeScalars {
      if scalar == "<" { isTag = true }
      if !isTag { text.append(scalar) }
      if scalar == ">" { isTag = false }
    }
    let plain = HTML.references.reduce(String(text)) { $0.replacing($1.reference, with: $1.text) }
    return plain.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The references of escaped text; the ampersand last, which begins the others.
  private static let references: [(reference: String, text: String)] = [
    ("&#8288;", ""), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
  ]
}
