import RunModel
package import ShiftAnalysis
package import Statistics

/// A report on the shift from one data set to another, tensor by tensor and unit by unit.
package struct DataShiftReport {
  private let shift: DataShift
  private let aggregate: UnitAggregate
  private let top: Int

  /// Prepares a report.
  ///
  /// - Parameters:
  ///   - shift: the comparison.
  ///   - aggregate: the aggregate over the units of a tensor.
  ///   - top: the largest number of features in the table for people; programs get all units.
  package init(_ shift: DataShift, aggregate: UnitAggregate, top: Int) {
    self.shift = shift
    self.aggregate = aggregate
    self.top = top
  }

  /// The answer: a row for the comparison, for each tensor and for each unit; for people, tensors and the top features.
  package var answer: Answer {
    let notes = DataShiftNotes(shift, aggregate: aggregate)
    let tables = [comparisonTable, tensorTable, unitTable]
    return Answer(
      finding: DataShiftFinding(shift).sentences, notes: notes.all,
      shift.features.units.isEmpty || top == 0 ? tables : tables + [featureTable])
  }

  /// A tensor of the comparison: the features first, then the layers.
  private struct Tensor {
    let layer: Int?
    let tap: String
    let shift: TensorShift

    var name: String { layer.map { "layer \($0) \(tap)" } ?? tap }
    // The layers of a network that can be evaluated again have no names.
    var coordinates: [any CellConvertible] { [layer, Cell.missing, tap] }
  }

  private var tensors: [Tensor] {
    let tap = shift.network?.tap.rawValue ?? ""
    return [Tensor(layer: nil, tap: "data", shift: shift.features)]
      + shift.layers.enumerated().map { Tensor(layer: $0 + 1, tap: tap, shift: $1) }
  }

  private var run: [any CellConvertible] {
    [shift.network?.run.uuid, shift.network?.run.name]
  }

  // MARK: - The comparison

  private var comparisonTable: AnswerTable {
    let samples: [Column] = ["reference", "target"].flatMap { side -> [Column] in
      [
        .text(side), .text("\(side)_split"), .number("\(side)_examples"),
        .number("\(side)_available_examples"),
      ]
    }
    let columns: [Column] =
      Column.run + samples
      + [
        .text("corruptions"), .number("resamples"), .number("quantile"), .number("largest_bins"),
        .any("seed"), .number("checkpoint_step"), .text("score"), .number("score_reference"),
        .number("score_target_before_corruption"), .number("score_target"),
        .number("score_target_adapted"), .number("pseudo_samples"), .text("distinguishable"),
      ]
    return AnswerTable("comparison", for: .programs, columns) { rows in
      let (method, score) = (shift.method, shift.network?.score)
      rows.share(run + [shift.reference, shift.target].flatMap(\.cells))
      let corruptions = shift.corruptions.map(\.name).joined(separator: ",")
      let seed = Int(exactly: method.seed).map { Cell.integer($0) } ?? .text("\(method.seed)")
      try rows.row(
        corruptions.isEmpty ? nil : corruptions, method.resamples, method.quantile, method.bins,
        seed, shift.network?.step, score?.figure.rawValue,
        score?.reference, score?.original, score?.target, score?.adapted, score?.pseudoSamples,
        shift.features.isDistinguishable)
    }
  }

  // MARK: - Tensors

  private var tensorTable: AnswerTable {
    let columns: [Column] =
      Column.run + [
        .text("tensor").for(.people), .number("layer").for(.programs),
        .text("layer_name").for(.programs), .text("tap").for(.programs),
        .text("aggregate").for(.programs), .number("units"),
        .number("excluded").for(.people), .number("constant_units").for(.programs),
        .number("non_finite_units").for(.programs), .number("epsilon").for(.programs),
      ] + Self.measures + Self.verdicts
    return AnswerTable("tensor", columns) { rows in
      for tensor in tensors {
        let shift = tensor.shift
        let (constant, nonFinite) = (shift.constantUnits.count, shift.nonFiniteUnits.count)
        rows.share(run + [tensor.name as any CellConvertible] + tensor.coordinates)
        try rows.row(
          [
            aggregate, shift.units.count, constant + nonFinite, constant, nonFinite, shift.epsilon,
          ]
            + Self.values { value in
              aggregate.summary(of: shift.units.map { value($0) ?? .nan }).value
            }
            + verdict(shift.ratio, shift.isDistinguishable, isCompared: !shift.units.isEmpty))
      }
    }
  }

  // MARK: - Units

  private var unitTable: AnswerTable {
    let columns: [Column] =
      Column.run + [
        .number("layer"), .text("layer_name"), .text("tap"), .number("unit"), .text("state"),
      ]
      + Self.measures + SampleMeasure.allCases.map { .number("\($0.rawValue)_threshold") }
      + [.number("psi_bins"), .number("psi_critical"), .number("ratio"), .text("distinguishable")]
    return AnswerTable("unit", for: .programs, columns) { rows in
      for tensor in tensors {
        rows.share(run + tensor.coordinates)
        for unit in tensor.shift.units {
          try rows.row(
            [unit.unit + 1, "compared"] + Self.values { $0(unit) }
              + SampleMeasure.allCases.map { unit.thresholds[$0] }
              + [
                unit.stabilityIndex.bins,
                unit.criticalStabilityIndex(significance: shift.method.significance), unit.ratio,
                unit.isDistinguishable,
              ] as [any CellConvertible])
        }
        for (state, units) in [
          ("constant", tensor.shift.constantUnits), ("non_finite", tensor.shift.nonFiniteUnits),
        ] {
          let missing = Array(repeating: Cell.missing, count: columns.count - 7)
          for unit in units {
            try rows.row([unit + 1, state] + missing as [any CellConvertible])
          }
        }
      }
    }
  }

  private var featureTable: AnswerTable {
    let columns: [Column] =
      [.text("feature")] + Self.measures
      + [Column.number("psi_critical").ranked(2)] + Self.verdicts
    return AnswerTable("feature", for: .people, columns) { rows in
      for unit in shift.features.units.sorted(by: { $0.ratio > $1.ratio }).prefix(top) {
        try rows.row(
          [shift.featureName(unit.unit)] + Self.values { $0(unit) }
            + [unit.criticalStabilityIndex(significance: shift.method.significance)]
            + verdict(unit.ratio, unit.isDistinguishable, isCompared: true))
      }
    }
  }

  // MARK: - Columns that tables share

  private static let measures: [Column] =
    SampleMeasure.allCases.map { .number($0.rawValue) } + [
      .number(ShiftMeasure.meanShift.rawValue), .number(ShiftMeasure.logVarianceRatio.rawValue),
    ]

  private static let verdicts: [Column] = [
    Column.number("ratio").key, Column.text("verdict").for(.people).key,
    .text("distinguishable").for(.programs),
  ]

  /// The cells under `measures`, each made by `cell` of a unit's value.
  private static func values(
    _ cell: ((UnitShift) -> Double?) -> Double?
  ) -> [any CellConvertible] {
    SampleMeasure.allCases.map { measure in cell { $0.values[measure] } }
      + [cell(\.meanShift), cell(\.logVarianceRatio)]
  }

  private func verdict(_ ratio: Double, _ isDistinguishable: Bool, isCompared: Bool)
    -> [any CellConvertible]
  {
    let words = isDistinguishable ? "distinguishable" : "not distinguishable"
    return [ratio, isCompared ? words : "nothing to compare", isDistinguishable]
  }
}

extension DataShiftSample {
  /// The cells of a side of the comparison.
  fileprivate var cells: [any CellConvertible] { [data, split, count, availableCount] }
}

extension DataShift {
  /// The name of a feature for people, `feature` counting from 0: its number from 1, and its place in an image.
  func featureName(_ feature: Int) -> String {
    guard let imageWidth else { return "\(feature + 1)" }
    return
      "\(feature + 1) (row \(feature / imageWidth + 1), column \(feature % imageWidth + 1))"
  }
}
