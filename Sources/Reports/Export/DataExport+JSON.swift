import RunModel
import ShiftAnalysis
import Statistics

extension DataExport {
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

  /// One document: each run with its steps, evaluations, gradient shifts and landscapes, and what was recorded at each of
  /// its sites.
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
      try append("],\n\"evaluations\":[\n\(evaluations.joined(separator: ",\n"))],")
      let shifts = try database.gradientShifts(of: run).map {
        try JSONOutput.line(GradientShiftDocument($0))
      }
      try append("\n\"gradient_shifts\":[\n\(shifts.joined(separator: ",\n"))],")
      let points = try database.landscapePoints(of: run).map {
        try JSONOutput.line(LandscapePointDocument($0))
      }
      try append("\n\"landscape\":[\n\(points.joined(separator: ",\n"))],\n\"sites\":[")
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
