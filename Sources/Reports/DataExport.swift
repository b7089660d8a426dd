package import RunStore
import ShiftAnalysis

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

  /// One table: a row for each step, evaluation, gradient shift, point of a landscape and moment; vectors are numbers separated by spaces.
  ///
  /// - Throws: `StoreError`, or what `append` throws.
  package func writeCSV(_ append: (String) throws -> Void) throws {
    try append(
      CommaSeparated.line([
        "run", "record", "step", "loss", "accuracy", "learning_rate", "batch_size",
        "duration_seconds", "split", "layer", "tap", "population", "statistics", "count",
        "non_finite_count", "mean", "variance", "gamma", "beta", "step_length", "gradient_norm",
        "difference_norm", "cosine",
      ]))
    for run in runs {
      try database.forEachStep(of: run) { step in
        try append(
          CommaSeparated.line([
            run.uuid, "step", "\(step.step)", number(step.loss), number(step.accuracy),
            number(step.learningRate), "\(step.batchSize)", number(step.duration), "", "", "", "",
            "",
            "", "", "", "", "", "", "", "", "", "",
          ]))
      }
      for evaluation in try database.evaluations(of: run) {
        try append(
          CommaSeparated.line([
            run.uuid, "evaluation", "\(evaluation.step)", number(evaluation.loss),
            number(evaluation.accuracy), "", "", "", evaluation.split.rawValue, "", "", "",
            evaluation.statistics.rawValue, "\(evaluation.count)", "", "", "", "", "", "", "", "",
            "",
          ]))
      }
      try writeGradients(of: run, append)
      for recorded in try database.sites(of: run) {
        let site = recorded.site
        try database.forEachMoment(at: recorded, withAffine: true) { moment in
          try append(
            CommaSeparated.line([
              run.uuid, "moment", "\(moment.step)", "", "", "", "", "", "", "\(site.layer)",
              site.tap.rawValue, site.population.rawValue, site.statistics.rawValue,
              "\(moment.count)", "\(moment.nonFiniteCount)", vector(moment.mean),
              vector(moment.variance), vector(moment.gamma), vector(moment.beta), "", "", "", "",
            ]))
        }
      }
    }
  }

  private func writeGradients(of run: Run, _ append: (String) throws -> Void) throws {
    for shift in try database.gradientShifts(of: run) {
      try append(
        CommaSeparated.line(
          [run.uuid, "gradient_shift", "\(shift.step)", "", "", "", "", "", "", "\(shift.layer)"]
            + Array(repeating: "", count: 10)
            + [shift.gradientNorm, shift.differenceNorm, shift.cosine].map(number)))
    }
    for point in try database.landscapePoints(of: run) {
      try append(
        CommaSeparated.line(
          [run.uuid, "landscape", "\(point.step)", number(point.loss)]
            + Array(repeating: "", count: 15)
            + [point.stepLength, point.gradientNorm, point.differenceNorm].map(number) + [""]))
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

    private enum CodingKeys: String, CodingKey {
      case step, count, mean, variance, gamma, beta
      case nonFiniteCount = "non_finite_count"
    }

    init(_ moment: borrowing Moment) {
      step = moment.step
      count = moment.count
      nonFiniteCount = moment.nonFiniteCount
      mean = moment.mean
      variance = moment.variance
      gamma = moment.gamma.isEmpty ? nil : moment.gamma
      beta = moment.beta.isEmpty ? nil : moment.beta
    }
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
      try append(separator + JSONOutput.line(MomentDocument(moment)))
      separator = ",\n"
    }
    try append("]}")
  }
}
