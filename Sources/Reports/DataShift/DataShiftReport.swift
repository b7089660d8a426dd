package import Statistics

/// How far a data set is from another: covariate shift, feature by feature and layer by layer.
package struct DataShiftReport {
  private let facts: DataShiftFacts
  private let aggregate: UnitAggregate
  private let top: Int

  /// Prepares a report.
  ///
  /// - Parameters:
  ///   - facts: what was found.
  ///   - aggregate: how the units of a tensor become one line.
  ///   - top: how many features the table lists at most; the other formats have all.
  package init(_ facts: DataShiftFacts, aggregate: UnitAggregate, top: Int) {
    self.facts = facts
    self.aggregate = aggregate
    self.top = top
  }

  /// The report in `format`; CSV and NDJSON have a line for each tensor and each unit.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    let document = DataShiftDocument(facts, aggregate: aggregate)
    switch format {
    case .table, .md:
      return DataShiftNotes(facts, aggregate: aggregate).text
        + tensorTable.aligned(isStyled: isStyled) + featureText(isStyled: isStyled)
    case .csv: return document.commaSeparated
    case .json: return try JSONOutput.document(document)
    case .ndjson: return try document.lines.map { $0 + "\n" }.joined()
    }
  }

  private static let measureColumns: [TextTable.Column] =
    SampleMeasure.allCases.map { .number($0.rawValue) } + [
      .number("psi_critical"), .number("mean-shift"), .number("log-var-ratio"), .number("ratio"),
      .text("verdict"),
    ]

  private static func verdict(_ isDistinguishable: Bool) -> String {
    isDistinguishable ? "distinguishable" : "not distinguishable"
  }

  private static func number(_ value: Double?) -> String {
    value.map { NumberFormat.significant($0, 3) } ?? ""
  }

  private var significance: Double { 1 - facts.method.quantile }

  private var tensorTable: TextTable {
    var table = TextTable(
      [.text("tensor"), .number("units"), .number("excluded")] + Self.measureColumns)
    for tensor in facts.tensors {
      let shift = tensor.shift
      func summary(_ value: (UnitShift) -> Double) -> String {
        Self.number(aggregate.summary(of: shift.units.map(value)).value)
      }
      table.add(
        [
          tensor.name, "\(shift.units.count)",
          "\(shift.constantUnits.count + shift.nonFiniteUnits.count)",
        ]
          + SampleMeasure.allCases.map { measure in summary { $0.values[measure] ?? .nan } }
          + [
            summary { $0.criticalStabilityIndex(significance: significance) ?? .nan },
            summary { $0.meanShift ?? .nan }, summary { $0.logVarianceRatio ?? .nan },
            Self.number(shift.ratio),
            shift.units.isEmpty ? "nothing to compare" : Self.verdict(shift.isDistinguishable),
          ])
    }
    return table
  }

  private func featureText(isStyled: Bool) -> String {
    guard let data = facts.tensors.first?.shift, !data.units.isEmpty, top > 0 else { return "" }
    let shown = data.units.sorted { $0.ratio > $1.ratio }.prefix(top)
    var table = TextTable([.text("feature")] + Self.measureColumns)
    for unit in shown {
      table.add(
        [facts.featureName(unit.unit)]
          + SampleMeasure.allCases.map { Self.number(unit.values[$0]) }
          + [
            Self.number(unit.criticalStabilityIndex(significance: significance)),
            Self.number(unit.meanShift), Self.number(unit.logVarianceRatio),
            Self.number(unit.ratio), Self.verdict(unit.isDistinguishable),
          ])
    }
    let count = data.units.count(where: \.isDistinguishable)
    return
      "\n# \(count) of \(data.units.count) features are distinguishable; the \(shown.count) with the largest ratio\n"
      + table.aligned(isStyled: isStyled)
  }
}

extension DataShiftFacts {
  /// What a feature of the data, counted from 0, is called.
  func featureName(_ feature: Int) -> String {
    guard let imageWidth else { return "\(feature + 1)" }
    return
      "\(feature + 1) (row \(feature / imageWidth + 1), column \(feature % imageWidth + 1))"
  }
}
