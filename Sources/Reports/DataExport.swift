package import RunStore
import ShiftAnalysis
import Statistics

/// All recorded data of runs, un-sampled, written piece by piece so that a long run needs no memory.
package struct DataExport {
  private let runs: [Run]
  private let database: RunDatabase

  /// Prepares an export.
  package init(of runs: [Run], in database: RunDatabase) {
    self.runs = runs
    self.database = database
  }

  // MARK: - CSV

  /// One table: a row for each step, evaluation, moment, quantile, histogram and the edges of its bins; vectors are
  /// numbers separated by spaces, counts those of one feature after the other.
  ///
  /// - Throws: `StoreError`, or what `append` throws.
  package func writeCSV(_ append: (String) throws -> Void) throws {
    try append(
      CommaSeparated.line([
        "run", "record", "step", "loss", "accuracy", "learning_rate", "batch_size",
        "duration_seconds", "split", "layer", "tap", "population", "statistics", "count",
        "non_finite_count", "mean", "variance", "gamma", "beta", "skewness", "kurtosis", "level",
        "quantile", "lower", "upper", "counts",
      ]))
    for run in runs {
      try database.forEachStep(of: run) { step in
        try append(
          CommaSeparated.line([
            run.uuid, "step", "\(step.step)", number(step.loss), number(step.accuracy),
            number(step.learningRate), "\(step.batchSize)", number(step.duration), "", "", "", "",
            "",
            "", "", "", "", "", "", "", "", "", "", "", "", "",
          ]))
      }
      for evaluation in try database.evaluations(of: run) {
        try append(
          CommaSeparated.line([
            run.uuid, "evaluation", "\(evaluation.step)", number(evaluation.loss),
            number(evaluation.accuracy), "", "", "", evaluation.split.rawValue, "", "", "",
            evaluation.statistics.rawValue, "\(evaluation.count)", "", "", "", "", "", "", "",
            "", "", "", "", "",
          ]))
      }
      for recorded in try database.sites(of: run) {
        let site = recorded.site
        try database.forEachMoment(at: recorded, withAffine: true) { moment in
          let higher = try database.higherMoments(at: recorded, step: moment.step)
          try append(
            CommaSeparated.line([
              run.uuid, "moment", "\(moment.step)", "", "", "", "", "", "", "\(site.layer)",
              site.tap.rawValue, site.population.rawValue, site.statistics.rawValue,
              "\(moment.count)", "\(moment.nonFiniteCount)", vector(moment.mean),
              vector(moment.variance), vector(moment.gamma), vector(moment.beta),
              vector(higher?.skewness ?? []), vector(higher?.kurtosis ?? []), "", "", "", "", "",
            ]))
        }
        try writeDistributions(of: run, at: recorded, append)
      }
    }
  }

  private func writeDistributions(
    of run: Run, at recorded: RecordedSite, _ append: (String) throws -> Void
  ) throws {
    let site = recorded.site
    func write(
      _ record: String, _ step: Int?, level: Double? = nil, quantile: [Float] = [],
      lower: [Float] = [], upper: [Float] = [], counts: [UInt32] = []
    ) throws {
      try append(
        CommaSeparated.line([
          run.uuid, record, step.map { "\($0)" } ?? "", "", "", "", "", "", "", "\(site.layer)",
          site.tap.rawValue, site.population.rawValue, site.statistics.rawValue, "", "", "", "", "",
          "", "", "", level.map(number) ?? "", vector(quantile), vector(lower), vector(upper),
          counts.map { "\($0)" }.joined(separator: " "),
        ]))
    }
    for step in try database.quantileSteps(at: recorded) {
      guard let quantiles = try database.quantiles(at: recorded, step: step) else { continue }
      for (level, values) in zip(quantiles.levels, quantiles.values) {
        try write("quantile", step, level: level, quantile: values)
      }
    }
    guard let axis = try database.histogramAxis(at: recorded) else { return }
    try write("histogram_axis", nil, lower: axis.lower, upper: axis.upper)
    for step in try database.histogramSteps(at: recorded) {
      guard let histograms = try database.histograms(at: recorded, axis, step: step) else {
        continue
      }
      try write("histogram", step, counts: histograms.counts)
    }
  }

  private func number(_ value: Double) -> String { NumberFormat.text(value) }

  private func vector(_ values: [Float]) -> String {
    values.map { $0.isFinite ? "\($0)" : NumberFormat.text(Double($0)) }.joined(separator: " ")
  }

  // MARK: - JSON

  private struct MomentDocument: Encodable {
    let step: Int
    let count: Int
    let nonFiniteCount: Int
    let mean: [Float]
    let variance: [Float]
    let gamma: [Float]?
    let beta: [Float]?
    let skewness: [Float]?
    let kurtosis: [Float]?

    private enum CodingKeys: String, CodingKey {
      case step, count, mean, variance, gamma, beta, skewness, kurtosis
      case nonFiniteCount = "non_finite_count"
    }

    init(_ moment: borrowing Moment, _ higherMoments: HigherMoments?) {
      step = moment.step
      count = moment.count
      nonFiniteCount = moment.nonFiniteCount
      mean = moment.mean
      variance = moment.variance
      gamma = moment.gamma.isEmpty ? nil : moment.gamma
      beta = moment.beta.isEmpty ? nil : moment.beta
      skewness = higherMoments?.skewness
      kurtosis = higherMoments?.kurtosis
    }
  }

  private struct QuantileDocument: Encodable {
    let step: Int
    let levels: [Double]
    let quantiles: [[Float]]
  }

  private struct HistogramAxisDocument: Encodable {
    let bins: Int
    let lower: [Float]
    let upper: [Float]
  }

  private struct HistogramDocument: Encodable {
    let step: Int
    let counts: [UInt32]
  }

  /// One document: each run with its steps, its evaluations and the moments at each of its sites.
  ///
  /// - Throws: `StoreError`, or what `append` throws.
  package func writeJSON(_ append: (String) throws -> Void) throws {
    try append("{\"schema\":\(JSONOutput.schema),\"runs\":[")
    for (index, run) in runs.enumerated() {
      let document = try JSONOutput.line(RunDocument(run, in: database))
      try append((index == 0 ? "\n" : ",\n") + "{\"run\":\(document),\n\"steps\":[")
      var separator = "\n"
      try database.forEachStep(of: run) { step in
        try append(separator + JSONOutput.line(StepDocument(step)))
        separator = ",\n"
      }
      let evaluations = try database.evaluations(of: run).map {
        try JSONOutput.line(EvaluationDocument($0))
      }
      try append("],\n\"evaluations\":[\n\(evaluations.joined(separator: ",\n"))],\n\"sites\":[")
      for (position, recorded) in try database.sites(of: run).enumerated() {
        try append(position == 0 ? "\n" : ",\n")
        try write(recorded, append)
      }
      try append("]}")
    }
    try append("\n]}\n")
  }

  private func write(_ recorded: RecordedSite, _ append: (String) throws -> Void) throws {
    let steps = try database.steps(at: recorded).count
    let site = try JSONOutput.line(SiteDocument(recorded.site, recordedSteps: steps))
    try append("{\"site\":\(site),\n\"moments\":[")
    var separator = "\n"
    try database.forEachMoment(at: recorded, withAffine: true) { moment in
      let higherMoments = try database.higherMoments(at: recorded, step: moment.step)
      try append(separator + JSONOutput.line(MomentDocument(moment, higherMoments)))
      separator = ",\n"
    }
    try append("]")
    try writeDistributions(recorded, append)
    try append("}")
  }

  /// Quantiles and histograms, where a site has some.
  private func writeDistributions(
    _ recorded: RecordedSite, _ append: (String) throws -> Void
  ) throws {
    let quantiles = try database.quantileSteps(at: recorded).compactMap { step in
      try database.quantiles(at: recorded, step: step).map {
        try JSONOutput.line(
          QuantileDocument(step: step, levels: $0.levels, quantiles: $0.values))
      }
    }
    if !quantiles.isEmpty {
      try append(",\n\"quantiles\":[\n\(quantiles.joined(separator: ",\n"))]")
    }
    guard let axis = try database.histogramAxis(at: recorded) else { return }
    let bins = try JSONOutput.line(
      HistogramAxisDocument(bins: axis.bins, lower: axis.lower, upper: axis.upper))
    try append(",\n\"histogram_axis\":\(bins),\n\"histograms\":[")
    var separator = "\n"
    for step in try database.histogramSteps(at: recorded) {
      guard let histograms = try database.histograms(at: recorded, axis, step: step) else {
        continue
      }
      try append(
        separator + JSONOutput.line(HistogramDocument(step: step, counts: histograms.counts)))
      separator = ",\n"
    }
    try append("]")
  }
}
