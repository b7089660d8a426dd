/// What a push sent of a run.
package struct PushedRun: Sendable, Equatable {
  /// The number of blocks that were sent and acknowledged.
  package private(set) var blockCount = 0
  /// The bytes of their vectors.
  package private(set) var vectorBytes = 0
  /// The number of other rows that were new there.
  package private(set) var rowCount = 0

  /// Nothing so far.
  package init() {}

  /// Counts blocks.
  mutating func add(blocks: Int, bytes: Int) {
    blockCount += blocks
    vectorBytes += bytes
  }

  /// Counts rows.
  mutating func add(rows: Int) { rowCount += rows }
}
