package import RunModel

extension CentralDatabase {
  package func canOrder(by fields: [RunField]) -> Bool {
    fields.allSatisfy { CentralDatabase.number(of: $0) != nil }
  }

  package func forEachRun(_ list: RunList, _ body: (Run) throws -> Bool) throws {
    let condition = RunCondition(list)
    var (last, passed) = (nil as Run?, 0)
    func pass(_ runs: [Run]) throws -> Bool {
      willRead(runs)
      for run in runs { guard try body(run) else { return false } }
      last = runs.last ?? last
      passed += runs.count
      return true
    }
    // A page has all runs that are asked for, unless some of it may not be in the list.
    var limit = list.count.map { condition.isExact ? $0 : 2 * $0 }
    for search in try searches(list, condition) {
      while true {
        let runs = try page(of: list, condition, search, after: last, passed, atMost: limit)
        guard try pass(runs) else { return }
        guard let pageLength = limit, runs.count == pageLength else { break }
        limit = 8 * max(64, pageLength)
      }
    }
  }

  /// Runs that are looked at, under the name `run`, in SQL.
  private struct Search {
    var rows = "run"
    /// What is true of those in the list.
    let condition: String
    /// The time at which a run started, in the collation by which they are ordered.
    var time = "started_at"
  }

  /// How the runs of a list are found, one search after the other.
  private func searches(_ list: RunList, _ condition: RunCondition) throws -> [Search] {
    let few = try few(condition)
    if !few.isEmpty {
      // In their order, so that other tables are looked at for no more than a page needs. No index has it, and as plain
      // bytes they are compared several times as fast.
      let time = "started_at COLLATE \"C\""
      let parts = condition.ofFew(few)
      let rows = "SELECT * FROM run WHERE \(parts.first) ORDER BY \(list.byTime(time)) OFFSET 0"
      return [Search(rows: "(\(rows)) AS run", condition: parts.rest, time: time)]
    }
    let all = Search(condition: condition.ofAll)
    guard let count = list.count, list.order.isEmpty && condition.hasMembers else { return [all] }
    // Usually enough of the first runs of all are in the list, and other tables are then not looked at as a whole.
    let first =
      "SELECT * FROM run ORDER BY \(list.byTime(all.time)) LIMIT \(max(mostFew, 10 * count))"
    return [Search(rows: "(\(first)) AS run", condition: condition.ofEach), all]
  }

  /// The comparisons of a condition that are known to find few runs.
  private func few(_ condition: RunCondition) throws -> [Int] {
    guard let counts = condition.counts(upTo: mostFew + 1) else { return [] }
    return try attempt {
      try connection.query(counts, condition.parameters)
        .map { (place: $0.integer(0), count: $0.integer(1)) }
        .filter { $0.count <= mostFew }
        .map(\.place)
    }
  }

  /// Some of the runs of a list, in its order.
  ///
  /// - Parameters:
  ///   - list: the list.
  ///   - condition: its condition, whose parameters `search` names.
  ///   - search: the runs that are looked at.
  ///   - last: the run that they follow in a list by time; nil for the first ones.
  ///   - passed: the number of runs that they follow.
  ///   - limit: the most of them; nil for all.
  /// - Returns: the runs.
  /// - Throws: `StoreError`.
  private func page(
    of list: RunList, _ condition: RunCondition, _ search: Search, after last: Run?,
    _ passed: Int, atMost limit: Int?
  ) throws -> [Run] {
    var condition = condition
    let keys = list.order.compactMap { key in
      CentralDatabase.number(of: key.field).map {
        "nullif(\($0), 'NaN') \(key.isDescending ? "DESC" : "ASC") NULLS LAST"
      }
    }
    var clauses = "FROM \(search.rows) WHERE \(search.condition)"
    if let last, keys.isEmpty {
      let place = [ServerParameter.text(last.startedAt), .integer(last.id)].map {
        condition.parameter($0)
      }
      clauses +=
        " AND (\(search.time), id) \(list.newestFirst ? "<" : ">") (\(place[0]), \(place[1])::bigint)"
    }
    clauses += " ORDER BY \((keys + [list.byTime(search.time)]).joined(separator: ", "))"
    if let limit { clauses += " LIMIT \(limit)" }
    if !keys.isEmpty { clauses += " OFFSET \(passed)" }
    // Found in an index, before the rows of a few are read.
    let found =
      limit == nil
      ? "FROM found JOIN run ON run.id = found.id"
      : "FROM found, LATERAL (SELECT * FROM run WHERE run.id = found.id OFFSET 0) AS run"
    return try select(
      """
      WITH found AS MATERIALIZED (
        SELECT id, row_number() OVER () AS place FROM (SELECT id \(clauses)) AS ordered)
      """, "\(found) ORDER BY place", condition.parameters)
  }

  /// The column of `run` that has a field, which is a number; nil where none has it.
  private static func number(of field: RunField) -> String? {
    switch field {
    case .steps: "step_count::float8"
    case .loss: "last_loss"
    case .accuracy: "last_accuracy"
    case .testAccuracy: "CASE evaluated_split WHEN 'test' THEN evaluated_accuracy END"
    case .evaluatedAccuracy: "evaluated_accuracy"
    case .name, .id, .note, .status, .started, .finished, .evaluatedSplit, .tag, .configuration:
      nil
    }
  }
}

extension RunList {
  /// The order by the time at which runs started, in SQL.
  fileprivate func byTime(_ time: String) -> String {
    let direction = newestFirst ? "DESC" : "ASC"
    return "\(time) \(direction), id \(direction)"
  }
}
