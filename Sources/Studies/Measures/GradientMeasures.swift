import Glibc
import RunModel
import ShiftAnalysis
import Statistics
import Training

/// A figure of the gradient shift of a layer, median over steps.
///
/// Source: Santurkar et al. 2018, Definition 2.1.
struct GradientMeasure: StudyMeasure {
  /// What is told of G, the gradient before the update of the earlier layers, and G' after it.
  enum Quantity: String, CaseIterable, Decodable, Sendable {
    /// The cosine of the angle between G and G'.
    case cosine
    /// ‖G - G'‖.
    case differenceNorm = "difference_norm"
    /// ‖G - G'‖/‖G‖.
    case relativeDifference = "relative_difference"
    /// ‖G‖.
    case norm
  }

  let quantity: Quantity
  /// The layer, from 1.
  let layer: Int
  /// The first step; 0 where it is nil.
  let from: Int?
  /// The last step; the last one where it is nil.
  let to: Int?

  var words: String {
    let name =
      switch quantity {
      case .cosine: "cosine of G and G'"
      case .differenceNorm: "‖G - G'‖"
      case .relativeDifference: "‖G - G'‖/‖G‖"
      case .norm: "gradient norm"
      }
    return "\(name) of layer \(layer)"
  }

  var fault: String? {
    firstFault(("layer", layer, MeasureRange.layers))
      ?? ((from ?? 0) > (to ?? .max) ? "goes from step \(from ?? 0) to \(to ?? 0)." : nil)
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofLayer: layer) ?? configuration.lackOfGradients
  }

  func value(of run: RecordedArm) throws -> Double {
    let values = try run.gradients().filter {
      $0.layer == layer && $0.step >= from ?? 0 && $0.step <= to ?? .max
    }.map { record in
      switch quantity {
      case .cosine: record.cosine
      case .differenceNorm: record.differenceNorm
      case .relativeDifference: record.relativeDifference
      case .norm: record.gradientNorm
      }
    }
    return UnitAggregate.median.summary(of: values).value ?? .nan
  }
}

/// The factor by which the norm of the gradient of a layer's weights grows from one layer to the one before it, at the
/// first recorded step: the slope of its logarithm over the layers.
struct GradientGrowth: StudyMeasure {
  /// The first layer of the slope, from 1.
  let first: Int
  /// The last layer of the slope.
  let last: Int

  var words: String { "growth of the gradient per layer, layers \(first) to \(last)" }

  var fault: String? {
    firstFault(("first", first, MeasureRange.layers))
      ?? (first < last ? nil : "has a last layer \(last) that is not after the first, \(first).")
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofLayer: last) ?? configuration.lackOfGradients
  }

  func value(of run: RecordedArm) throws -> Double {
    let records = try run.gradients()
    let start = records.first?.step
    let found = records.filter { $0.step == start && (first...max(first, last)).contains($0.layer) }
    guard found.count > 1 else { return .nan }
    return exp(
      -LogSlope.of(found.map(\.gradientNorm), over: found.map { Double($0.layer) }))
  }
}

/// A figure of the loss landscape along the gradient, median over steps.
///
/// Source: Santurkar et al. 2018, section 3.2.
struct LandscapeMeasure: StudyMeasure {
  /// What is told of the points along the negative gradient.
  enum Quantity: String, CaseIterable, Decodable, Sendable {
    /// The largest loss less the smallest.
    case lossRange = "loss_range"
    /// The largest distance of a point's gradient from the one at the start.
    case gradientPredictiveness = "gradient_predictiveness"
    /// The largest ‖g - g(η)‖/(η‖g‖).
    case effectiveSmoothness = "effective_smoothness"
  }

  let quantity: Quantity

  var words: String { quantity.rawValue.split(separator: "_").joined(separator: " ") }

  private static let lack = StudyLack(
    "loss landscape", "set \"landscape_every\" in its settings.")

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.landscapeEvery == 0 ? LandscapeMeasure.lack : nil
  }

  func value(of run: RecordedArm) throws -> Double {
    let landscapes = LossLandscape.each(of: try run.store.landscapePoints(of: run.run))
    guard !landscapes.isEmpty else { throw StudyError(run, LandscapeMeasure.lack) }
    let values = landscapes.map { landscape in
      switch quantity {
      case .lossRange: landscape.highestLoss - landscape.lowestLoss
      case .gradientPredictiveness: landscape.gradientPredictiveness
      case .effectiveSmoothness: landscape.effectiveSmoothness
      }
    }
    return UnitAggregate.median.summary(of: values).value ?? .nan
  }
}

private let lackOfGradients = StudyLack(
  "gradient shift", "set \"gradient_shift_every\" in its settings.")

extension RunConfiguration {
  fileprivate var lackOfGradients: StudyLack? {
    gradientShiftEvery == 0 ? Studies.lackOfGradients : nil
  }
}

extension RecordedArm {
  /// The gradient shifts, by step and layer.
  fileprivate func gradients() throws -> [GradientShiftRecord] {
    let found = try store.gradientShifts(of: run)
    guard !found.isEmpty else { throw StudyError(self, lackOfGradients) }
    return found
  }
}
