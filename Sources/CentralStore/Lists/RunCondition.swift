import RunModel

/// The condition on runs of a list, in SQL about the table `run`.
///
/// It is true of all runs that the list may have, and of some that it has not, as texts with accents and their order, `!=` and
/// `not` are left to the program.
struct RunCondition {
  /// The condition.
  private(set) var sql = ""
  /// The values that it names, from `$1` on.
  private(set) var parameters: [ServerParameter] = []

  /// The condition of the runs of a list that have arrived.
  init(_ list: RunList) {
    let own = list.condition.flatMap { self.condition($0) }
    sql =
      "arrived_at IS NOT NULL AND deleted_at IS \(list.inTrash ? "NOT NULL" : "NULL")"
      + (own.map { " AND \($0)" } ?? "")
  }

  /// Names a value.
  mutating func parameter(_ value: ServerParameter) -> String {
    parameters.append(value)
    return "$\(parameters.count)"
  }

  /// A condition that is true wherever `expression` is; nil where that may be of any run.
  private mutating func condition(_ expression: FilterExpression) -> String? {
    switch expression {
    case .all(let members):
      let known = members.compactMap { condition($0) }
      return known.isEmpty ? nil : "(\(known.joined(separator: " AND ")))"
    case .any(let members):
      let named = parameters
      let known = members.compactMap { condition($0) }
      guard known.count == members.count else {
        parameters = named
        return nil
      }
      return "(\(known.joined(separator: " OR ")))"
    case .not: return nil
    case .comparison(let field, let comparison, let literal):
      return condition(field, comparison, literal)
    }
  }

  private mutating func condition(
    _ field: RunField, _ comparison: FilterComparison, _ literal: FilterLiteral
  ) -> String? {
    switch field {
    case .name: text("name", comparison, literal)
    case .id: text("uuid", comparison, literal)
    case .note: text("note", comparison, literal)
    case .status: status(comparison, literal)
    case .started: time("started_at", comparison, literal)
    case .finished: time("finished_at", comparison, literal)
    case .steps: number("step_count", comparison, literal)
    case .loss: number(RunCondition.last("loss"), comparison, literal)
    case .accuracy: number(RunCondition.last("accuracy"), comparison, literal)
    case .testAccuracy:
      number("accuracy", comparison, literal).map { evaluated("split = 'test' AND \($0)") }
    case .evaluatedAccuracy: number("accuracy", comparison, literal).map(evaluated)
    case .evaluatedSplit: text("split", comparison, literal).map(evaluated)
    case .tag(let key):
      member(key, comparison, literal, text: "value", number: "number_in(value)").map {
        "run.id IN (SELECT run FROM tag WHERE \($0))"
      }
    case .configuration(let path):
      member(path, comparison, literal, text: "text", number: "number").map {
        "run.id IN (SELECT run FROM setting WHERE \($0) OR key = '')"
      }
    }
  }

  private static func last(_ column: String) -> String {
    "(SELECT \(column) FROM step WHERE step.run = run.id ORDER BY step DESC LIMIT 1)"
  }

  private func evaluated(_ condition: String) -> String {
    "EXISTS (SELECT FROM evaluation WHERE evaluation.run = run.id AND \(condition))"
  }

  // MARK: - Kinds of values

  private mutating func text(
    _ column: String, _ comparison: FilterComparison, _ literal: FilterLiteral
  ) -> String? {
    guard RunCondition.isPlain(literal.text) else { return nil }
    switch comparison {
    case .equal: return "\(column) = \(parameter(.text(literal.text)))"
    case .contains: return "position(\(parameter(.text(literal.text))) IN \(column)) > 0"
    case .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return nil
    }
  }

  /// Whether a text has one spelling, as an accent has not.
  private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

  /// A run that is stored as running shows as what its recorder may be.
  private mutating func status(_ comparison: FilterComparison, _ literal: FilterLiteral) -> String?
  {
    guard comparison == .equal else { return nil }
    let isOpen = [Run.Status.running, .interrupted, .unknown].contains {
      $0.rawValue == literal.text
    }
    return "status IN (\(parameter(.text(literal.text)))\(isOpen ? ", 'running'" : ""))"
  }

  /// A time is compared by its day, and two days around it, because it may be written in any zone.
  private mutating func time(
    _ column: String, _ comparison: FilterComparison, _ literal: FilterLiteral
  ) -> String? {
    guard let time = literal.time else { return nil }
    let column = "\(column) COLLATE \"C\""
    return switch comparison {
    case .equal: "\(column) BETWEEN \(day(time.first, -2)) AND \(day(time.last, 2))"
    case .less, .lessOrEqual: "\(column) <= \(day(time.last, 2))"
    case .greater, .greaterOrEqual: "\(column) >= \(day(time.first, -2))"
    case .notEqual, .contains: nil
    }
  }

  private mutating func day(_ microseconds: Int, _ offset: Int) -> String {
    let seconds = parameter(.integer(microseconds / 1_000_000 + offset * 86_400))
    return
      "(SELECT to_char(to_timestamp(\(seconds)::bigint) AT TIME ZONE 'UTC', 'YYYY-MM-DD'))"
  }

  /// Numbers are compared as doubles, where different ones may be equal.
  private mutating func number(
    _ value: String, _ comparison: FilterComparison, _ literal: FilterLiteral
  ) -> String? {
    guard let number = literal.number, !number.isNaN else { return nil }
    let sign: String
    switch comparison {
    case .equal: sign = "="
    case .less, .lessOrEqual: sign = "<="
    case .greater, .greaterOrEqual: sign = ">="
    case .notEqual, .contains: return nil
    }
    return "\(value) \(sign) \(parameter(.real(number)))::float8"
  }

  /// A condition on a row with a key, whose value is a text and, unless it is NaN, a number; "[]" stands for any list.
  private mutating func member(
    _ key: String, _ comparison: FilterComparison, _ literal: FilterLiteral, text: String,
    number: String
  ) -> String? {
    guard RunCondition.isPlain(key), RunCondition.isPlain(literal.text) else { return nil }
    let wanted: [String?]
    switch comparison {
    case .equal:
      // An index has the beginning of a text.
      let beginning = "left(\(text), 200)"
      wanted = [
        "\(beginning) = left(\(parameter(.text(literal.text))), 200)",
        self.number(number, comparison, literal), "\(beginning) = '[]'",
      ]
    case .contains:
      // A number is written in several ways.
      wanted = [self.text(text, comparison, literal), "\(number) <> 'NaN'", "\(text) = '[]'"]
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard let known = self.number(number, comparison, literal) else { return nil }
      wanted = [known, "\(number) = 'NaN'"]
    case .notEqual: return nil
    }
    return
      "key = \(parameter(.text(key))) AND (\(wanted.compactMap { $0 }.joined(separator: " OR ")))"
  }
}
