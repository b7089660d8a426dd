import RunModel

/// Parses the tokens of a filter by recursive descent.
struct RunFilterParser {
  /// The deepest nesting of parentheses and `not`: more than anybody writes, and less than the stack allows.
  static let depthLimit = 100

  private let tokens: [RunFilterToken]
  private var position = 0
  /// The column after the text's last character.
  private let end: Int
  private let now: Int

  private init(_ text: String, now: Int) throws(RunFilterError) {
    tokens = try RunFilterLexer.tokens(of: text)
    end = text.count + 1
    self.now = now
  }

  /// Parses `text` at the time `now`, microseconds since 1970.
  ///
  /// - Throws: `RunFilterError`.
  static func expression(_ text: String, now: Int) throws(RunFilterError) -> FilterExpression {
    var parser = try RunFilterParser(text, now: now)
    let expression = try parser.disjunction(depth: 0)
    guard parser.position == parser.tokens.count else {
      throw parser.unexpected(expecting: "and, or, or the end")
    }
    return expression
  }

  // Chains of `and` and `or` are lists, so that only nesting makes the tree deep.
  private mutating func disjunction(depth: Int) throws(RunFilterError) -> FilterExpression {
    var members = [try conjunction(depth: depth)]
    while take(keyword: "or") { members.append(try conjunction(depth: depth)) }
    return members.count == 1 ? members[0] : .any(members)
  }

  private mutating func conjunction(depth: Int) throws(RunFilterError) -> FilterExpression {
    var members = [try factor(depth: depth)]
    while take(keyword: "and") { members.append(try factor(depth: depth)) }
    return members.count == 1 ? members[0] : .all(members)
  }

  private mutating func factor(depth: Int) throws(RunFilterError) -> FilterExpression {
    guard depth < RunFilterParser.depthLimit else {
      throw unexpected(expecting: "at most \(RunFilterParser.depthLimit) nested parentheses")
    }
    if take(keyword: "not") { return .not(try factor(depth: depth + 1)) }
    guard current?.kind == .open else { return try comparison() }
    position += 1
    let inner = try disjunction(depth: depth + 1)
    guard current?.kind == .close else { throw unexpected(expecting: "and, or, or \")\"") }
    position += 1
    return inner
  }

  private mutating func comparison() throws(RunFilterError) -> FilterExpression {
    guard let name = current, name.kind == .word else { throw unexpected(expecting: "a field") }
    guard let field = RunField(name.text) else {
      throw unexpected(expecting: "a field", candidates: RunField.candidates(for: name.text))
    }
    position += 1
    guard case .comparison(let comparison) = current?.kind else {
      throw unexpected(expecting: FilterComparison.list)
    }
    if comparison == .contains, let kind = field.kind.wordOfAmount {
      throw unexpected(expecting: "= != < <= > or >=, as \(name.text) is a \(kind)")
    }
    position += 1
    guard let value = current,
      value.kind == .quoted
        || (value.kind == .word && !["and", "or", "not"].contains { value.isKeyword($0) })
    else { throw unexpected(expecting: "a value") }
    let literal = FilterLiteral(value.text, now: now)
    try check(literal, fits: field, comparison)
    position += 1
    return .comparison(field, comparison, literal)
  }

  private func check(
    _ literal: FilterLiteral, fits field: RunField, _ comparison: FilterComparison
  ) throws(RunFilterError) {
    if field.kind == .number && literal.number == nil { throw unexpected(expecting: "a number") }
    if field.kind == .time && literal.time == nil {
      throw unexpected(expecting: FilterTime.notations)
    }
    let statuses = Run.Status.allCases.map(\.rawValue)
    if field == .status && [.equal, .notEqual].contains(comparison)
      && !statuses.contains(literal.text)
    {
      throw unexpected(
        expecting: "one of \(statuses.joined(separator: ", "))", candidates: statuses)
    }
  }

  private var current: RunFilterToken? { position < tokens.count ? tokens[position] : nil }

  private mutating func take(keyword: String) -> Bool {
    guard current?.isKeyword(keyword) == true else { return false }
    position += 1
    return true
  }

  private func unexpected(expecting expected: String, candidates: [String] = []) -> RunFilterError {
    RunFilterError(
      column: current?.column ?? end, expected: expected, found: current?.text,
      candidates: candidates)
  }
}

extension RunField.Kind {
  /// The name of a kind of amounts, to which "contains" does not apply; nil for other kinds.
  fileprivate var wordOfAmount: String? {
    switch self {
    case .number: "number"
    case .time: "time"
    case .text, .any: nil
    }
  }
}
