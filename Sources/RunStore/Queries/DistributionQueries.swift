public import RunModel
import SQLite
public import Statistics

extension RunDatabase {
  /// The skewness and kurtosis at a site and step; nil where they were not recorded.
  ///
  /// - Throws: `StoreError`.
  public func higherMoments(at site: RecordedSite, step: Int) throws -> HigherMoments? {
    try attempt {
      try connection.firstRow(
        """
        SELECT skewness, kurtosis FROM moment JOIN higher_moment ON higher_moment.moment = moment.id
        WHERE site = ? AND step = ?
        """,
        [.integer(site.id), .integer(step)]
      ) { row in
        HigherMoments(
          skewness: try row.floats(0, count: site.site.width),
          kurtosis: try row.floats(1, count: site.site.width))
      }
    }
  }

  /// Whether a site has quantiles at any step.
  ///
  /// - Throws: `StoreError`.
  public func hasQuantiles(at site: RecordedSite) throws -> Bool {
    try attempt {
      try connection.firstRow(
        "SELECT 1 FROM quantile WHERE site = ? LIMIT 1", [.integer(site.id)]
      ) { _ in true } ?? false
    }
  }

  /// Checks a level.
  private func level(_ level: Double) throws -> Double {
    guard (0...1).contains(level) else {
      throw StoreError(
        .badDatabase,
        "The database \(path) holds quantiles at the level \(level), and levels are from 0 to 1; restore it from a copy."
      )
    }
    return level
  }

  /// The quantiles at a site and step, by level; nil where they were not recorded.
  ///
  /// - Throws: `StoreError`.
  public func quantiles(at site: RecordedSite, step: Int) throws -> FeatureQuantiles? {
    let rows = try attempt {
      try connection.rows(
        "SELECT level, quantile FROM quantile WHERE site = ? AND step = ? ORDER BY level",
        [.integer(site.id), .integer(step)]
      ) { (level: try level($0.real(0)), values: try $0.floats(1, count: site.site.width)) }
    }
    return rows.isEmpty
      ? nil : FeatureQuantiles(levels: rows.map(\.level), values: rows.map(\.values))
  }

  /// The bins of the histograms at a site; nil where it has none.
  ///
  /// - Throws: `StoreError`.
  public func histogramAxis(at site: RecordedSite) throws -> HistogramAxis? {
    try attempt {
      try connection.firstRow(
        "SELECT bins, lower, upper FROM histogram_axis WHERE site = ?", [.integer(site.id)]
      ) { row in
        let axis = HistogramAxis(
          bins: row.integer(0), lower: try row.floats(1, count: site.site.width),
          upper: try row.floats(2, count: site.site.width))
        guard let axis else {
          throw StoreError(
            .badDatabase,
            "The database \(path) holds histograms with impossible bins; restore it from a copy.")
        }
        return axis
      }
    }
  }

  /// The steps at which a site has histograms, in order.
  ///
  /// - Throws: `StoreError`.
  public func histogramSteps(at site: RecordedSite) throws -> [Int] {
    try attempt {
      try connection.rows(
        "SELECT step FROM histogram WHERE site = ? ORDER BY step", [.integer(site.id)]
      ) { try $0.count(0) }
    }
  }

  /// The histograms at a site and step, over the bins `axis` of the site; nil where they were not recorded.
  ///
  /// - Throws: `StoreError`.
  public func histograms(at site: RecordedSite, _ axis: HistogramAxis, step: Int) throws
    -> FeatureHistograms?
  {
    try attempt {
      try connection.firstRow(
        "SELECT counts FROM histogram WHERE site = ? AND step = ?",
        [.integer(site.id), .integer(step)]
      ) { row in
        let counts = HistogramCounts.counts(of: row.bytes(0))
        guard let histograms = FeatureHistograms(axis: axis, counts: counts) else {
          throw StoreError(
            .badDatabase,
            "The database \(path) holds \(counts.count) counts of histograms where \(axis.features) of "
              + "\(axis.bins + 2) should be; restore it from a copy.")
        }
        return histograms
      }
    }
  }
}
