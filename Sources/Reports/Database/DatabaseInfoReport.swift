package import RunModel

/// Reports the size of a database, of its tables and of its runs.
package enum DatabaseInfoReport {
  /// The answer: a row for the file, one for each table and one for each run.
  package static func answer(_ info: DatabaseInfo) -> Answer {
    let file = AnswerTable(
      "database", layout: .facts,
      [
        .text("path"), .megabytes("file_bytes").titled("file"),
        .megabytes("log_bytes").titled("log"), .number("schema_version"), .number("page_size"),
        .number("pages"), .number("free_pages"),
        .text("table_bytes_are_estimated"),
      ]
    ) { rows in
      try rows.row(
        info.path, info.fileBytes, info.logBytes, info.schemaVersion, info.pageSize, info.pageCount,
        info.freePageCount, info.isEstimated)
    }
    let tables = AnswerTable(
      "table",
      [
        Column.text("table").key, .number("rows"),
        .megabytes("bytes").titled(info.isEstimated ? "estimated_size" : "size"), .text("foreign"),
      ]
    ) { rows in
      // An empty table has a page of the file, which is little to say.
      for table in info.tables where !rows.isBrief || table.rows > 0 {
        try rows.row(table.name, table.rows, table.bytes, table.isForeign)
      }
    }
    let runs = AnswerTable(
      "run",
      [
        .text("run").for(.programs), Column.text("run").for(.people).key,
        Column.text("run_name").titled("name").key, .number("steps"),
        .number("sites").ranked(2),
      ]
        + info.contents.map { Column.megabytes("\($0)_bytes").titled($0) }
        + [.text("in_trash")]
    ) { rows in
      for run in info.runs {
        let sizes = [run.steps, run.sites] + run.bytes
        try rows.row(
          [run.uuid, String(run.uuid.prefix(8)), run.name] + sizes as [any CellConvertible]
            + [run.isInTrash])
      }
    }
    let empty = info.tables.count { $0.rows == 0 }
    return Answer(
      finding: [finding(info)],
      omission: empty > 0 ? "without \(empty) empty table\(empty == 1 ? "" : "s")" : nil,
      [file, tables, runs])
  }

  /// The size of the file, what takes most of it, and the largest run.
  private static func finding(_ info: DatabaseInfo) -> String {
    let size = "\(NumberFormat.megabytes(info.fileBytes)) in \(counted(info.runs.count, "run"))"
    let shares = info.contents.indices.map { place in
      (name: info.contents[place], bytes: info.runs.reduce(0) { $0 + $1.bytes[place] })
    }
    let most = shares.max { $0.bytes < $1.bytes }
    let largest = info.runs.max { $0.bytes.reduce(0, +) < $1.bytes.reduce(0, +) }
    guard let most, let largest, most.bytes > 0 else { return size + "." }
    let name = largest.name.isEmpty ? String(largest.uuid.prefix(8)) : largest.name
    let run =
      info.runs.count > 1
      ? "; the largest is \(name), \(NumberFormat.megabytes(largest.bytes.reduce(0, +)))" : ""
    return "\(size), most of it \(most.name), \(NumberFormat.megabytes(most.bytes))\(run)."
  }
}
