import Sealing
import SQLite

/// Moments at one site with their vectors, to be sealed or written anew.
struct MomentBlock {
  /// The moments, in order of steps; their vectors follow each other in `vectors`.
  private(set) var moments: [PendingRecords.PendingMoment] = []
  private(set) var vectors: [Float] = []

  /// Reads the moments of `steps` at a site; nil where a vector is damaged.
  ///
  /// - Throws: `SQLiteError`.
  init?(
    of steps: ClosedRange<Int>, at site: Int64, width: Int, _ connection: Connection
  ) throws {
    do {
      try read(steps, at: site, width: width, connection)
    } catch let error as SQLiteError where error.code == .corrupt {
      return nil
    }
  }

  private mutating func read(
    _ steps: ClosedRange<Int>, at site: Int64, width: Int, _ connection: Connection
  ) throws {
    var frames = SiteFrames(connection, site: Int(site), width: width)
    var vector: [Float] = []
    try connection.statement(
      """
      SELECT step, count, non_finite_count, mean, variance, gamma, beta, skewness, kurtosis,
        affine.moment IS NOT NULL, higher_moment.moment IS NOT NULL
      FROM moment LEFT JOIN affine ON affine.moment = moment.id
        LEFT JOIN higher_moment ON higher_moment.moment = moment.id
      WHERE site = ? AND step BETWEEN ? AND ? ORDER BY step
      """
    ).forEachRow([.integer(site), .integer(steps.lowerBound), .integer(steps.upperBound)]) { row in
      let (step, hasAffine) = (row.integer(0), row.integer(9) == 1)
      moments.append(
        PendingRecords.PendingMoment(
          position: 0, step: step, count: row.integer(1), nonFiniteCount: row.integer(2),
          start: vectors.count, width: width, hasAffine: hasAffine,
          hasHigherMoments: row.integer(10) == 1))
      for kind in MomentVector.allCases where hasAffine || !kind.isAffine {
        try frames.read(kind, row, 3 + kind.rawValue, step: step, into: &vector)
        vectors += vector
      }
      for column in [7, 8] where row.integer(10) == 1 {
        try row.floats(column, count: width, into: &vector)
        vectors += vector
      }
    }
  }

  /// Whether sealing makes a vector smaller.
  var isSmallerSealed: Bool {
    VectorFrame.frames(of: moments, vectors.span).contains { $0 != nil }
  }

  /// Appends later moments, whose vectors are in `others`.
  mutating func append(_ later: [PendingRecords.PendingMoment], _ others: [Float]) {
    for var moment in later {
      let elements = moment.elements
      moment.start = vectors.count
      moments.append(moment)
      vectors += others[elements]
    }
  }
}
