import SQLite

extension RunDatabase {
  /// A number that changes whenever another connection commits (https://sqlite.org/pragma.html#pragma_data_version); to ask
  /// reads no page of the file.
  ///
  /// - Throws: `StoreError`.
  package func dataVersion() throws -> Int {
    try attempt { try connection.firstRow("PRAGMA data_version") { $0.integer(0) } ?? 0 }
  }

  /// Keeps at most that many bytes of pages of the file in memory, instead of SQLite's 2 MB, which are 31 pages.
  ///
  /// - Throws: `StoreError`.
  package func cachePages(ofBytes count: Int) throws {
    try attempt { try connection.execute("PRAGMA cache_size = -\(count >> 10)") }
  }

  /// Whether the path still names the file that was opened.
  package var isInPlace: Bool { !connection.hasMoved }
}
