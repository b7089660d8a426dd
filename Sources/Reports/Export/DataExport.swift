package import RunModel
import ShiftAnalysis
import Statistics

/// All recorded data of runs, un-sampled, written piece by piece so that a long run needs no memory.
package struct DataExport {
  let runs: [Run]
  let database: any RunReading

  /// Prepares an export.
  package init(of runs: [Run], in database: any RunReading) {
    self.runs = runs
    self.database = database
  }

  /// The columns of the table; each kind of record fills some of them.
  private enum Column: String, CaseIterable {
    case run, record, step, loss, accuracy
    case learningRate = "learning_rate"
    case batchSize = "batch_size"
    case duration = "duration_seconds"
    case split, layer, tap, population, statistics, count
    case nonFiniteCount = "non_finite_count"
    case mean, variance, gamma, beta, skewness, kurtosis, level, quantile, lower, upper, counts
    case stepLength = "step_length"
    case gradientNorm = "gradient_norm"
    case differenceNorm = "difference_norm"
    case cosine
  }

  /// One table: a row for each step, evaluation, gradient shift, point of a landscape, moment, quantile, histogram and the
  /// edges of its bins; vectors are numbers separated by spaces, counts those of one feature after the other.
  ///
  /// - Throws: `StoreError`, or what `append` throws.
  package func writeCSV(_ append: (String) throws -> Void) throws {
    try append(CommaSeparated.line(Column.allCases.map(\.rawValue)))
    for run in runs {
      func write(_ record: String, _ cells: [Column: String]) throws {
        var cells = cells
        cells[.run] = run.uuid
        cells[.record] = record
        try append(CommaSeparated.line(Column.allCases.map { cells[$0] ?? "" }))
      }
      try database.forEachStep(of: run) { step in
        try write(
          "step",
          [
            .step: "\(step.step)", .loss: number(step.loss), .accuracy: number(step.accuracy),
            .learningRate: number(step.learningRate), .batchSize: "\(step.batchSize)",
            .duration: number(step.duration),
          ])
      }
      for evaluation in try database.evaluations(of: run) {
        try write(
          "evaluation",
          [
            .step: "\(evaluation.step)", .loss: number(evaluation.loss),
            .accuracy: number(evaluation.accuracy), .split: evaluation.split.rawValue,
            .statistics: evaluation.statistics.rawValue, .count: "\(evaluation.count)",
          ])
      }
      try writeGradients(of: run, write)
      for recorded in try database.sites(of: run) {
        let site = recorded.site
        try writeSite(recorded) { record, cells in
          var cells = cells
          cells[.layer] = "\(site.layer)"
          cells[.tap] = site.tap.rawValue
          cells[.population] = site.population.rawValue
          cells[.statistics] = site.statistics.rawValue
          try write(record, cells)
        }
      }
    }
  }

  private func writeGradients(
    of run: Run, _ write: (_ record: String, _ cells: [Column: String]) throws -> Void
  ) throws {
    for shift in try database.gradientShifts(of: run) {
      try write(
        "gradient_shift",
        [
          .step: "\(shift.step)", .layer: "\(shift.layer)",
          .gradientNorm: number(shift.gradientNorm),
          .differenceNorm: number(shift.differenceNorm), .cosine: number(shift.cosine),
        ])
    }
    for point in try database.landscapePoints(of: run) {
      try write(
        "landscape",
        [
          .step: "\(point.step)", .loss: number(point.loss), .stepLength: number(point.stepLength),
          .gradientNorm: number(point.gradientNorm),
          .differenceNorm: number(point.differenceNorm),
        ])
    }
  }

  private func writeSite(
    _ recorded: RecordedSite, _ write: (_ record: String, _ cells: [Column: String]) throws -> Void
  ) throws {
    try database.forEachMoment(at: recorded, withAffine: true) { moment in
      let higher = try database.higherMoments(at: recorded, step: moment.step)
      try write(
        "moment",
        [
          .step: "\(moment.step)", .count: "\(moment.count)",
          .nonFiniteCount: "\(moment.nonFiniteCount)", .mean: vector(moment.mean),
          .variance: vector(moment.variance), .gamma: vector(moment.gamma),
          .beta: vector(moment.beta), .skewness: vector(higher?.skewness ?? []),
          .kurtosis: vector(higher?.kurtosis ?? []),
        ])
    }
    for step in try database.quantileSteps(at: recorded) {
      guard let quantiles = try database.quantiles(at: recorded, step: step) else { continue }
      for (level, values) in zip(quantiles.levels, quantiles.values) {
        try write(
          "quantile",
          [.step: "\(step)", .level: number(level), .quantile: vector(values)])
      }
    }
    guard let axis = try database.histogramAxis(at: recorded) else { return }
    try write("histogram_axis", [.lower: vector(axis.lower), .upper: vector(axis.upper)])
    for step in try database.histogramSteps(at: recorded) {
      guard let histograms = try database.histograms(at: recorded, axis, step: step) else {
        continue
      }
      try write(
        "histogram",
        [
          .step: "\(step)", .counts: histograms.counts.map { "\($0)" }.joined(separator: " "),
        ])
    }
  }

  private func number(_ value: Double) -> String { NumberFormat.text(value) }

  private func vector(_ values: [Float]) -> String {
    values.map { $0.isFinite ? "\($0)" : NumberFormat.text(Double($0)) }.joined(separator: " ")
  }
}
