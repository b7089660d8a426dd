internal import CSQLiteExtension

/// SQL functions that are registered together, on any connection of any copy of SQLite.
package struct FunctionSet: Sendable {
  /// The arguments of the entry point of an extension, see https://sqlite.org/loadext.html.
  @safe
  package struct Host {
    private let connection: OpaquePointer?
    private let message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    private let routines: UnsafeRawPointer?

    /// Wraps the arguments of an entry point as SQLite passed them.
    @unsafe
    package init(
      connection: OpaquePointer?, message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
      routines: UnsafeRawPointer?
    ) {
      unsafe self.connection = connection
      unsafe self.message = message
      unsafe self.routines = routines
    }

    fileprivate func withConnection(_ body: (OpaquePointer) -> Int32) -> Int32 {
      guard let connection = unsafe connection else { return SQLITE_ERROR }
      let code = unsafe normscope_adopt(routines, message)
      return code == SQLITE_OK ? unsafe body(connection) : code
    }
  }

  private let scalars: [ScalarFunction]
  private let aggregates: [AggregateFunction]
  private let tables: [TableFunction]

  /// Joins functions to a set.
  package init(
    scalars: [ScalarFunction], aggregates: [AggregateFunction], tables: [TableFunction]
  ) {
    self.scalars = scalars
    self.aggregates = aggregates
    self.tables = tables
  }

  /// Registers the functions on the connection of `host`.
  ///
  /// - Returns: SQLite's result code, for SQLite.
  package func register(with host: Host) -> Int32 {
    unsafe host.withConnection { connection in
      for scalar in scalars {
        let code = unsafe scalar.register(on: connection)
        guard code == SQLITE_OK else { return code }
      }
      for aggregate in aggregates {
        let code = unsafe aggregate.register(on: connection)
        guard code == SQLITE_OK else { return code }
      }
      for table in tables {
        let code = unsafe table.register(on: connection)
        guard code == SQLITE_OK else { return code }
      }
      return SQLITE_OK
    }
  }
}
