import RunModel

/// A token of a filter: a word, a sign or a quoted text.
struct RunFilterToken: Equatable {
  /// The kind of a token.
  enum Kind: Equatable {
    case word
    case quoted
    case comparison(FilterComparison)
    case open
    case close
  }

  let kind: Kind
  /// The text of the token, without quotes.
  let text: String
  /// The column of its first character, from 1.
  let column: Int

  /// Whether it is the word `word`, ignoring case.
  func isKeyword(_ word: String) -> Bool { kind == .word && text.lowercased() == word }
}

/// Splits the text of a filter into tokens.
struct RunFilterLexer {
  private let characters: [Character]
  private var position = 0

  private init(_ text: String) {
    characters = Array(text)
  }

  /// The tokens of `text`, in order.
  ///
  /// - Throws: `RunFilterError` at an unclosed quote, or at a lone "!".
  static func tokens(of text: String) throws(RunFilterError) -> [RunFilterToken] {
    var lexer = RunFilterLexer(text)
    var tokens: [RunFilterToken] = []
    while let token = try lexer.next() { tokens.append(token) }
    return tokens
  }

  private mutating func next() throws(RunFilterError) -> RunFilterToken? {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    guard position < characters.count else { return nil }
    let column = position + 1
    let first = characters[position]
    switch first {
    case "(", ")":
      position += 1
      return RunFilterToken(
        kind: first == "(" ? .open : .close, text: String(first), column: column)
    case "'", "\"": return try quoted(by: first, column: column)
    case let sign where RunFilterLexer.isSign(sign): return try comparison(column: column)
    default:
      let end = characters[position...].firstIndex(where: RunFilterLexer.endsWord)
      let word = String(characters[position..<(end ?? characters.count)])
      position = end ?? characters.count
      return RunFilterToken(kind: .word, text: word, column: column)
    }
  }

  /// Reads a quoted text, in which a quote is written twice.
  private mutating func quoted(by quote: Character, column: Int) throws(RunFilterError)
    -> RunFilterToken
  {
    var text = ""
    position += 1
    while position < characters.count {
      let character = characters[position]
      position += 1
      if character == quote {
        guard position < characters.count, characters[position] == quote else {
          return RunFilterToken(kind: .quoted, text: text, column: column)
        }
        position += 1
      }
      text.append(character)
    }
    throw RunFilterError(column: column, expected: "a closing quote after this one", found: nil)
  }

  private mutating func comparison(column: Int) throws(RunFilterError) -> RunFilterToken {
    let signs = String(characters[position...].prefix(2))
    for length in [2, 1] where signs.count >= length {
      let sign = String(signs.prefix(length))
      guard let comparison = FilterComparison(rawValue: sign) else { continue }
      position += length
      return RunFilterToken(kind: .comparison(comparison), text: sign, column: column)
    }
    throw RunFilterError(
      column: column, expected: FilterComparison.list, found: String(signs.prefix(1)))
  }

  private static func isSign(_ character: Character) -> Bool { "=!<>~".contains(character) }

  private static func endsWord(_ character: Character) -> Bool {
    character.isWhitespace || isSign(character) || "()'\"".contains(character)
  }
}
