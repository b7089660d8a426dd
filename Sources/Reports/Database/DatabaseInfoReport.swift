import RunModel
package import RunStore

/// How large a database is, and what fills it.
package struct DatabaseInfoReport {
  private struct Document: Encodable {
    struct Table: Encodable {
      let name: String
      let rows: Int
      let bytes: Int
      let foreign: Bool
    }

    struct StoredRun: Encodable {
      let id: String
      let name: String
      let isInTrash: Bool
      let steps: Int
      let sites: Int
      let momentBytes: Int
      let affineBytes: Int
      let rollupBytes: Int
      let distributionBytes: Int
      let noiseBytes: Int
      let checkpointBytes: Int

      private enum CodingKeys: String, CodingKey {
        case id, name, steps, sites
        case isInTrash = "in_trash"
        case momentBytes = "moment_bytes"
        case affineBytes = "affine_bytes"
        case rollupBytes = "rollup_bytes"
        case distributionBytes = "distribution_bytes"
        case noiseBytes = "noise_bytes"
        case checkpointBytes = "checkpoint_bytes"
      }
    }

    let schema = JSONOutput.schema
    let path: String
    let fileBytes: Int
    let logBytes: Int
    let schemaVersion: Int
    let pageSize: Int
    let pages: Int
    let freePages: Int
    let tableBytesAreEstimated: Bool
    let tables: [Table]
    let runs: [StoredRun]

    private enum CodingKeys: String, CodingKey {
      case schema, path, pages, tables, runs
      case fileBytes = "file_bytes"
      case logBytes = "log_bytes"
      case schemaVersion = "schema_version"
      case pageSize = "page_size"
      case freePages = "free_pages"
      case tableBytesAreEstimated = "table_bytes_are_estimated"
    }
  }

  private let document: Document

  /// Reports on `info`.
  package init(_ info: DatabaseInfo) {
    document = Document(
      path: info.path, fileBytes: info.fileBytes, logBytes: info.logBytes,
      schemaVersion: info.schemaVersion, pageSize: info.pageSize, pages: info.pageCount,
      freePages: info.freePageCount, tableBytesAreEstimated: info.isEstimated,
      tables: info.tables.map {
        Document.Table(name: $0.name, rows: $0.rows, bytes: $0.bytes, foreign: $0.isForeign)
      },
      runs: info.runs.map { run in
        Document.StoredRun(
          id: run.uuid, name: run.name, isInTrash: run.isInTrash, steps: run.steps,
          sites: run.sites, momentBytes: run.momentBytes, affineBytes: run.affineBytes,
          rollupBytes: run.rollupBytes, distributionBytes: run.distributionBytes,
          noiseBytes: run.noiseBytes, checkpointBytes: run.checkpointBytes)
      })
  }

  /// The report in `format`; CSV and NDJSON have a row for each fact.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    switch format {
    case .json: try JSONOutput.document(document)
    case .csv: (fileFacts + tableFacts + runFacts).table(isExact: true).commaSeparated
    case .ndjson:
      try (fileFacts + tableFacts + runFacts).map { try JSONOutput.line($0) + "\n" }.joined()
    case .table:
      [fileFacts.table(isExact: false), tableTable, runTable].map {
        $0.aligned(isStyled: isStyled)
      }.joined(separator: "\n")
    }
  }

  private var fileFacts: [Fact] {
    [
      Fact("path", .text(document.path)), Fact("file_bytes", .integer(document.fileBytes)),
      Fact("log_bytes", .integer(document.logBytes)),
      Fact("schema_version", .integer(document.schemaVersion)),
      Fact("page_size", .integer(document.pageSize)), Fact("pages", .integer(document.pages)),
      Fact("free_pages", .integer(document.freePages)),
      Fact("table_bytes_are_estimated", .truth(document.tableBytesAreEstimated)),
    ]
  }

  private var tableFacts: [Fact] {
    document.tables.flatMap { table in
      [
        Fact("table.\(table.name).rows", .integer(table.rows)),
        Fact("table.\(table.name).bytes", .integer(table.bytes)),
        Fact("table.\(table.name).foreign", .truth(table.foreign)),
      ]
    }
  }

  private var runFacts: [Fact] {
    document.runs.flatMap { run in
      [
        ("name", .text(run.name)), ("in_trash", .truth(run.isInTrash)),
        ("steps", .integer(run.steps)), ("sites", .integer(run.sites)),
        ("moment_bytes", .integer(run.momentBytes)), ("affine_bytes", .integer(run.affineBytes)),
        ("rollup_bytes", .integer(run.rollupBytes)),
        ("distribution_bytes", .integer(run.distributionBytes)),
        ("noise_bytes", .integer(run.noiseBytes)),
        ("checkpoint_bytes", .integer(run.checkpointBytes)),
      ].map { (key: String, value: DataTable.Cell) in Fact("run.\(run.id).\(key)", value) }
    }
  }

  private var tableTable: TextTable {
    let bytes = document.tableBytesAreEstimated ? "estimated_bytes" : "bytes"
    var table = TextTable([.text("table"), .number("rows"), .number(bytes), .text("")])
    for stored in document.tables {
      table.add([
        stored.name, "\(stored.rows)", "\(stored.bytes)",
        stored.foreign ? "of another program" : "",
      ])
    }
    return table
  }

  private var runTable: TextTable {
    var table = TextTable([
      .text("run"), .text("name"), .number("steps"), .number("sites"), .number("moment_bytes"),
      .number("affine_bytes"), .number("rollup_bytes"), .number("distribution_bytes"),
      .number("noise_bytes"), .number("checkpoint_bytes"),
      .text("in_trash"),
    ])
    for run in document.runs {
      table.add([
        String(run.id.prefix(8)), run.name, "\(run.steps)", "\(run.sites)", "\(run.momentBytes)",
        "\(run.affineBytes)", "\(run.rollupBytes)", "\(run.distributionBytes)",
        "\(run.noiseBytes)", "\(run.checkpointBytes)",
        run.isInTrash ? "yes" : "",
      ])
    }
    return table
  }
}
