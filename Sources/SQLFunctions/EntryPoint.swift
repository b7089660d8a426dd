package import SQLiteExtension

/// The entry point of the extension: registers the functions on a connection, see https://sqlite.org/loadext.html.
///
/// SQLite finds it by the file's name, libnormscope-sql.so; a program that contains the functions passes it to
/// `Connection.addToNewConnections`.
@safe
@c(sqlite3_normscopesql_init)
package func normscopeSQLEntryPoint(
  connection: OpaquePointer?, message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  routines: UnsafeRawPointer?
) -> Int32 {
  FunctionSet.normscope.register(
    with: unsafe FunctionSet.Host(connection: connection, message: message, routines: routines))
}

extension FunctionSet {
  /// All functions over vectors and moments.
  package static let normscope = FunctionSet(
    scalars: ScalarFunction.vectors + ScalarFunction.measures,
    aggregates: [.vectorAverage, .mergedMean, .mergedVariance, .unsealed],
    tables: [TableFunction("vec_each")])
}
