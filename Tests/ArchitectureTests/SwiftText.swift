/// Swift source taken apart: its code without comments and literals, and the text of its string literals.
struct SwiftText {
  /// The code; comments and the text of string literals are blank, what a literal interpolates is code.
  private(set) var code = ""
  /// The text of each piece of a string literal.
  private(set) var literals: [String] = []

  private var rest: Substring

  /// Takes `source` apart.
  init(_ source: String) {
    rest = source[...]
    readCode(until: nil)
    rest = ""
  }

  /// Reads code up to the parenthesis that closes an interpolation, or to the end.
  private mutating func readCode(until end: Character?) {
    var depth = 0
    while let character = rest.first {
      if rest.hasPrefix("//") {
        rest = rest.drop { !$0.isNewline }
      } else if rest.hasPrefix("/*") {
        skipComment()
      } else if character == "\"" || rest.drop(while: { $0 == "#" }).first == "\"" {
        readLiteral()
      } else {
        rest.removeFirst()
        if character == "(" { depth += 1 }
        if character == ")" {
          if depth == 0 && end == ")" { return }
          depth -= 1
        }
        code.append(character)
      }
    }
  }

  private mutating func skipComment() {
    var depth = 0
    repeat {
      if rest.hasPrefix("/*") {
        depth += 1
        rest = rest.dropFirst(2)
      } else if rest.hasPrefix("*/") {
        depth -= 1
        rest = rest.dropFirst(2)
      } else {
        rest = rest.dropFirst()
      }
    } while depth > 0 && !rest.isEmpty
    code.append(" ")
  }

  private mutating func readLiteral() {
    let hashes = String(repeating: "#", count: rest.prefix { $0 == "#" }.count)
    rest = rest.dropFirst(hashes.count)
    let quote = rest.hasPrefix("\"\"\"") ? "\"\"\"" : "\""
    rest = rest.dropFirst(quote.count)
    var text = ""
    while !rest.isEmpty && !rest.hasPrefix(quote + hashes) {
      if rest.hasPrefix("\\\(hashes)(") {
        rest = rest.dropFirst(hashes.count + 2)
        code.append(" ")
        readCode(until: ")")
        code.append(" ")
        text.append("…")
      } else if rest.hasPrefix("\\" + hashes) {
        text.append(contentsOf: rest.prefix(hashes.count + 2))
        rest = rest.dropFirst(hashes.count + 2)
      } else {
        text.append(rest.removeFirst())
      }
    }
    rest = rest.dropFirst(quote.count + hashes.count)
    literals.append(text)
    code.append(" ")
  }
}
