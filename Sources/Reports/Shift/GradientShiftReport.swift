package import RunModel

/// How much the updates of a run changed the gradient of each layer's weights.
package struct GradientShiftReport {
  private struct Document: Encodable {
    struct RunName: Encodable {
      let id: String
      let name: String
    }

    let schema = JSONOutput.schema
    let run: RunName
    let gradientShifts: [GradientShiftDocument]

    private enum CodingKeys: String, CodingKey {
      case schema, run
      case gradientShifts = "gradient_shifts"
    }
  }

  private struct Line: Encodable {
    let schema = JSONOutput.schema
    let run: String
    let gradientShift: GradientShiftDocument

    private enum CodingKeys: String, CodingKey {
      case schema, run
      case gradientShift = "gradient_shift"
    }
  }

  private let run: Run
  private let points: [GradientShiftDocument]

  /// Prepares the measurements of `run`.
  package init(_ shifts: [GradientShiftRecord], of run: Run) {
    self.run = run
    points = shifts.map(GradientShiftDocument.init)
  }

  /// The measurements in `format`, a row for each step and layer.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    switch format {
    case .table:
      return """
        # run \(run.shortID) (\(run.name.withoutControlCharacters)): how much the update of a step changed the gradient of each layer's weights
        # through the layers before it, on the same batch (Santurkar et al. 2018, Definition 2.1); layer 1 has none before it
        # difference_norm: ‖G - G'‖; relative_difference: ‖G - G'‖ / ‖G‖; cosine: of the angle between G and G'

        """ + table(["layer", "step"]) { NumberFormat.significant($0) }.aligned(isStyled: isStyled)
    case .csv:
      return table(["run", "layer", "step"]) { NumberFormat.text($0) }.commaSeparated
    case .json:
      return try JSONOutput.document(
        Document(
          run: Document.RunName(id: run.uuid, name: run.name), gradientShifts: points))
    case .ndjson:
      return try points.map {
        try JSONOutput.line(Line(run: run.uuid, gradientShift: $0)) + "\n"
      }.joined()
    }
  }

  private func table(_ keys: [String], _ number: (Double) -> String) -> TextTable {
    let values = ["gradient_norm", "difference_norm", "relative_difference", "cosine"]
    var table = TextTable((keys + values).map { .number($0) })
    // A layer after the other, as in `shift`.
    for layer in Set(points.map(\.layer)).sorted() {
      for point in points where point.layer == layer {
        table.add(
          (keys.count == 3 ? [run.uuid] : []) + ["\(point.layer)", "\(point.step)"]
            + [
              point.gradientNorm, point.differenceNorm, point.relativeDifference, point.cosine,
            ].map(number))
      }
    }
    return table
  }
}

/// A gradient shift as JSON.
struct GradientShiftDocument: Encodable {
  let step: Int
  let layer: Int
  let gradientNorm: Double
  let differenceNorm: Double
  let relativeDifference: Double
  let cosine: Double

  private enum CodingKeys: String, CodingKey {
    case step, layer, cosine
    case gradientNorm = "gradient_norm"
    case differenceNorm = "difference_norm"
    case relativeDifference = "relative_difference"
  }

  init(_ record: GradientShiftRecord) {
    step = record.step
    layer = record.layer
    gradientNorm = record.gradientNorm
    differenceNorm = record.differenceNorm
    relativeDifference = record.relativeDifference
    cosine = record.cosine
  }
}
