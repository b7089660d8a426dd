package import RunModel
package import ShiftAnalysis

/// The loss landscape along the gradient, at the steps of a run where it was measured.
package struct LandscapeReport {
  private struct Step: Encodable {
    let step: Int
    let loss: Double
    let gradientNorm: Double
    let lossMinimum: Double
    let lossMaximum: Double
    let gradientPredictiveness: Double
    let effectiveSmoothness: Double
    let smoothnessStepLength: Double
    let inverseSmallestStepLength: Double
    let points: [LandscapePointDocument]

    enum CodingKeys: String, CodingKey {
      case step, loss, points
      case gradientNorm = "gradient_norm"
      case lossMinimum = "loss_min"
      case lossMaximum = "loss_max"
      case gradientPredictiveness = "gradient_predictiveness"
      case effectiveSmoothness = "effective_smoothness"
      case smoothnessStepLength = "smoothness_step_length"
      case inverseSmallestStepLength = "inverse_smallest_step_length"
    }

    init(_ landscape: LossLandscape) {
      step = landscape.step
      loss = landscape.start.loss
      gradientNorm = landscape.start.gradientNorm
      lossMinimum = landscape.lowestLoss
      lossMaximum = landscape.highestLoss
      gradientPredictiveness = landscape.gradientPredictiveness
      effectiveSmoothness = landscape.effectiveSmoothness
      smoothnessStepLength = landscape.smoothnessLength
      inverseSmallestStepLength = landscape.inverseOfSmallestLength
      points = landscape.points.map(LandscapePointDocument.init)
    }

    /// The columns of a table, in their order.
    static let columns: [(name: CodingKeys, value: @Sendable (Step) -> Double)] = [
      (.loss, { $0.loss }), (.lossMinimum, { $0.lossMinimum }), (.lossMaximum, { $0.lossMaximum }),
      (.gradientNorm, { $0.gradientNorm }),
      (.gradientPredictiveness, { $0.gradientPredictiveness }),
      (.effectiveSmoothness, { $0.effectiveSmoothness }),
      (.smoothnessStepLength, { $0.smoothnessStepLength }),
      (.inverseSmallestStepLength, { $0.inverseSmallestStepLength }),
    ]

    static var columnNames: [String] { columns.map(\.name.stringValue) }
  }

  private struct Document: Encodable {
    struct RunName: Encodable {
      let id: String
      let name: String
    }

    let schema = JSONOutput.schema
    let run: RunName
    let landscapes: [Step]
  }

  private struct Line: Encodable {
    let schema = JSONOutput.schema
    let run: String
    let landscape: Step
  }

  private let run: Run
  private let steps: [Step]

  /// Prepares the landscapes of `run`.
  package init(_ landscapes: [LossLandscape], of run: Run) {
    self.run = run
    steps = landscapes.map(Step.init)
  }

  /// The landscapes in `format`, a row for each step; JSON has their points too.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    switch format {
    case .table:
      return """
        # run \(run.shortID) (\(run.name.withoutControlCharacters)): loss and gradient of a step's batch at W - η·g, for \(steps.first?.points.count ?? 0) lengths η (Santurkar et al. 2018, section 3.2)
        # gradient_predictiveness: the largest ‖g - g(η)‖; effective_smoothness: the largest ‖g - g(η)‖ / (η ‖g‖), at smoothness_step_length
        # effective_smoothness near inverse_smallest_step_length says that the smallest η was too long to tell more

        """ + table(["step"]) { NumberFormat.significant($0) }.aligned(isStyled: isStyled)
    case .csv: return table(["run", "step"]) { NumberFormat.text($0) }.commaSeparated
    case .json:
      return try JSONOutput.document(
        Document(run: Document.RunName(id: run.uuid, name: run.name), landscapes: steps))
    case .ndjson:
      return try steps.map { try JSONOutput.line(Line(run: run.uuid, landscape: $0)) + "\n" }
        .joined()
    }
  }

  private func table(_ keys: [String], _ number: (Double) -> String) -> TextTable {
    var table = TextTable((keys + Step.columnNames).map { .number($0) })
    for step in steps {
      table.add(
        (keys.count == 2 ? [run.uuid] : []) + ["\(step.step)"]
          + Step.columns.map { number($0.value(step)) })
    }
    return table
  }
}

/// A point of a landscape as JSON.
struct LandscapePointDocument: Encodable {
  let step: Int
  let stepLength: Double
  let loss: Double
  let gradientNorm: Double
  let differenceNorm: Double

  private enum CodingKeys: String, CodingKey {
    case step, loss
    case stepLength = "step_length"
    case gradientNorm = "gradient_norm"
    case differenceNorm = "difference_norm"
  }

  init(_ record: LandscapeRecord) {
    step = record.step
    stepLength = record.stepLength
    loss = record.loss
    gradientNorm = record.gradientNorm
    differenceNorm = record.differenceNorm
  }
}
