package import RunModel
package import Statistics

extension CentralDatabase {
  package func batchNoise(at site: RecordedSite) throws -> [BatchNoiseRecord] {
    let width = site.site.width
    return try attempt {
      try connection.query(
        """
        SELECT step, batches, count, rho, kurtosis, variance, degrees_of_freedom
        FROM batch_noise WHERE site = $1 ORDER BY step
        """, [.integer(site.id)]
      ).map { row in
        BatchNoiseRecord(
          step: try count(row, 0), batchCount: try count(row, 1), count: try count(row, 2),
          rho: try floats(row, 3, count: width), kurtosis: try floats(row, 4, count: width),
          variance: row.isNull(5) ? nil : try floats(row, 5, count: width),
          // Each unit has a mean and a deviation.
          degreesOfFreedom: row.optionalReal(6).map { min(max(1, $0), Double(2 * width)) })
      }
    }
  }

  package func higherMoments(at site: RecordedSite, step: Int) throws -> HigherMoments? {
    let rows = try attempt {
      try connection.query(
        """
        SELECT \(MomentPart.higherMoment.columns.joined(separator: ", "))
        FROM higher_moment WHERE site = $1 AND block = $2
        """, [.integer(site.id), .integer(step / StepBlock.shortest)])
    }
    guard rows.count > 0 else { return nil }
    let block = try storedBlock(rows[0], from: 0, of: .higherMoment, at: site)
    guard let place = block.steps.firstIndex(of: step) else { return nil }
    var (skewness, kurtosis): ([Float], [Float]) = ([], [])
    block.read(place, into: &skewness, &kurtosis)
    return HigherMoments(skewness: skewness, kurtosis: kurtosis)
  }

  package func hasQuantiles(at site: RecordedSite) throws -> Bool {
    try attempt {
      try connection.query(
        "SELECT 1 FROM quantile WHERE site = $1 LIMIT 1", [.integer(site.id)]
      ).count > 0
    }
  }

  package func quantiles(at site: RecordedSite, step: Int) throws -> FeatureQuantiles? {
    let rows = try attempt {
      try connection.query(
        "SELECT level, quantile FROM quantile WHERE site = $1 AND step = $2 ORDER BY level",
        [.integer(site.id), .integer(step)]
      ).map { (level: $0.real(0), values: try floats($0, 1, count: site.site.width)) }
    }
    return rows.isEmpty
      ? nil : FeatureQuantiles(levels: rows.map(\.level), values: rows.map(\.values))
  }

  package func histogramAxis(at site: RecordedSite) throws -> HistogramAxis? {
    try attempt {
      try connection.query(
        "SELECT bins, lower, upper FROM histogram_axis WHERE site = $1", [.integer(site.id)]
      ).map { row in
        let axis = HistogramAxis(
          bins: row.integer(0), lower: try floats(row, 1, count: site.site.width),
          upper: try floats(row, 2, count: site.site.width))
        guard let axis else { throw damaged("holds histograms with impossible bins") }
        return axis
      }.first
    }
  }

  package func histogramSteps(at site: RecordedSite) throws -> [Int] {
    try attempt {
      try connection.query(
        "SELECT step FROM histogram WHERE site = $1 ORDER BY step", [.integer(site.id)]
      ).map { try count($0, 0) }
    }
  }

  package func histograms(at site: RecordedSite, _ axis: HistogramAxis, step: Int) throws
    -> FeatureHistograms?
  {
    try attempt {
      try connection.query(
        "SELECT counts FROM histogram WHERE site = $1 AND step = $2",
        [.integer(site.id), .integer(step)]
      ).map { row in
        let counts = row.counts(0)
        guard let histograms = FeatureHistograms(axis: axis, counts: counts) else {
          throw damaged(
            "holds \(counts.count) counts of histograms where \(axis.features) of \(axis.bins + 2) should be"
          )
        }
        return histograms
      }.first
    }
  }
}
