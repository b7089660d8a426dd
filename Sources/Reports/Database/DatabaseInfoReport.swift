package import RunModel

/// Reports the size of a database, of its tables and of its runs.
package enum DatabaseInfoReport {
  /// The answer: a row for the file, one for each table and one for each run.
  package static func answer(_ info: DatabaseInfo) -> Answer {
    let file = AnswerTable(
      "database", layout: .facts,
      [
        .text("path"), .number("file_bytes"), .number("log_bytes"), .number("schema_version"),
        .number("page_size"), .number("pages"), .number("free_pages"),
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
        .text("table"), .number("rows"),
        .number("bytes").titled(info.isEstimated ? "estimated_bytes" : "bytes"), .text("foreign"),
      ]
    ) { rows in
      for table in info.tables {
        try rows.row(table.name, table.rows, table.bytes, table.isForeign)
      }
    }
    let runs = AnswerTable(
      "run",
      [
        .text("run").for(.programs), .text("run").for(.people), .text("run_name").titled("name"),
      ]
        + (["steps", "sites"] + info.contents.map { "\($0)_bytes" }).map { .number($0) }
        + [.text("in_trash")]
    ) { rows in
      for run in info.runs {
        let sizes = [run.steps, run.sites] + run.bytes
        try rows.row(
          [run.uuid, String(run.uuid.prefix(8)), run.name] + sizes as [any CellConvertible]
            + [run.isInTrash])
      }
    }
    return Answer([file, tables, runs])
  }
}
