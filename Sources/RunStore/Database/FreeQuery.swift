import Dispatch
import RunModel
import SQLite

/// A question in SQL that anybody may ask of a database: it reads, and it ends.
package struct FreeQuery: Sendable {
  /// The statement.
  package let sql: String
  /// The longest that it may take.
  package let timeLimit: Duration
  /// The most rows that it may have.
  package let rowLimit: Int

  /// Describes a question.
  package init(_ sql: String, timeLimit: Duration, rowLimit: Int) {
    self.sql = sql
    self.timeLimit = timeLimit
    self.rowLimit = rowLimit
  }
}

extension RunDatabase {
  /// The bytes of the largest value that the file has room for.
  private func largestValue() throws -> Int {
    try largestWidth() * MemoryLayout<Float>.stride
  }

  /// Hands the names of the answer's columns to `begin`, and then each row to `body`.
  ///
  /// From then on the connection can do no more than read, and not after the query's time, in which the rows are handed
  /// out too. No value may be larger than the file, or 64 MiB where that is smaller.
  /// - Throws: `QueryError` where the SQL is not a single statement that reads, fails, or goes beyond a limit; rows
  ///   may have been handed over before. `StoreError`, or what `begin` and `body` throw.
  package func answer(
    _ query: FreeQuery, begin: (_ columns: [String]) throws -> Void,
    _ body: (_ row: [StoredValue]) throws -> Void
  ) throws {
    do {
      let connection = connection
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
        try body(columns.map { StoredValue(row.binding($0)) })
      }
    } catch let error as SQLiteError {
      if let error = QueryError(error, timeLimit: query.timeLimit) { throw error }
      throw StoreError(error, path: path)
    }
  }
}

extension FreeQuery {
  /// Room for what a function makes of what is stored in a small file, such as its digits.
  fileprivate static let leastLargestValue = 64 << 20
}
