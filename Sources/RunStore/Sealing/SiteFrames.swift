import Sealing
import SQLite

/// The frames of the sealed vectors at one site, read as rows need them.
///
/// A vector is sealed where its length is one byte more than a multiple of 4; its frame is then that of the newest row of
/// `frame` whose step is not later than its own.
struct SiteFrames {
  private let connection: Connection
  private let site: Int
  private let width: Int
  /// The steps that the frames hold for, from that of their row to before that of the next one.
  private var steps = 0..<0
  /// The frame of each vector as it is stored; none before the first frame of the site.
  private var stored: [[UInt8]?] = []
  /// The frame of each vector that was needed.
  private var frames: [VectorFrame?] = []

  /// Reads the frames of a site that has `width` units.
  init(_ connection: Connection, site: Int, width: Int) {
    self.connection = connection
    self.site = site
    self.width = width
  }

  /// Copies the vector in `column` of a row of `step` into `numbers`, unsealed.
  ///
  /// - Throws: `SQLiteError` with code `corrupt` where it has another length, or its frame is damaged.
  mutating func read(
    _ vector: MomentVector, _ row: borrowing Row, _ column: Int, step: Int,
    into numbers: inout [Float]
  ) throws {
    if row.copyFloats(column, count: width, into: &numbers) { return }
    let byteCount = row.byteCount(column)
    guard let frame = try frame(of: vector, step: step, byteCount: byteCount) else {
      return try row.floats(column, count: width, into: &numbers)
    }
    guard row.withBytes(column, { frame.unseal($0, into: &numbers) }) else {
      throw SQLiteError(
        code: .corrupt,
        message:
          "the sealed \(vector.name) of step \(step) is \(byteCount) bytes long instead of \(frame.sealedByteCount)"
      )
    }
  }

  /// The frame of a vector of `step` that has `byteCount` bytes; nil where it is not sealed.
  ///
  /// - Throws: `SQLiteError` with code `corrupt` where the frame is damaged.
  mutating func frame(of vector: MomentVector, step: Int, byteCount: Int) throws -> VectorFrame? {
    guard byteCount % MemoryLayout<Float>.stride == 1 else { return nil }
    if !steps.contains(step) { try load(step) }
    guard !frames.isEmpty else { return nil }
    if let frame = frames[vector.rawValue] { return frame }
    guard let bytes = stored[vector.rawValue] else { return nil }
    do throws(FrameFault) {
      let frame = try VectorFrame(bytes: bytes.span, count: width)
      frames[vector.rawValue] = frame
      return frame
    } catch {
      throw SQLiteError(
        code: .corrupt,
        message: "the frame of the \(vector.name) from step \(steps.lowerBound) \(error.reason)")
    }
  }

  private mutating func load(_ step: Int) throws {
    (steps, stored, frames) = (0..<0, [], [])
    let found = try connection.firstRow(
      """
      SELECT step, (SELECT min(step) FROM frame AS later WHERE later.site = ?1 AND later.step > ?2),
        \(MomentVector.allCases.map(\.name).joined(separator: ", "))
      FROM frame WHERE site = ?1 AND step <= ?2 ORDER BY step DESC LIMIT 1
      """, [.integer(site), .integer(step)]
    ) { row in
      // In a damaged index the next one may come before.
      (
        steps: min(row.integer(0), step)..<max(row.optionalInteger(1) ?? .max, step + 1),
        stored: MomentVector.allCases.map { vector in
          row.isNull(vector.rawValue + 2) ? nil : row.bytes(vector.rawValue + 2)
        }
      )
    }
    guard let found else { return }
    (steps, stored) = found
    frames = stored.map { _ in nil }
  }
}
