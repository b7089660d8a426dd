/// A strict reader of the markup that reports use: what it finds wrong, and the text that a reader would see.
struct MarkupChecker {
  private(set) var problems: [String] = []
  private(set) var visibleText = ""
  /// How often each element begins.
  private(set) var elements: [String: Int] = [:]
  /// The names of all attributes.
  private(set) var attributes: Set<String> = []
  private(set) var identifiers: [String] = []

  private static let empty: Set<String> = ["meta", "br"]
  private static let references: [(reference: String, character: String)] = [
    ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#8288;", ""),
  ]

  init(_ markup: String) {
    var open: [String] = []
    var rest = Substring(markup)
    while let start = rest.firstIndex(of: "<") {
      addText(rest[..<start])
      guard let end = rest[start...].firstIndex(of: ">") else {
        problems.append("a tag is not closed: \(rest[start...].prefix(60))")
        return
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("!DOCTYPE") { continue }
      if tag.hasPrefix("/") {
        let last = open.popLast()
        if last != String(tag.dropFirst()) {
          problems.append("</\(tag.dropFirst())> closes <\(last ?? "nothing")>")
        }
        continue
      }
      let name = String(tag.prefix { $0.isLetter || $0.isNumber })
      if name.isEmpty { problems.append("a tag without a name: <\(tag.prefix(60))>") }
      elements[name, default: 0] += 1
      readAttributes(tag.dropFirst(name.count))
      if ["style", "script"].contains(name), let end = rest.firstIndex(of: "<") {
        rest = rest[end...]
      }
      if !tag.hasSuffix("/") && !MarkupChecker.empty.contains(name) { open.append(name) }
    }
    addText(rest)
    if !open.isEmpty { problems.append("left open: \(open)") }
  }

  private mutating func readAttributes(_ text: Substring) {
    var rest = text
    while let start = rest.firstIndex(where: { !$0.isWhitespace && $0 != "/" }) {
      rest = rest[start...]
      guard let equals = rest.firstIndex(of: "="), rest[equals...].dropFirst().first == "\"",
        let end = rest[equals...].dropFirst(2).firstIndex(of: "\"")
      else {
        problems.append("an attribute without a quoted value: \(rest.prefix(60))")
        return
      }
      let name = String(rest[..<equals])
      attributes.insert(name)
      if name == "id" { identifiers.append(String(rest[equals..<end].dropFirst(2))) }
      rest = rest[end...].dropFirst()
    }
  }

  private mutating func addText(_ text: Substring) {
    var rest = text
    while let start = rest.firstIndex(of: "&") {
      visibleText += rest[..<start]
      let known = MarkupChecker.references.first { rest[start...].hasPrefix($0.reference) }
      guard let (reference, character) = known
      else {
        problems.append("an & that is no reference: \(rest[start...].prefix(20))")
        return
      }
      visibleText += character
      rest = rest[start...].dropFirst(reference.count)
    }
    visibleText += rest
  }
}
