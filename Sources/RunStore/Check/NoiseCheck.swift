import RunModel
import SQLite

/// A check of the batch noise at one site.
struct NoiseCheck {
  let connection: Connection
  let site: Int
  let width: Int
  let isQuick: Bool
  let reporter: CheckReporter

  /// - Throws: `SQLiteError`, or what the reporter throws.
  func check() throws {
    let vectors = VectorCheck(width: width)
    try connection.statement(
      """
      SELECT step, batches, count, rho, kurtosis, variance, degrees_of_freedom
      FROM batch_noise WHERE site = ?
      """
    ).forEachRow([.integer(site)]) { row in
      let place = reporter.at(.step, row.integer(0))
      try place.check(step: row.integer(0))
      let (batches, count) = (row.integer(1), row.integer(2))
      if batches < 2 || count < batches || count > Row.largestCount {
        try place.fault("noise", "noise of \(batches) batches of \(count) rows is impossible.")
      }
      if let freedom = row.optionalReal(6), !(freedom > 0 && freedom.isFinite) {
        try place.fault("noise", "\(freedom) degrees of freedom are impossible.")
      }
      // A part of a variance is not negative, and of a unit that does not vary NaN.
      for (name, column, least) in [
        ("rho", 3, 0), ("kurtosis", 4, 0.999), ("variance", 5, 0),
      ] as [(String, Int, Float)] where !(column == 5 && row.isNull(column)) {
        guard try vectors.hasWidth(name, row, column, place), !isQuick else { continue }
        let values = try row.floats(column, count: width)
        if let unit = values.firstIndex(where: { $0 < least }) {
          try place.fault("noise", "the \(name) of unit \(unit + 1) is \(values[unit]).")
        }
      }
    }
  }
}
