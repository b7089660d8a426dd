package import RunModel

extension CentralDatabase {
  package func forEachRun(_ list: RunList, _ body: (Run) throws -> Bool) throws {
    var last: Run?
    if let count = list.count {
      // Usually enough of the first runs of all are in the list, and its condition is then not looked at in all others.
      let runs = try page(of: list, after: nil, atMost: count, among: max(1_000, 10 * count))
      willRead(runs)
      for run in runs { guard try body(run) else { return } }
      last = runs.last
    }
    var limit = list.count.map { max(1_000, $0) }
    while true {
      let runs = try page(of: list, after: last, atMost: limit)
      willRead(runs)
      for run in runs { guard try body(run) else { return } }
      guard let pageLength = limit, runs.count == pageLength else { return }
      last = runs.last
      limit = 8 * pageLength
    }
  }

  /// The runs of a list that follow a run.
  ///
  /// - Parameters:
  ///   - list: the list.
  ///   - last: the run that they follow; nil for the first ones.
  ///   - limit: the most of them; nil for all.
  ///   - first: the number of runs, in the order of the list, whose condition is looked at; nil for all.
  /// - Returns: the runs, in the order of the list.
  /// - Throws: `StoreError`.
  private func page(of list: RunList, after last: Run?, atMost limit: Int?, among first: Int? = nil)
    throws -> [Run]
  {
    var condition = RunCondition(list)
    let direction = list.newestFirst ? "DESC" : "ASC"
    let order = "ORDER BY started_at \(direction), id \(direction)"
    let few = "\(order)\(limit.map { " LIMIT \($0)" } ?? "")"
    let rows = first.map { "(SELECT * FROM run \(order) LIMIT \($0)) AS run" } ?? "run"
    let start = last.map {
      let place = [ServerParameter.text($0.startedAt), .integer($0.id)].map {
        condition.parameter($0)
      }
      return
        " AND (started_at, id) \(list.newestFirst ? "<" : ">") (\(place[0]), \(place[1])::bigint)"
    }
    // Of all runs those of the list are found before they are ordered: in their order each run would be looked at.
    return try select(
      """
      WITH found AS MATERIALIZED (
        SELECT id, started_at FROM \(rows) WHERE \(condition.sql)\(start ?? "") \(first == nil ? "" : few))
      """,
      """
      WHERE run.id IN (SELECT id FROM found \(few))
      ORDER BY started_at \(direction), run.id \(direction)
      """, condition.parameters)
  }
}
