/// HTML or SVG text whose literal parts are markup and whose interpolated strings are escaped.
///
/// Only a literal can bring markup in: `"<b>\(name)</b>"` shows the name `<i>` as it is written.
package struct HTML: ExpressibleByStringInterpolation, Sendable, Equatable {
  /// The markup.
  package private(set) var markup: String

  package init(stringLiteral value: String) {
    markup = value
  }

  package init(stringInterpolation: Interpolation) {
    markup = stringInterpolation.markup
  }

  /// Collects the pieces of a literal.
  package struct Interpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      markup.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) { markup += literal }

    /// Appends text, escaped for element content and for quoted attributes.
    package mutating func appendInterpolation(_ text: String) { markup += HTML.escaped(text) }

    /// Appends markup as it is.
    package mutating func appendInterpolation(_ html: HTML) { markup += html.markup }

    /// Appends pieces of markup, one after the other.
    package mutating func appendInterpolation(_ pieces: [HTML]) {
      for piece in pieces { markup += piece.markup }
    }

    /// Appends a whole number in plain digits, as attributes want it.
    package mutating func appendInterpolation(_ number: Int) { markup += "\(number)" }

    /// Appends a length in pixels, to two decimals.
    package mutating func appendInterpolation(px length: Double) { markup += HTML.pixels(length) }
  }

  package static func += (left: inout HTML, right: HTML) {
    left.markup += right.markup
  }

  /// A sentence in place of a figure that has no data.
  package static func missing(_ sentence: HTML) -> HTML { "<p class=\"missing\">\(sentence)</p>\n" }

  /// A length to two decimals without trailing zeros, the compact form that path data wants.
  static func pixels(_ length: Double) -> String {
    let hundredths = Int((length * 100).rounded())
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    guard rest > 0 else { return "\(sign)\(whole)" }
    guard !rest.isMultiple(of: 10) else { return "\(sign)\(whole).\(rest / 10)" }
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// Whether a byte is a character of ASCII that is written as it is.
  private static let isPlain = (0..<256).map {
    (0x20..<0x7F).contains($0) && !"&<>\"'".utf8.contains(UInt8($0))
  }

  /// `text` with the five special characters as references, and characters that XML forbids replaced by "�".
  private static func escaped(_ text: String) -> String {
    // Most texts are: to look at each character takes longer.
    if text.utf8.allSatisfy({ isPlain[Int($0)] }) { return text }
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      default:
        let isForbidden =
          scalar.properties.generalCategory == .control
          || scalar.properties.isNoncharacterCodePoint
        result.unicodeScalars.append(isForbidden ? "\u{FFFD}" : scalar)
      }
    }
    return result
  }
}

extension [HTML] {
  /// The pieces in one, with `separator` between them.
  package func joined(separator: HTML) -> HTML {
    var result: HTML = ""
    for (index, piece) in enumerated() { result += index == 0 ? piece : "\(separator)\(piece)" }
    return result
  }
}
