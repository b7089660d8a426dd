extension ServerConnection {
  /// Inserts the rows that a table lacks, in the transaction that is open.
  ///
  /// Nobody else may insert rows of the same run meanwhile, which the lock of a push sees to.
  ///
  /// - Parameters:
  ///   - rows: the rows: owner, place where the table has one, and columns.
  ///   - target: the table.
  /// - Returns: the number of rows that were inserted, and of those that the table has with other values; where there are such,
  ///   nothing was inserted.
  /// - Throws: `ServerError`.
  func insertMissing(_ rows: CopyBuffer, into target: CentralTable) throws -> (
    inserted: Int, differing: Int
  ) {
    let names =
      [target.owner] + (target.hasPlace ? [CentralTable.place] : []) + target.columns.map(\.name)
    let columns = names.joined(separator: ", ")
    let key = [target.owner] + target.key
    try execute(
      "CREATE TEMPORARY TABLE arriving ON COMMIT DROP AS SELECT \(columns) FROM \(target.name) LIMIT 0"
    )
    defer {
      if isInTransaction { try? execute("DROP TABLE IF EXISTS arriving") }
    }
    try copy([rows], into: "arriving (\(columns))")
    let values = target.columns.map(\.name).filter { !target.key.contains($0) }
    // A site that has learned its layer's name since is the same one; its width is looked at where its row is read.
    let isOther =
      target.name == "site" || values.isEmpty
      ? "false"
      : """
      (\(values.map { "arriving.\($0)" }.joined(separator: ", ")))
        IS DISTINCT FROM (\(values.map { "kept.\($0)" }.joined(separator: ", ")))
      """
    let differing = try query(
      """
      WITH known AS (
        DELETE FROM arriving USING \(target.name) AS kept
        WHERE \(key.map { "kept.\($0) = arriving.\($0)" }.joined(separator: " AND "))
        RETURNING \(isOther) AS is_other)
      SELECT count(*) FROM known WHERE is_other
      """)[0].integer(0)
    guard differing == 0 else { return (0, differing) }
    let inserted = try query(
      "INSERT INTO \(target.name) (\(columns)) SELECT \(columns) FROM arriving"
    ).changedCount
    return (inserted, 0)
  }
}
