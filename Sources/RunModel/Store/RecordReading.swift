/// A store whose runs can be read row by row, as where they are exported or copied.
package protocol RecordReading: CheckpointReading, RunFinding {
  /// Every kind of row that runs record.
  ///
  /// - Throws: `StoreError`.
  func recordedTables() throws -> [RecordedTable]

  /// The bytes of the vectors of a run's moments, gamma and beta included, by their numbers.
  ///
  /// - Throws: `StoreError`.
  func vectorBytes(of run: Run) throws -> Int

  /// Runs `body`, which only reads, on one state of the store while others may write.
  ///
  /// - Throws: `StoreError`, or what `body` throws.
  func snapshot<Value>(_ body: () throws -> Value) throws -> Value
}
