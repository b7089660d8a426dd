import SQLite
import Sealing

/// The vectors at one site, read from rows that may be sealed.
final class SealedVectors {
  private unowned let connection: Connection
  private let site: Int
  private let width: Int
  private var block: SealedBlock
  /// The start of the block, once it is unsealed.
  private var start: Int?

  /// Reads vectors of `width` features from `connection`, which must outlive this.
  init(_ connection: Connection, site: Int, width: Int, withAffine: Bool) {
    self.connection = connection
    self.site = site
    self.width = width
    block = SealedBlock(width: width, withAffine: withAffine)
  }

  /// Whether the moment is sealed the mean of which is in `column` of a row.
  static func isSealed(_ row: borrowing Row, _ column: Int) -> Bool {
    row.byteCount(column) == 0 && !row.isNull(column)
  }

  /// Copies a vector of `step`: that in `column` of a row, unless the row is sealed.
  ///
  /// - Throws: `SQLiteError` with code `corrupt` where it has another length, or its block is damaged.
  func read(
    _ vector: MomentVector, _ row: borrowing Row, _ column: Int, isSealed: Bool, step: Int,
    into numbers: inout [Float]
  ) throws {
    guard isSealed else { return try row.floats(column, count: width, into: &numbers) }
    try read(vector, step: step, into: &numbers)
  }

  /// Copies a vector of a sealed step.
  ///
  /// - Throws: `SQLiteError` with code `corrupt` where there is no such block, or it is damaged.
  func read(_ vector: MomentVector, step: Int, into numbers: inout [Float]) throws {
    let place = try place(of: step)
    block.read(vector, at: place, into: &numbers)
  }

  /// The place of a step in its block, which is unsealed.
  ///
  /// - Throws: `SQLiteError` with code `corrupt` where there is no such block, or it is damaged.
  func place(of step: Int) throws -> Int {
    guard 0...Row.largestCount ~= step else {
      throw SQLiteError(code: .corrupt, message: "a sealed moment of step \(step) is impossible")
    }
    let start = SealedSteps.start(of: step)
    if self.start != start {
      self.start = nil
      try block.unseal(from: start, at: Int64(site), connection)
      self.start = start
    }
    guard let place = block.place(of: step) else { throw SealedBlock.damaged(start) }
    return place
  }
}
