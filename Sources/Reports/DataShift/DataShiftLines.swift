import Statistics

extension DataShiftDocument {
  /// A row for each tensor, with the aggregate of its units, and one for each unit, counted from 1.
  var commaSeparated: String {
    let judged = SampleMeasure.allCases.map(\.rawValue)
    let signed = [Unit.meanShift, Unit.logVarianceRatio]
    var table = TextTable(
      [.text("tap"), .number("layer"), .number("unit")]
        + (judged + signed).map { .number($0) } + judged.map { .number("\($0)_threshold") }
        + [
          .number("psi_bins"), .number("psi_critical"), .number("ratio"), .text("distinguishable"),
        ])
    func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    for tensor in tensors {
      let beginning = [tensor.tap, tensor.layer.map { "\($0)" } ?? ""]
      table.add(
        beginning + [""] + (judged + signed).map { text(tensor.values[$0] ?? nil) }
          + judged.map { _ in "" } + ["", "", text(tensor.ratio), "\(tensor.isDistinguishable)"])
      for unit in tensor.units {
        table.add(
          beginning + ["\(unit.unit)"] + (judged + signed).map { text(unit.values[$0]) }
            + judged.map { text(unit.thresholds[$0]) }
            + [
              "\(unit.stabilityIndexBins)", text(unit.criticalStabilityIndex), text(unit.ratio),
              "\(unit.isDistinguishable)",
            ])
      }
    }
    return table.commaSeparated
  }

  /// What was compared on a line, and each tensor and each unit on one of its own.
  var lines: [String] {
    get throws {
      var lines = [try JSONOutput.line(Heading(comparison: comparison))]
      for tensor in tensors {
        lines.append(try JSONOutput.line(Line(tensor)))
        for unit in tensor.units { lines.append(try JSONOutput.line(Line(unit, of: tensor))) }
      }
      return lines
    }
  }
}

private struct Heading: Encodable {
  let schema = JSONOutput.schema
  let comparison: DataShiftComparison
}

/// One tensor or one unit.
private struct Line: Encodable {
  let schema = JSONOutput.schema
  let layer: Int?
  let tap: String
  let aggregate: String?
  let unit: Int?
  let values: [String: Double?]
  let thresholds: [String: Double]?
  let ratio: Double
  let isDistinguishable: Bool

  private enum CodingKeys: String, CodingKey {
    case schema, layer, tap, aggregate, unit, values, thresholds, ratio
    case isDistinguishable = "distinguishable"
  }

  init(_ tensor: DataShiftDocument.Tensor) {
    layer = tensor.layer
    tap = tensor.tap
    aggregate = tensor.aggregate
    unit = nil
    values = tensor.values
    thresholds = nil
    ratio = tensor.ratio
    isDistinguishable = tensor.isDistinguishable
  }

  init(_ unit: DataShiftDocument.Unit, of tensor: DataShiftDocument.Tensor) {
    layer = tensor.layer
    tap = tensor.tap
    aggregate = nil
    self.unit = unit.unit
    values = unit.values
    thresholds = unit.thresholds
    ratio = unit.ratio
    isDistinguishable = unit.isDistinguishable
  }
}
