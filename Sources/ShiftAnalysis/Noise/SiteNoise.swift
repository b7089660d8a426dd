import RunModel
import Statistics

/// The noise of training batches at a site, measured at some steps.
struct SiteNoise {
  /// The measurements, by step; never empty.
  private let records: [BatchNoiseRecord]
  /// The noise of the units at each measurement.
  private let levels: [BatchNoise]

  /// Reads measurements in the order of steps; nil where there are none.
  init?(_ records: [BatchNoiseRecord]) {
    guard !records.isEmpty else { return nil }
    self.records = records
    levels = records.map { record in
      BatchNoise(
        rho: record.rho.map { Double($0) }, kurtosis: record.kurtosis.map { Double($0) },
        variance: record.variance?.map { Double($0) })
    }
  }

  /// The newest measurement at or before `step`, or else the first one.
  func level(at step: Int) -> BatchNoise { levels[place(at: step)] }

  /// The degrees of freedom of that measurement; nil where they are unknown.
  func degreesOfFreedom(at step: Int) -> Double? { records[place(at: step)].degreesOfFreedom }

  private func place(at step: Int) -> Int { records.lastIndex { $0.step <= step } ?? 0 }

  /// A summary of the measurements.
  var summary: NoiseSummary {
    let newest = records[records.count - 1]
    func median(_ values: [Float]) -> Double? {
      UnitAggregate.median.summary(of: values.map(Double.init)).value
    }
    return NoiseSummary(
      rho: median(newest.rho), kurtosis: median(newest.kurtosis),
      degreesOfFreedom: newest.degreesOfFreedom, steps: records.map(\.step),
      batchCount: newest.batchCount)
  }
}
