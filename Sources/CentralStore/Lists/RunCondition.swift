import RunModel

/// The condition on runs of a list, in SQL about the table `run`.
///
/// It is true of all runs that the list may have, and of some that it has not, as texts with accents and their order, `!=` and
/// `not` are left to the program.
struct RunCondition {
  /// Conditions of one run after the other.
  private var ofRuns: [String]
  /// Runs that have a tag or a member of a configuration.
  private var members: [Members] = []
  /// The values that they name, from `$1` on.
  private(set) var parameters: [ServerParameter] = []

  /// The condition of the runs of a list that have arrived.
  init(_ list: RunList) {
    ofRuns = ["arrived_at IS NOT NULL", "deleted_at IS \(list.inTrash ? "NOT NULL" : "NULL")"]
    if let condition = list.condition { add(condition) }
  }

  /// Whether runs are looked for in other tables.
  var hasMembers: Bool { !members.isEmpty }

  /// The condition, looked at run by run.
  var ofEach: String { (ofRuns + members.map(\.condition)).joined(separator: " AND ") }

  /// The condition, for which the other tables are looked at as a whole.
  ///
  /// Only so are few runs of many found in few milliseconds, whatever the planner believes about their number.
  var ofAll: String {
    guard hasMembers else { return ofEach }
    let found = members.map { "(\($0.union))" }.joined(separator: " INTERSECT ")
    return (ofRuns + ["run.id = ANY (ARRAY(\(found)))"]).joined(separator: " AND ")
  }

  private mutating func add(_ expression: FilterExpression) {
    switch expression {
    case .all(let parts):
      for part in parts { add(part) }
    case .comparison(let field, let comparison, let literal):
      if let found = members(field, comparison, literal) {
        members.append(found)
      } else if let condition = condition(field, comparison, literal) {
        ofRuns.append(condition)
      }
    case .any, .not:
      if let condition = condition(expression) { ofRuns.append(condition) }
    }
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
    case .loss: number("last_loss", comparison, literal)
    case .accuracy: number("last_accuracy", comparison, literal)
    case .testAccuracy:
      number("evaluated_accuracy", comparison, literal).map { "evaluated_split = 'test' AND \($0)" }
    case .evaluatedAccuracy: number("evaluated_accuracy", comparison, literal)
    case .evaluatedSplit: text("evaluated_split", comparison, literal)
    case .tag, .configuration: members(field, comparison, literal)?.condition
    }
  }

  /// The runs that have such a tag or member of the configuration; nil of other fields, and where they may be any runs.
  private mutating func members(
    _ field: RunField, _ comparison: FilterComparison, _ literal: FilterLiteral
  ) -> Members? {
    switch field {
    case .tag(let key):
      members(of: "tag", key, comparison, literal, text: "value", number: "number_in(value)")
    case .configuration(let path):
      members(of: "setting", path, comparison, literal, text: "text", number: "number")
    default: nil
    }
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

  /// The runs with a row that has a key, whose value is a text and, unless it is NaN, a number; "[]" stands for any list.
  private mutating func members(
    of table: String, _ key: String, _ comparison: FilterComparison, _ literal: FilterLiteral,
    text: String, number: String
  ) -> Members? {
    guard RunCondition.isPlain(key), RunCondition.isPlain(literal.text) else { return nil }
    // An index has the beginning of a text.
    let beginning = "left(\(text), 200)"
    let known = self.number(number, comparison, literal)
    let values: [String]
    switch comparison {
    case .equal:
      // The same text is the same number.
      let isNumber = known != nil && RunCondition.isNumber(literal.text)
      let same =
        isNumber ? nil : "\(beginning) = left(\(parameter(.text(literal.text))), 200)"
      values = [same, known, "\(beginning) = '[]'"].compactMap { $0 }
    case .contains:
      // A number is written in several ways.
      let found = self.text(text, comparison, literal) ?? "true"
      values = ["(\(found) OR \(number) <> 'NaN' OR \(text) = '[]')"]
    case .less, .lessOrEqual:
      guard let known else { return nil }
      values = [known, "\(number) = 'NaN'"]
    case .greater, .greaterOrEqual:
      // To PostgreSQL NaN is greater than all numbers.
      guard let known else { return nil }
      values = [known]
    case .notEqual: return nil
    }
    return Members(table: table, key: parameter(.text(key)), values: values)
  }

  /// Whether `number_in` of the server reads a text as the number that it is here.
  private static func isNumber(_ text: String) -> Bool {
    text.utf8.count < 20 && text.contains(where: \.isNumber)
      && text.allSatisfy { "0123456789.-".contains($0) }
  }
}

extension RunCondition {
  /// Runs with a tag or a member of the configuration of a value.
  fileprivate struct Members {
    let table: String
    let key: String
    let values: [String]

    /// A configuration that PostgreSQL can't read, which has an empty key, may have anything.
    private var hasUnread: Bool { table == "setting" }

    /// The condition of a run.
    var condition: String {
      let own = "key = \(key) AND (\(values.joined(separator: " OR ")))"
      return "run.id IN (SELECT run FROM \(table) WHERE \(own)\(hasUnread ? " OR key = ''" : ""))"
    }

    /// The ids of the runs, by an index for each value.
    var union: String {
      (values.map { "key = \(key) AND \($0)" } + (hasUnread ? ["key = ''"] : []))
        .map { "SELECT run FROM \(table) WHERE \($0)" }.joined(separator: " UNION ALL ")
    }
  }
}
