/// A fault of a JSON text, and its line.
package struct JSONFault: Error, Equatable {
  /// The kind of a fault.
  package enum Kind: Equatable {
    /// The text is not JSON.
    case syntax
    /// The text has no value.
    case empty
    /// The text has more nested brackets than this.
    case depth(Int)
    /// An object has a key twice.
    case repeatedKey
    /// A string has a control character that is not an escape.
    case controlCharacter(UInt8)
  }

  /// The kind.
  package let kind: Kind
  /// The line, from 1.
  package let line: Int
  /// Whether the text is right as far as it goes, and ends too early.
  package let isAtEnd: Bool

  /// The sentence after the name of the text.
  var predicate: String {
    switch kind {
    case .syntax:
      "is not valid JSON on line \(line); look for a missing or misplaced comma, quote or bracket."
    case .empty: "is empty; write a JSON object into it."
    case .depth(let limit):
      "has more than \(limit) nested brackets on line \(line); use at most that many."
    case .repeatedKey: "repeats a key of the same object on line \(line); remove one of the two."
    case .controlCharacter(let byte):
      "has the control character \(JSONFault.escape(byte)) inside a string on line \(line); write it as it stands here."
    }
  }

  private static func escape(_ byte: UInt8) -> String {
    let hex = String(byte, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
  }
}
