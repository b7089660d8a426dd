import Sealing
import SQLite

/// A check of the sealed vectors at one site: that each has a frame which it fits, and is as it was written.
final class SealCheck {
  private var frames: SiteFrames

  init(_ connection: Connection, site: Int, width: Int) {
    frames = SiteFrames(connection, site: site, width: width)
  }

  /// Whether the sealed vector in `column` of a row of `step` can be read; nil where it is plain.
  ///
  /// One that cannot be read is reported.
  func canRead(
    _ vector: MomentVector, _ row: borrowing Row, _ column: Int, step: Int,
    _ place: CheckReporter
  ) throws -> Bool? {
    let frame: VectorFrame?
    do {
      frame = try frames.frame(of: vector, step: step, byteCount: row.byteCount(column))
    } catch let error as SQLiteError where error.code == .corrupt && error.sql == nil {
      // Errors of SQLite itself name the statement.
      try place.fault("sealed", "\(error.message).")
      return false
    }
    guard let frame else { return nil }
    guard row.byteCount(column) == frame.sealedByteCount else {
      try place.fault(
        "sealed",
        "the sealed \(vector.name) is \(row.byteCount(column)) bytes long, not \(frame.sealedByteCount)."
      )
      return false
    }
    guard row.withBytes(column, VectorFrame.isIntact) else {
      try place.fault("sealed", "the sealed \(vector.name) has a wrong checksum.")
      return false
    }
    return true
  }

  /// Copies a vector that can be read.
  func read(
    _ vector: MomentVector, _ row: borrowing Row, _ column: Int, step: Int,
    into numbers: inout [Float]
  ) throws {
    try frames.read(vector, row, column, step: step, into: &numbers)
  }
}
