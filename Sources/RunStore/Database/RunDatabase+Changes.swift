import SQLite

extension RunDatabase {
  /// A number that changes whenever another connection commits (https://sqlite.org/pragma.html#pragma_data_version); to ask
  /// reads no page of the file.
  ///
  /// - Throws: `StoreError`.
  package func dataVersion() throws -> Int {
    try attempt { try connection.firstRow("PRAGMA data_version") { $0.integer(0) } ?? 0 }
  }

  /// Whether the path still names the file that was opened.
  package var isInPlace: Bool { !connection.hasMoved }
}
