import RunModel

/// The condition on runs of a list, in SQL about the table `run`.
///
/// It is true of all runs that the list may have, and of some that it has not, as texts with accents and their order, `!=` and
/// `not` are left to the program.
struct RunCondition {
  /// Conditions of one run after the other.
  private var ofRuns: [String]
  /// Runs that one comparison finds in an index.
  private var members: [Members] = []
  /// Whether it is true of hardly any run that the list has not.
  private(set) var isExact = true
  /// The values that they name, from `$1` on.
  private(set) var parameters: [ServerParameter] = []

  /// The condition of the runs of a list that have arrived.
  init(_ list: RunList) {
    ofRuns = ["arrived_at IS NOT NULL", "deleted_at IS \(list.inTrash ? "NOT NULL" : "NULL")"]
    if let condition = list.condition { add(condition) }
  }

  /// Whether runs are looked for in other indexes than that of their times.
  var hasMembers: Bool { !members.isEmpty }

  /// The condition, looked at run by run.
  var ofEach: String { (ofRuns + members.map(\.probe)).joined(separator: " AND ") }

  /// The condition, for which the other tables are looked at as a whole.
  ///
  /// Only so are few runs of many found in few milliseconds, whatever the planner believes about their number.
  var ofAll: String {
    let others = members.filter { $0.table != nil }
    guard !others.isEmpty else { return ofEach }
    let found = RunCondition.common(others)
    let facts = members.filter { $0.table == nil }.map(\.condition)
    return (ofRuns + facts + ["run.id = ANY (ARRAY(\(found)))"]).joined(separator: " AND ")
  }

  /// The condition, looked at for the few runs that some comparisons find: what their own rows say, and, of those then, the rest.
  func ofFew(_ places: [Int]) -> (first: String, rest: String) {
    let others = members.indices.filter { !places.contains($0) }.map { members[$0] }
    let facts = others.filter { $0.table == nil }.map(\.condition)
    let found = RunCondition.common(places.map { members[$0] })
    let first = ofRuns + facts + ["run.id = ANY (ARRAY(\(found)))"]
    let rest = others.filter { $0.table != nil }.map(\.probe)
    return (
      first.joined(separator: " AND "), rest.isEmpty ? "true" : rest.joined(separator: " AND ")
    )
  }

  /// The ids of the runs that all of some comparisons find.
  private static func common(_ members: [Members]) -> String {
    members.map { "(\($0.union))" }.joined(separator: " INTERSECT ")
  }

  /// A query for the number of runs that each comparison finds in an index, counted up to `limit`: rows of the
  /// comparison's place and the number; nil where there is none.
  func counts(upTo limit: Int) -> String? {
    let counted = members.indices.filter { members[$0].isCounted }
    guard !counted.isEmpty else { return nil }
    // The statement has to name every value.
    let types = parameters.indices.map { "$\($0 + 1)::\(parameters[$0].type)" }
    let queries = counted.map { place in
      "SELECT \(place)::bigint, count(*) FROM (\(members[place].union) LIMIT \(limit)) AS found"
    }
    return
      "WITH given AS (SELECT \(types.joined(separator: ", "))) \(queries.joined(separator: " UNION ALL "))"
  }

