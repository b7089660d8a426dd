import SQLite

extension RunDatabase {
  /// The SQL that makes the tables of the database, with the comments that explain them.
  ///
  /// - Throws: `StoreError`.
  public func schema() throws -> String {
    try attempt {
      try connection.rows(
        """
        SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
        ORDER BY rowid
        """
      ) { $0.text(0) + ";\n" }.joined(separator: "\n")
    }
  }
}
