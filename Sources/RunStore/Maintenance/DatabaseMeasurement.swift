import FoundationEssentials
import Migrations
public import RunModel
import SQLite

extension RunDatabase {
  /// Measures the database.
  ///
  /// - Throws: `StoreError`.
  public func info() throws -> DatabaseInfo {
    try attempt {
      try connection.snapshot {
        let hasTableSizes = try connection.firstRow(
          "SELECT sqlite_compileoption_used('ENABLE_DBSTAT_VTAB')"
        ) { $0.integer(0) == 1 }
        return DatabaseInfo(
          path: path, fileBytes: RunDatabase.size(ofFileAt: path),
          logBytes: RunDatabase.size(ofFileAt: file.logPath),
          schemaVersion: try pragma("user_version"), pageSize: try pragma("page_size"),
          pageCount: try pragma("page_count"), freePageCount: try pragma("freelist_count"),
          tables: try hasTableSizes == true ? measuredTables() : estimatedTables(),
          isEstimated: hasTableSizes != true,
          contents: RunTable.Contents.allCases.map(\.rawValue), runs: try storedRuns())
      }
    }
  }

  /// The bytes of the vectors of a run's moments, gamma and beta included, by their numbers.
  ///
  /// - Throws: `StoreError`.
  package func vectorBytes(of run: Run) throws -> Int {
    try attempt {
      try connection.firstRow(
        """
        SELECT ifnull(sum(4 * width * (2 + 2 * (derives_normalized IS NOT NULL))
          * (SELECT count(*) FROM moment WHERE moment.site = site.id)), 0)
        FROM site WHERE run = ?
        """, [.integer(run.id)]
      ) { $0.integer(0) } ?? 0
    }
  }

  /// The bytes of the file at `path`; 0 if there is none.
  static func size(ofFileAt path: String) -> Int {
    let size = try? FileManager.default.attributesOfItem(atPath: path)[.size]
    // Its type differs between FoundationEssentials and Foundation.
    return size.flatMap { Int("\($0)") } ?? 0
  }

  private func pragma(_ name: String) throws -> Int {
    try connection.firstRow("PRAGMA \(name)") { $0.integer(0) } ?? 0
  }

  // MARK: - Tables

  /// The size of each table by `dbstat`, which reads every page.
  func measuredTables() throws -> [DatabaseInfo.Table] {
    let sizes = try connection.rows(
      """
      SELECT ifnull(tbl_name, page.name), sum(pgsize)
      FROM dbstat AS page LEFT JOIN sqlite_schema AS object ON object.name = page.name
      WHERE aggregate = TRUE GROUP BY 1
      """
    ) { ($0.text(0), $0.integer(1)) }
    let ours = Set(try SchemaObjects.ourTables(in: connection))
    return try tableNames().map { name in
      DatabaseInfo.Table(
        name: name, rows: try rowCount(of: name),
        bytes: sizes.first { $0.0 == name }?.1 ?? 0, isForeign: !ours.contains(name))
    }
  }

  /// The size of each table by the lengths of its values.
  func estimatedTables() throws -> [DatabaseInfo.Table] {
    let ours = Set(try SchemaObjects.ourTables(in: connection))
    return try tableNames().map { name in
      let lengths = try columnNames(of: name).map {
        "ifnull(length(CAST(\(RunDatabase.quoted($0)) AS BLOB)), 0)"
      }
      let bytes = try connection.firstRow(
        "SELECT total(\(lengths.joined(separator: " + "))) FROM \(RunDatabase.quoted(name))"
      ) { $0.integer(0) }
      return DatabaseInfo.Table(
        name: name, rows: try rowCount(of: name), bytes: bytes ?? 0,
        isForeign: !ours.contains(name))
    }
  }

  /// The names of the tables, in order; names of other programs' tables may be any text.
  private func tableNames() throws -> [String] {
    try connection.rows(
      """
      SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
      ORDER BY name
      """
    ) { $0.text(0) }
  }

  /// The names of the columns of a table, in order.
  func columnNames(of table: String) throws -> [String] {
    try connection.rows("SELECT name FROM pragma_table_info(?)", [.text(table)]) { $0.text(0) }
  }

  private func rowCount(of table: String) throws -> Int {
    try connection.firstRow("SELECT count(*) FROM \(RunDatabase.quoted(table))") { $0.integer(0) }
      ?? 0
  }

  /// The name of a table or a column, quoted for SQL.
  private static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  // MARK: - Runs

  private func storedRuns() throws -> [DatabaseInfo.StoredRun] {
    let siteRuns = Dictionary(
      uniqueKeysWithValues: try connection.rows("SELECT id, run FROM site") {
        ($0.integer(0), $0.integer(1))
      })
    let sums = try RunTable.all.map { (table: $0, bytes: try byteSums(of: $0)) }
    return try connection.rows("SELECT id, uuid, name, deleted_at, step_count FROM run ORDER BY id")
    { row in
      let run = row.integer(0)
      func bytes(_ contents: RunTable.Contents) -> Int {
        sums.reduce(0) { total, sum in
          sum.bytes[contents, default: [:]].reduce(total) { total, bytes in
            (sum.table.owner == .run ? bytes.key : siteRuns[bytes.key]) == run
              ? total + bytes.value : total
          }
        }
      }
      return DatabaseInfo.StoredRun(
        uuid: row.text(1), name: row.text(2), isInTrash: !row.isNull(3), steps: row.integer(4),
        sites: siteRuns.count { $0.value == run }, bytes: RunTable.Contents.allCases.map(bytes))
    }
  }

  /// The bytes of a table's vectors by their contents, and by the run that they belong to, or by the site.
  ///
  /// They are added up here, as GROUP BY would sort the rows with all their vectors.
  private func byteSums(of table: RunTable) throws -> [RunTable.Contents: [Int: Int]] {
    guard let contents = table.contents else { return [:] }
    let source =
      table.owner == .moment
      ? "\(table.name) CROSS JOIN moment ON moment.id = \(table.name).moment" : table.name
    let owner = table.owner == .run ? "run" : "site"
    let isAffine =
      table.encoding == .sealed ? "vector >= \(MomentVector.gamma.rawValue)" : "FALSE"
    var sums: [RunTable.Contents: [Int: Int]] = [:]
    try connection.statement(
      "SELECT \(owner), \(table.vectorBytes), \(isAffine) FROM \(source)"
    ).forEachRow {
      let contents = $0.integer(2) == 1 ? .affine : contents
      sums[contents, default: [:]][$0.integer(0), default: 0] += $0.integer(1)
    }
    return sums
  }
}
