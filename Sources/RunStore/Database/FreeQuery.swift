import Dispatch
package import RunModel
import SQLite

/// A user's SQL query, which may only read, with limits on its time and its rows.
package struct FreeQuery: Sendable {
  /// The statement.
  package let sql: String
  /// The time limit.
  package let timeLimit: Duration
  /// The largest number of rows.
  package let rowLimit: Int

  /// Describes a query.
  package init(_ sql: String, timeLimit: Duration, rowLimit: Int) {
    self.sql = sql
    self.timeLimit = timeLimit
    self.rowLimit = rowLimit
  }
}

extension RunDatabase {
  /// The bytes of the largest value that fits into the file.
  private func largestValue() throws -> Int {
    try largestWidth() * MemoryLayout<Float>.stride
  }

  /// Passes the names of the answer's columns to `begin`, then each row to `body`.
  ///
  /// Afterwards the connection can only read, and only within the query's time limit, which includes the calls of `body`.
  /// No value may be larger than the file, or than 64 MiB if the file is smaller.
  /// - Throws: `QueryError` where the SQL is not a single statement that reads, fails, or goes beyond a limit; rows
  ///   may have been handed over before. `StoreError`, or what `begin` and `body` throw.
  package func answer(
    _ query: FreeQuery, begin: (_ columns: [String]) throws -> Void,
    _ body: (_ row: [Cell]) throws -> Void
  ) throws {
    do {
      let connection = connection
      try connection.showUnsealedVectors()
      try connection.restrictToReading()
      connection.limitValues(toBytes: try max(largestValue(), FreeQuery.leastLargestValue))
      connection.interruptStatements(after: query.timeLimit)
      // Between two looks at the clock of that there may be instructions that take seconds each.
      let interrupter = connection.interrupter
      let timer = DispatchWorkItem { interrupter.interrupt() }
      DispatchQueue.global().asyncAfter(
        deadline: .now() + query.timeLimit / .seconds(1), execute: timer)
      defer { timer.cancel() }
      let statement = try connection.onlyStatement(of: query.sql)
      guard statement.parameterCount == 0 else {
        throw QueryError(
          .invalid,
          "The SQL has parameters, for which there are no values; write the values into it.")
      }
      guard statement.isReadOnly, !statement.columnNames.isEmpty else {
        throw QueryError(.invalid, "The SQL does more than read; ask with SELECT.")
      }
      try begin(statement.columnNames)
      let columns = statement.columnNames.indices
      var rowCount = 0
      try statement.forEachRow { row in
        rowCount += 1
        guard rowCount <= query.rowLimit else {
          throw QueryError(.rowLimit, "The answer has more than \(query.rowLimit) rows.")
        }
        try body(columns.map { Cell(row.binding($0)) })
      }
    } catch let error as SQLiteError {
      if let error = QueryError(error, timeLimit: query.timeLimit) { throw error }
      throw StoreError(error, path: path)
    }
  }
}

extension Cell {
  /// The value of a column that may hold anything.
  fileprivate init(_ binding: Binding) {
    switch binding {
    case .integer(let value): self = .integer(Int(value))
    case .real(let value): self = .number(value)
    case .text(let value): self = .text(value)
    case .bytes(let value): self = .bytes(value)
    // A row is never read as a range of another buffer.
    case .null, .floats: self = .missing
    }
  }
}

extension Connection {
  /// Makes `moment` and `affine` name views of those tables in which no vector is sealed.
  fileprivate func showUnsealedVectors() throws {
    let vectors = UnsealedVectors(self)
    try addFunction("unsealed_vector", arguments: 3) { arguments in
      try MomentVector(rawValue: arguments[2]).flatMap {
        try vectors.read($0, site: arguments[0], step: arguments[1])
      }
    }
    func column(_ vector: MomentVector, plain: String) -> String {
      """
      iif(length(mean) > 0, \(plain), unsealed_vector(site, step, \(vector.rawValue))) AS \(vector.name)
      """
    }
    func affine(_ vector: MomentVector) -> String {
      let plain = "(SELECT \(vector.name) FROM main.affine WHERE affine.moment = moment.id)"
      return column(vector, plain: plain)
    }
    try execute(
      """
      CREATE TEMP VIEW IF NOT EXISTS moment AS SELECT id, site, step, count, non_finite_count,
        \(column(.mean, plain: "mean")), \(column(.variance, plain: "variance")) FROM main.moment;
      CREATE TEMP VIEW IF NOT EXISTS affine AS
        SELECT id AS moment, \(affine(.gamma)), \(affine(.beta)) FROM main.moment
        WHERE iif(length(mean) > 0, EXISTS (SELECT 1 FROM main.affine WHERE affine.moment = moment.id),
          (SELECT epsilon FROM main.site WHERE site.id = moment.site) IS NOT NULL);
      """)
  }
}

extension FreeQuery {
  /// The smallest limit on a value, as a function's result can be larger than a small file.
  fileprivate static let leastLargestValue = 64 << 20
}
