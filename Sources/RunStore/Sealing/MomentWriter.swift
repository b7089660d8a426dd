import Sealing
import SQLite

/// A writer of moments as rows, with plain vectors or with sealed ones.
struct MomentWriter {
  private let connection: Connection
  private let moments: Statement
  private let affines: Statement
  private let higherMoments: Statement
  private static let plain: [VectorFrame?] = MomentVector.allCases.map { _ in nil }
  /// Memory to work in.
  private var sealed: [UInt8] = []
  private var offsets: [UInt32] = []

  /// Makes a writer on `connection`, whose moments replace earlier ones of their steps where `isReplacing`.
  ///
  /// - Throws: `SQLiteError`.
  init(_ connection: Connection, isReplacing: Bool = false) throws(SQLiteError) {
    self.connection = connection
    moments = try connection.statement(
      """
      INSERT \(isReplacing ? "OR REPLACE " : "")INTO moment (site, step, count, non_finite_count, mean, variance)
      VALUES (?, ?, ?, ?, ?, ?)
      """)
    affines = try connection.statement(
      "INSERT INTO affine (moment, gamma, beta) VALUES (last_insert_rowid(), ?, ?)")
    higherMoments = try connection.statement(
      "INSERT INTO higher_moment (moment, skewness, kurtosis) VALUES (last_insert_rowid(), ?, ?)")
  }

  /// Writes a moment whose vectors begin at `moment.start` in `vectors`.
  ///
  /// - Throws: `SQLiteError`.
  mutating func write(
    _ moment: PendingRecords.PendingMoment, at site: Int64, _ vectors: Span<Float>
  ) throws(SQLiteError) {
    try write(moment, at: site, vectors, MomentWriter.plain)
  }

  /// Writes the moments of a block sealed in one frame, or plain where that saves nothing.
  ///
  /// - Throws: `SQLiteError`.
  mutating func writeSealed(
    _ block: [PendingRecords.PendingMoment], at site: Int64, _ vectors: Span<Float>
  ) throws(SQLiteError) {
    guard let first = block.first else { return }
    let frames = VectorFrame.frames(of: block, vectors)
    if frames.contains(where: { $0 != nil }) {
      try connection.run(
        "INSERT OR REPLACE INTO frame (site, step, mean, variance, gamma, beta) VALUES (?, ?, ?, ?, ?, ?)",
        [.integer(site), .integer(first.step)]
          + frames.map { $0.map { .bytes($0.bytes) } ?? .null })
    }
    for moment in block { try write(moment, at: site, vectors, frames) }
  }

  /// Writes stored moments of `steps` anew, sealed in one frame with later ones.
  ///
  /// - Throws: `SQLiteError`.
  mutating func seal(
    _ block: MomentBlock, of steps: ClosedRange<Int>, at site: Int64
  ) throws(SQLiteError) {
    try delete(steps, at: site)
    try writeSealed(block.moments, at: site, block.vectors.span)
  }

  /// Writes stored moments of `steps` anew, plain.
  ///
  /// - Throws: `SQLiteError`.
  mutating func unseal(
    _ block: MomentBlock, of steps: ClosedRange<Int>, at site: Int64
  ) throws(SQLiteError) {
    try delete(steps, at: site)
    for moment in block.moments { try write(moment, at: site, block.vectors.span) }
  }

  private func delete(_ steps: ClosedRange<Int>, at site: Int64) throws(SQLiteError) {
    for table in ["moment", "frame"] {
      try connection.run(
        "DELETE FROM \(table) WHERE site = ? AND step BETWEEN ? AND ?",
        [.integer(site), .integer(steps.lowerBound), .integer(steps.upperBound)])
    }
  }

  private mutating func write(
    _ moment: PendingRecords.PendingMoment, at site: Int64, _ vectors: Span<Float>,
    _ frames: [VectorFrame?]
  ) throws(SQLiteError) {
    sealed.removeAll(keepingCapacity: true)
    let values = MomentVector.allCases.map { vector -> Binding in
      guard moment.hasAffine || !vector.isAffine else { return .null }
      let elements = moment.elements(of: vector)
      guard let frame = frames[vector.rawValue] else { return .floats(elements) }
      let start = sealed.count
      frame.seal(vectors.extracting(elements), appendingTo: &sealed, &offsets)
      return .span(start..<sealed.count)
    }
    try moments.run(
      [
        .integer(site), .integer(moment.step), .integer(moment.count),
        .integer(moment.nonFiniteCount), values[0], values[1],
      ],
      floats: vectors, bytes: sealed.span)
    // Rows that belong to a moment have its id as their own.
    if moment.hasAffine {
      try affines.run(Array(values[2...]), floats: vectors, bytes: sealed.span)
    }
    if let (skewness, kurtosis) = moment.higherMoments {
      try higherMoments.run([.floats(skewness), .floats(kurtosis)], floats: vectors)
    }
  }
}
