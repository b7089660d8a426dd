/// One word, sign or quoted text of a filter.
struct RunFilterToken: Equatable {
  /// What it is.
  enum Kind: Equatable {
    case word
    case quoted
    case comparison(RunFilter.Comparison)
    case open
    case close
  }

  let kind: Kind
  /// What was written; of a quoted text what stands between the quotes.
  let text: String
  /// The place of its first character, from 1.
  let column: Int

  /// Whether it is the word `word`, in capitals or not.
  func isKeyword(_ word: String) -> Bool { kind == .word && text.lowercased() == word }
}

/// Cuts the text of a filter into words, signs and quoted texts.
struct RunFilterLexer {
  private let characters: [Character]
  private var position = 0

  private init(_ text: String) {
    characters = Array(text)
  }

  /// The tokens of `text`, in order.
  ///
  /// - Throws: `RunFilterError` at a quote that is not closed, or a "!" alone.
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

  /// A quote inside is written twice.
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
      guard let comparison = RunFilter.Comparison(rawValue: sign) else { continue }
      position += length
      return RunFilterToken(kind: .comparison(comparison), text: sign, column: column)
    }
    throw RunFilterError(
      column: column, expected: RunFilter.Comparison.list, found: String(signs.prefix(1)))
  }

  private static func isSign(_ character: Character) -> Bool { "=!<>~".contains(character) }

  private static func endsWord(_ character: Character) -> Bool {
    character.isWhitespace || isSign(character) || "()'\"".contains(character)
  }
}
