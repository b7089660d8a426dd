import RunModel
import SQLite
import Statistics

/// A check of one site's distributions: skewness and kurtosis, quantiles, histograms.
struct DistributionCheck {
  let connection: Connection
  let site: Int
  let width: Int
  let isQuick: Bool
  let reporter: CheckReporter

  /// - Throws: `SQLiteError`, or what the reporter throws.
  func check() throws {
    try checkHigherMoments()
    try checkQuantiles()
    try checkHistograms()
  }

  private func checkHigherMoments() throws {
    let vectors = VectorCheck(width: width)
    try connection.statement(
      """
      SELECT step, skewness, kurtosis
      FROM moment JOIN higher_moment ON higher_moment.moment = moment.id WHERE site = ?
      """
    ).forEachRow([.integer(site)]) { row in
      let place = reporter.at(.step, row.integer(0))
      let hasWidths = try ["skewness", "kurtosis"].enumerated().map { index, name in
        try vectors.hasWidth(name, row, index + 1, place)
      }
      guard hasWidths == [true, true], !isQuick else { return }
      let (skewness, kurtosis) = try (row.floats(1, count: width), row.floats(2, count: width))
      // True of any distribution, up to rounding; a constant feature has NaN.
      let unit = (0..<width).first {
        kurtosis[$0] < 0.999 || kurtosis[$0] < 0.999 * (skewness[$0] * skewness[$0] + 1)
      }
      if let unit {
        try place.fault(
          "higher-moment",
          "unit \(unit + 1) has the skewness \(skewness[unit]) and the kurtosis \(kurtosis[unit]), which is below 1 + skewness²."
        )
      }
    }
  }

  /// Checks quantiles: within a step, one at a higher level is not smaller.
  private func checkQuantiles() throws {
    let vectors = VectorCheck(width: width)
    var last: (step: Int, values: [Float])?
    try connection.statement(
      "SELECT step, level, quantile FROM quantile WHERE site = ? ORDER BY step, level"
    ).forEachRow([.integer(site)]) { row in
      let place = reporter.at(.step, row.integer(0)).at("quantile at \(row.real(1))")
      if !(0...1).contains(row.real(1)) {
        try place.fault("quantile", "levels are from 0 to 1.")
      }
      try place.check(step: row.integer(0))
      guard try vectors.hasWidth("quantile", row, 2, place), !isQuick else { return }
      let values = try row.floats(2, count: width)
      if let last, last.step == row.integer(0),
        let unit = (0..<width).first(where: { values[$0] < last.values[$0] })
      {
        try place.fault(
          "quantile",
          "the quantile of unit \(unit + 1) is \(values[unit]), below \(last.values[unit]) at a lower level."
        )
      }
      last = (row.integer(0), values)
    }
  }

  private func checkHistograms() throws {
    let vectors = VectorCheck(width: width)
    var axis: HistogramAxis?
    try connection.statement("SELECT bins, lower, upper FROM histogram_axis WHERE site = ?")
      .forEachRow([.integer(site)]) { row in
        let hasWidths = try ["lower edge", "upper edge"].enumerated().map { index, name in
          try vectors.hasWidth(name, row, index + 1, reporter)
        }
        guard hasWidths == [true, true] else { return }
        axis = HistogramAxis(
          bins: row.integer(0), lower: try row.floats(1, count: width),
          upper: try row.floats(2, count: width))
        if axis == nil {
          try reporter.fault(
            "histogram", "histograms of \(row.integer(0)) bins between such edges are impossible.")
        }
      }
    guard let axis else { return }
    try connection.statement(
      """
      SELECT histogram.step, counts, count, non_finite_count
      FROM histogram LEFT JOIN moment ON moment.site = histogram.site AND moment.step = histogram.step
      WHERE histogram.site = ?
      """
    ).forEachRow([.integer(site)]) { row in
      let place = reporter.at(.step, row.integer(0))
      try place.check(step: row.integer(0))
      let bytes = width * (axis.bins + 2) * MemoryLayout<UInt32>.size
      guard row.byteCount(1) == bytes else {
        return try place.fault(
          "histogram", "its histograms are \(row.byteCount(1)) bytes long, not \(bytes).")
      }
      // Thinned moments leave their histograms.
      guard !isQuick, !row.isNull(2) else { return }
      try check(
        HistogramCounts.counts(of: row.bytes(1)), slots: axis.bins + 2, rows: row.integer(2),
        undefined: row.integer(3), place)
    }
  }

  /// Checks that the histogram of each feature counts all rows except NaNs.
  private func check(
    _ counts: [UInt32], slots: Int, rows: Int, undefined: Int, _ place: CheckReporter
  ) throws {
    for unit in 0..<width {
      let total = counts[unit * slots..<(unit + 1) * slots].reduce(0) { $0 + Int($1) }
      guard total > rows || total < rows - undefined else { continue }
      return try place.fault(
        "histogram", "the histogram of unit \(unit + 1) counts \(total) of \(rows) rows.")
    }
  }
}
