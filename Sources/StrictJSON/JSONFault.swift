/// A fault of a JSON text, and its line.
package struct JSONFault: Error, Equatable {
  /// What is wrong.
  package enum Kind: Equatable {
    /// It is not JSON: something is missing, left over, or no value.
    case syntax
    /// A key stands twice in one object.
    case repeatedKey
    /// A string has a control character by itself, which JSON wants as an escape.
    case controlCharacter(UInt8)
  }

  /// What is wrong.
  package let kind: Kind
  /// The line, from 1.
  package let line: Int

  /// What follows the name of the text in a sentence.
  var predicate: String {
    switch kind {
    case .syntax:
      "is not valid JSON on line \(line); look for a missing or misplaced comma, quote or bracket."
    case .repeatedKey: "repeats a key of the same object on line \(line); remove one of the two."
    case .controlCharacter(let byte):
      "has the control character \(JSONFault.escape(byte)) inside of a string on line \(line); write it as it stands here."
    }
  }

  private static func escape(_ byte: UInt8) -> String {
    let hex = String(byte, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
  }
}
