public import RunModel
import SQLite

extension RunDatabase {
  /// The measurements of batch noise at a site, by step.
  ///
  /// - Throws: `StoreError`.
  public func batchNoise(at site: RecordedSite) throws -> [BatchNoiseRecord] {
    try attempt {
      try connection.rows(
        """
        SELECT step, batches, count, rho, kurtosis, variance, degrees_of_freedom
        FROM batch_noise WHERE site = ? ORDER BY step
        """,
        [.integer(site.id)]
      ) { row in
        BatchNoiseRecord(
          step: try row.count(0), batchCount: try row.count(1), count: try row.count(2),
          rho: try row.floats(3, count: site.site.width),
          kurtosis: try row.floats(4, count: site.site.width),
          variance: row.isNull(5) ? nil : try row.floats(5, count: site.site.width),
          // A foreign file may hold any number; each unit has a mean and a deviation.
          degreesOfFreedom: row.optionalReal(6).map { min(max(1, $0), Double(2 * site.site.width)) }
        )
      }
    }
  }
}
