/// The size of a database, by table and by run.
public struct DatabaseInfo: Sendable {
  /// The size of a table.
  public struct Table: Sendable, Equatable {
    /// The name of the table.
    public let name: String
    /// The number of rows.
    public let rows: Int
    /// The bytes of the pages, indexes included.
    public let bytes: Int
    /// Whether another program made the table.
    public let isForeign: Bool

    package init(name: String, rows: Int, bytes: Int, isForeign: Bool) {
      self.name = name
      self.rows = rows
      self.bytes = bytes
      self.isForeign = isForeign
    }
  }

  /// The size of a run: the bytes of its vectors and files alone.
  public struct StoredRun: Sendable, Equatable {
    /// The identifier of the run.
    public let uuid: String
    /// The name of the run.
    public let name: String
    /// Whether it is in the trash.
    public let isInTrash: Bool
    /// The number of steps.
    public let steps: Int
    /// The number of sites.
    public let sites: Int
    /// The bytes of each of the database's `contents`.
    public let bytes: [Int]

    package init(
      uuid: String, name: String, isInTrash: Bool, steps: Int, sites: Int, bytes: [Int]
    ) {
      self.uuid = uuid
      self.name = name
      self.isInTrash = isInTrash
      self.steps = steps
      self.sites = sites
      self.bytes = bytes
    }
  }

  /// The path of the database.
  public let path: String
  /// The bytes of the file.
  public let fileBytes: Int
  /// The bytes of the write-ahead log, not yet copied into the file.
  public let logBytes: Int
  /// The version of the schema.
  public let schemaVersion: Int
  /// The bytes of a page.
  public let pageSize: Int
  /// The number of pages.
  public let pageCount: Int
  /// The number of free pages, which will be used again.
  public let freePageCount: Int
  /// Every table, by name.
  public let tables: [Table]
  /// Whether the tables' bytes are estimated from the lengths of their values, because SQLite was built without `dbstat`.
  public let isEstimated: Bool
  /// The kinds of vectors and files that runs have, such as "moment" and "checkpoint".
  public let contents: [String]
  /// Every run, oldest first, those in the trash included.
  public let runs: [StoredRun]

  package init(
    path: String, fileBytes: Int, logBytes: Int, schemaVersion: Int, pageSize: Int,
    pageCount: Int, freePageCount: Int, tables: [Table], isEstimated: Bool, contents: [String],
    runs: [StoredRun]
  ) {
    self.path = path
    self.fileBytes = fileBytes
    self.logBytes = logBytes
    self.schemaVersion = schemaVersion
    self.pageSize = pageSize
    self.pageCount = pageCount
    self.freePageCount = freePageCount
    self.tables = tables
    self.isEstimated = isEstimated
    self.contents = contents
    self.runs = runs
  }
}
