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
    let few = try fewest(condition)
    if let count = list.count, list.order.isEmpty && condition.hasMembers && few == nil {
      // Usually enough of the first runs of all are in the list, and other tables are then not looked at as a whole.
      let first =
        "(SELECT * FROM run ORDER BY \(list.byTime) LIMIT \(max(1_000, 10 * count))) AS run"
      let runs = try page(of: list, condition, condition.ofEach, atMost: count, among: first)
      guard try pass(runs) else { return }
    }
    var (rows, sql) = ("run", condition.ofAll)
    if let few {
      // In their order, so that other tables are looked at for no more than a page needs.
      let parts = condition.ofFew(few)
      rows = "(SELECT * FROM run WHERE \(parts.first) ORDER BY \(list.byTime) OFFSET 0) AS run"
      sql = parts.rest
    }
    // Of the runs on a page some may not be in the list.
    var limit = list.count.map { max(64, 2 * $0) }
    while true {
      let runs = try page(
        of: list, condition, sql, after: last, passed, atMost: limit, among: rows)
      guard try pass(runs), let pageLength = limit, runs.count == pageLength else { return }
      limit = 8 * pageLength
    }
  }

  /// The comparison of a condition that finds the fewest runs; nil where none is known to find few.
  private func fewest(_ condition: RunCondition) throws -> Int? {
    guard let counts = condition.counts(upTo: mostFew + 1) else { return nil }
    return try attempt {
      try connection.query(counts, condition.parameters)
        .map { (place: $0.integer(0), count: $0.integer(1)) }
        .filter { $0.count <= mostFew }
        .min { $0.count < $1.count }?.place
    }
  }

  /// Some of the runs of a list, in its order.
  ///
  /// - Parameters:
  ///   - list: the list.
  ///   - condition: its condition, whose parameters `sql` names.
  ///   - sql: the condition in SQL.
  ///   - last: the run that they follow in a list by time; nil for the first ones.
  ///   - passed: the number of runs that they follow.
  ///   - limit: the most of them; nil for all.
  ///   - rows: the runs whose condition is looked at, under the name `run`.
  /// - Returns: the runs.
  /// - Throws: `StoreError`.
  private func page(
    of list: RunList, _ condition: RunCondition, _ sql: String, after last: Run? = nil,
    _ passed: Int = 0, atMost limit: Int?, among rows: String
  ) throws -> [Run] {
    var condition = condition
    let keys = list.order.compactMap { key in
      CentralDatabase.number(of: key.field).map {
        "nullif(\($0), 'NaN') \(key.isDescending ? "DESC" : "ASC") NULLS LAST"
      }
    }
    var clauses = "FROM \(rows) WHERE \(sql)"
    if let last, keys.isEmpty {
      let place = [ServerParameter.text(last.startedAt), .integer(last.id)].map {
        condition.parameter($0)
      }
      clauses +=
        " AND (started_at, id) \(list.newestFirst ? "<" : ">") (\(place[0]), \(place[1])::bigint)"
    }
    clauses += " ORDER BY \((keys + [list.byTime]).joined(separator: ", "))"
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
  /// The order by time in SQL.
  fileprivate var byTime: String {
    let direction = newestFirst ? "DESC" : "ASC"
    return "started_at \(direction), id \(direction)"
  }
}
