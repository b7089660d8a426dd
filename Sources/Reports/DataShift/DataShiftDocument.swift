import Statistics

/// Everything that a data shift came to, for programs.
struct DataShiftDocument: Encodable {
  struct Measure: Encodable {
    let name: String
    let definition: String
  }

  struct Tensor: Encodable {
    let layer: Int?
    let tap: String
    let aggregate: String
    let values: [String: Double?]
    let epsilon: Double
    let ratio: Double
    let isDistinguishable: Bool
    let comparedUnits: Int
    let constantUnits: [Int]
    let nonFiniteUnits: [Int]
    let units: [Unit]

    private enum CodingKeys: String, CodingKey {
      case layer, tap, aggregate, values, epsilon, ratio, units
      case isDistinguishable = "distinguishable"
      case comparedUnits = "compared_units"
      case constantUnits = "constant_units"
      case nonFiniteUnits = "non_finite_units"
    }
  }

  struct Unit: Encodable {
    let unit: Int
    let values: [String: Double]
    let thresholds: [String: Double]
    let stabilityIndexBins: Int
    let criticalStabilityIndex: Double?
    let ratio: Double
    let isDistinguishable: Bool

    private enum CodingKeys: String, CodingKey {
      case unit, values, thresholds, ratio
      case stabilityIndexBins = "psi_bins"
      case criticalStabilityIndex = "psi_critical"
      case isDistinguishable = "distinguishable"
    }
  }

  let schema = JSONOutput.schema
  let comparison: DataShiftComparison
  let measures: [Measure]
  let tensors: [Tensor]

  init(_ facts: DataShiftFacts, aggregate: UnitAggregate) {
    comparison = DataShiftComparison(facts)
    measures = SampleMeasure.allCases.map { Measure(name: $0.rawValue, definition: $0.definition) }
    tensors = facts.tensors.map { tensor in
      let units = tensor.shift.units.map { Unit($0, quantile: facts.method.quantile) }
      let names = SampleMeasure.allCases.map(\.rawValue) + [Unit.meanShift, Unit.logVarianceRatio]
      return Tensor(
        layer: tensor.layer, tap: tensor.tap, aggregate: aggregate.rawValue,
        values: Dictionary(
          uniqueKeysWithValues: names.map { name in
            (name, aggregate.summary(of: units.map { $0.values[name] ?? .nan }).value)
          }),
        epsilon: tensor.shift.epsilon, ratio: tensor.shift.ratio,
        isDistinguishable: tensor.shift.isDistinguishable, comparedUnits: units.count,
        constantUnits: tensor.shift.constantUnits.map { $0 + 1 },
        nonFiniteUnits: tensor.shift.nonFiniteUnits.map { $0 + 1 }, units: units)
    }
  }
}

extension DataShiftDocument.Unit {
  static let meanShift = ShiftMeasure.meanShift.rawValue
  static let logVarianceRatio = ShiftMeasure.logVarianceRatio.rawValue

  fileprivate init(_ shift: UnitShift, quantile: Double) {
    func named(_ values: [SampleMeasure: Double]) -> [String: Double] {
      Dictionary(uniqueKeysWithValues: values.map { ($0.rawValue, $1) })
    }
    unit = shift.unit + 1
    var values = named(shift.values)
    values[Self.meanShift] = shift.meanShift
    values[Self.logVarianceRatio] = shift.logVarianceRatio
    self.values = values
    thresholds = named(shift.thresholds)
    stabilityIndexBins = shift.stabilityIndex.bins
    criticalStabilityIndex = shift.criticalStabilityIndex(significance: 1 - quantile)
    ratio = shift.ratio
    isDistinguishable = shift.isDistinguishable
  }
}
