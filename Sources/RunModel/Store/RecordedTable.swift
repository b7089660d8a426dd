/// The rows of one kind that runs recorded, with every column of the tables that hold them.
package struct RecordedTable {
  /// A kind of vector.
  package enum Vector {
    /// A number for each unit, [units].
    case numbers
    /// The counts of each unit below its bins, in each of them, and above, [units, bins + 2].
    case counts
  }

  /// A column of the rows.
  package struct Column {
    /// The name of the column; "_bytes" follows if the value is the size of a file.
    package let name: String
    /// Whether its values are words.
    package let isText: Bool
    /// The vector that each of its values is; nil where they are none.
    package let vector: Vector?

    package init(name: String, isText: Bool, vector: Vector? = nil) {
      self.name = name
      self.isText = isText
      self.vector = vector
    }
  }

  /// The kind of the rows: the name of the table that they are in.
  package let name: String
  /// The columns, without ids; rows of sites have the columns of their site besides.
  package let columns: [Column]
  /// Whether each row belongs to a site.
  package let isOfSite: Bool
  /// The blocks in which the store keeps the rows; nil where it keeps each by itself.
  package let blocks: RecordedBlocks?
  /// Passes each row of a run that steps from `first` on made to `body`, site by site and in the order of steps: the site,
  /// if the row belongs to one, and a value for each column; rows that no step made are passed in any case.
  ///
  /// It throws `StoreError`, or what `body` throws.
  package let forEachRowFrom:
    (_ run: Run, _ first: Int, _ body: (_ site: Site?, _ row: [Cell]) throws -> Void) throws -> Void

  package init(
    name: String, columns: [Column], isOfSite: Bool, blocks: RecordedBlocks? = nil,
    forEachRowFrom: @escaping (Run, Int, (Site?, [Cell]) throws -> Void) throws -> Void
  ) {
    self.name = name
    self.columns = columns
    self.isOfSite = isOfSite
    self.blocks = blocks
    self.forEachRowFrom = forEachRowFrom
  }

  /// Passes each row of a run to `body`, as `forEachRowFrom` does.
  ///
  /// - Throws: `StoreError`, or what `body` throws.
  package func forEachRow(
    _ run: Run, _ body: (_ site: Site?, _ row: [Cell]) throws -> Void
  ) throws {
    try forEachRowFrom(run, 0, body)
  }
}
