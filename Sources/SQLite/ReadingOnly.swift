import CSQLite

extension Connection {
  /// Refuses from now on every statement that does more than read the database it was opened with.
  ///
  /// It permits no writes, transactions, other files or extensions, and only PRAGMAs that read.
  /// Source: https://sqlite.org/c3ref/set_authorizer.html.
  /// - Throws: `SQLiteError`.
  package func restrictToReading() throws(SQLiteError) {
    // So that it can be asked for again.
    unsafe sqlite3_set_authorizer(handle, nil, nil)
    try execute("PRAGMA query_only = ON")
    let code = unsafe sqlite3_set_authorizer(
      handle,
      { _, action, first, second, _, _ in
        let first = unsafe first.map { unsafe String(cString: $0) } ?? ""
        let second = unsafe second.map { unsafe String(cString: $0) }
        return Connection.isReading(action, first, second) ? SQLITE_OK : SQLITE_DENY
      }, nil)
    try unsafe SQLiteError.check(code, connection: handle)
  }

  private static func isReading(_ action: Int32, _ first: String, _ second: String?) -> Bool {
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: true
    // SQLite asks for it where a table-valued function is first used; SQL cannot write the schema itself.
    case SQLITE_UPDATE: first == "sqlite_master"
    // Here the first word is nothing, and the second the function's name.
    case SQLITE_FUNCTION: !refusedFunctions.contains(second?.lowercased() ?? "")
    case SQLITE_PRAGMA:
      tellingPragmas.contains(first.lowercased())
        || (second == nil && settingPragmas.contains(first.lowercased()))
    default: false
    }
  }

  /// The functions that load code, or return addresses of it.
  private static let refusedFunctions: Set = ["load_extension", "fts3_tokenizer"]

  /// The PRAGMAs that change nothing, whatever they are given.
  private static let tellingPragmas: Set = [
    "collation_list", "compile_options", "database_list", "foreign_key_check", "foreign_key_list",
    "freelist_count", "function_list", "index_info", "index_list", "index_xinfo",
    "integrity_check", "module_list", "page_count", "pragma_list", "quick_check", "table_info",
    "table_list", "table_xinfo",
  ]

  /// The PRAGMAs that change nothing as long as they are given nothing.
  private static let settingPragmas: Set = [
    "application_id", "encoding", "page_size", "query_only", "schema_version",
    "user_version",
  ]
}