  private mutating func add(_ expression: FilterExpression) {
    switch expression {
    case .all(let parts):
      for part in parts { add(part) }
    case .comparison(let field, let comparison, let literal):
      if let found = members(field, comparison, literal) ?? fact(field, comparison, literal) {
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
    case .not:
      isExact = false
      return nil
    case .comparison(let field, let comparison, let literal):
      return condition(field, comparison, literal)
    }
  }

  private mutating func condition(
    _ field: RunField, _ comparison: FilterComparison, _ literal: FilterLiteral
  ) -> String? {
    let found: String? =
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
        number("evaluated_accuracy", comparison, literal).map {
          "evaluated_split = 'test' AND \($0)"
        }
      case .evaluatedAccuracy: number("evaluated_accuracy", comparison, literal)
      case .evaluatedSplit: text("evaluated_split", comparison, literal)
      case .tag, .configuration: members(field, comparison, literal)?.condition
      }
    if found == nil { isExact = false }
    return found
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

  /// The runs of which what has an index of its own compares so; nil of other fields.
  private mutating func fact(
    _ field: RunField, _ comparison: FilterComparison, _ literal: FilterLiteral
  ) -> Members? {
    switch field {
    case .status, .loss, .accuracy, .testAccuracy, .evaluatedAccuracy:
      condition(field, comparison, literal).map { Members(ofFact: $0) }
    case .name, .id, .note, .started, .finished, .steps, .evaluatedSplit, .tag, .configuration: nil
    }
  }

  // MARK: - Kinds of values

  private mutating func text(
    _ column: String, _ comparison: FilterComparison, _ literal: FilterLiteral
  ) -> String? {
    guard RunCondition.isPlain(literal.text) else { return nil }
    switch comparison {
    case .equal: return "\(column) = \(parameter(.text(literal.text)))"
    case .contains:
      guard RunCondition.hasTrigram(literal.text) else {
        return "position(\(parameter(.text(literal.text))) IN \(column)) > 0"
      }
      let escaped = literal.text.map { "\\%_".contains($0) ? "\\\($0)" : "\($0)" }.joined()
      return "\(column) LIKE \(parameter(.text("%\(escaped)%")))"
    case .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return nil
    }
  }

  /// Whether an index of three letters in a row finds a text; asked for another one, it would list all that it has.
  private static func hasTrigram(_ text: String) -> Bool {
    text.utf8.split { !($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 >= 0x30 && $0 <= 0x39) }
      .contains { $0.count >= 3 }
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
    if isOpen { isExact = false }
    return "status IN (\(parameter(.text(literal.text)))\(isOpen ? ", 'running'" : ""))"
  }

  /// A time is compared by its day, and two days around it, because it may be written in any zone.
  private mutating func time(
    _ column: String, _ comparison: FilterComparison, _ literal: FilterLiteral
  ) -> String? {
    guard let time = literal.time else { return nil }
    isExact = false
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
    // Runs that differ by this number often have it.
    if [.less, .greater].contains(comparison) { isExact = false }
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
    var isCounted = true
    switch comparison {
    case .equal:
      // The same text is the same number.
      let isNumber = known != nil && RunCondition.isNumber(literal.text)
      let same =
        isNumber ? nil : "\(beginning) = left(\(parameter(.text(literal.text))), 200)"
      values = [same, known, "\(beginning) = '[]'"].compactMap { $0 }
      // The rows of members are many, and an index has their numbers alone with the run.
      isCounted = isNumber || table == "tag"
    case .contains:
      // A number is written in several ways.
      let found = self.text(text, comparison, literal) ?? "true"
      values = ["(\(found) OR \(number) <> 'NaN' OR \(text) = '[]')"]
      isCounted = false
    case .less, .lessOrEqual:
      guard let known else { return nil }
      values = [known, "\(number) = 'NaN'"]
    case .greater, .greaterOrEqual:
      // To PostgreSQL NaN is greater than all numbers.
      guard let known else { return nil }
      values = [known]
    case .notEqual: return nil
    }
    return Members(in: table, key: parameter(.text(key)), values, isCounted: isCounted)
  }

  /// Whether `number_in` of the server reads a text as the number that it is here.
  private static func isNumber(_ text: String) -> Bool {
    text.utf8.count < 20 && text.contains(where: \.isNumber)
      && text.allSatisfy { "0123456789.-".contains($0) }
  }
}

extension RunCondition {
  /// Runs that one comparison finds: those with a tag or a member of the configuration of a value, or with a fact.
  fileprivate struct Members {
    /// The table of tags or members; nil for a fact.
    let table: String?
    /// The condition of a run.
    let condition: String
    /// The condition of a run, of which few are looked at.
    let probe: String
    /// The ids of the runs, by an index for each value.
    let union: String
    /// Whether an index finds some thousands of these ids in little time.
    let isCounted: Bool

    /// The runs with a row of a table that has a key and one of the values.
    init(in table: String, key: String, _ values: [String], isCounted: Bool) {
      self.table = table
      let value = values.joined(separator: " OR ")
      // A configuration that PostgreSQL can't read, which has an empty key, may have anything.
      let hasUnread = table == "setting"
      let unread = "key = ''"
      condition =
        "run.id IN (SELECT run FROM \(table) WHERE key = \(key) AND (\(value))\(hasUnread ? " OR \(unread)" : ""))"
      let own = "(SELECT \(value) FROM \(table) WHERE \(table).run = run.id AND key = \(key))"
      probe =
        hasUnread
        ? "(\(own) OR run.id = ANY (ARRAY(SELECT run FROM \(table) WHERE \(unread))))" : own
      union = (values.map { "key = \(key) AND \($0)" } + (hasUnread ? [unread] : []))
        .map { "SELECT run FROM \(table) WHERE \($0)" }.joined(separator: " UNION ALL ")
      self.isCounted = isCounted
    }

    /// The runs of which a condition on their own row, which has an index, is true.
    init(ofFact condition: String) {
      table = nil
      self.condition = condition
      probe = condition
      union = "SELECT id FROM run WHERE \(condition)"
      isCounted = true
    }
  }
}
