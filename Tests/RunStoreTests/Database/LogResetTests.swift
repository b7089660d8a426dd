import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

/// SQLite before 3.51.3 loses pages where a checkpoint begins while another connection starts the log anew.
@Suite("Three recorders copy one log into its file")
struct LogResetTests {
  /// How a writer copies the log after each transaction.
  enum Arrangement {
    /// As this program does.
    case underWriteLock
    /// As SQLite's documentation has it, and as this program did.
    case passive
  }

  static let writerCount = 3
  static let transactionCount = 6

  /// Has three writers insert and copy in the order of `seed`.
  ///
  /// - Returns: whether each row is there and the file is sound.
  func isWhole(_ arrangement: Arrangement, seed: UInt64) throws -> Bool {
    let folder = try TemporaryFolder()
    let path = folder.file("log.db")
    do {
      let maker = try Connection(path: path, access: .create)
      try maker.execute(
        """
        PRAGMA journal_mode = WAL;
        CREATE TABLE entry (writer INTEGER, number INTEGER, payload BLOB, PRIMARY KEY (writer, number)) WITHOUT ROWID;
        """)
      // Stays open, so that no writer is the last to close.
      try Turns.run(count: Self.writerCount, seed: seed) { writer in
        try Self.write(writer, arrangement, path: path)
      }
    }
    let reader = try Connection(path: path, access: .readOnly)
    let faults = try reader.rows("PRAGMA integrity_check") { $0.text(0) }
    guard faults == ["ok"] else { return false }
    let count = try reader.firstRow("SELECT count(*) FROM entry") { $0.integer(0) }
    return count == Self.writerCount * Self.transactionCount
  }

  private static func write(_ writer: Int, _ arrangement: Arrangement, path: String) throws {
    let file = try DatabaseFile(
      path: path, durability: .process, vfs: Turns.layer, checkpointBytes: 1)
    let connection = try file.connect(.readWrite)
    try connection.execute("PRAGMA synchronous = OFF")
    let own = try DatabaseWriter(file, connection: connection)
    let other = try file.connect(.readWrite)
    for number in 0..<transactionCount {
      func insert() throws {
        // Logs of different lengths: what a stale copy calls done is more than there is.
        try connection.run(
          "INSERT INTO entry VALUES (?, ?, randomblob(?))",
          [.integer(writer), .integer(number), .integer((number + writer) % 3 * 9000 + 10)])
      }
      // Copies with nothing left to copy are the dangerous ones.
      switch arrangement {
      case .underWriteLock:
        try own.transaction { try insert() }
        for _ in 0..<2 { try own.copyLog() }
      case .passive:
        try connection.transaction { try insert() }
        for _ in 0..<3 { try other.run("PRAGMA wal_checkpoint(PASSIVE)") }
      }
    }
  }

  @Test("Under the write lock nothing is lost, in orders in which passive copies lose pages")
  func orders() throws {
    var lossCount = 0
    for seed in 0..<40 as Range<UInt64> {
      #expect(try isWhole(.underWriteLock, seed: seed))
      let isSound = (try? isWhole(.passive, seed: seed)) ?? false
      if !isSound { lossCount += 1 }
    }
    // Else the orders would prove nothing.
    #expect(!Connection.hasWALResetBug || lossCount > 0)
  }
}
